import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { useCallback, useState } from 'react';
import type { Sliceable } from '../stores/paged_rows.js';
import { useTheme } from '../theme_context.js';
import { clampList, isListMove, LIST_START, type ListPosition, moveInList } from './list_window.js';

export interface ListHandle extends ListPosition {
  /** Whether the action was a move. */
  move(action: string): boolean;
  reset(): void;
}

/** The position in a list whose length may change at any time. */
export function useList(length: number, height: number): ListHandle {
  const [position, setPosition] = useState(LIST_START);
  const shown = clampList(position, length, height);
  const move = useCallback(
    (action: string) => {
      if (!isListMove(action)) return false;
      setPosition((old) => moveInList(clampList(old, length, height), action, length, height));
      return true;
    },
    [length, height],
  );
  const reset = useCallback(() => setPosition(LIST_START), []);
  return { ...shown, move, reset };
}

/** Rows `top` to `top + height` of a list of any length; only these are made. */
export function List<Row>(props: {
  readonly rows: Sliceable<Row>;
  readonly position: ListPosition;
  readonly height: number;
  readonly isFocused: boolean;
  readonly render: (row: Row, isCurrent: boolean) => ReactNode;
}) {
  const { rows, position, height, isFocused, render } = props;
  const { colours, glyphs } = useTheme();
  const shown = rows.slice(position.top, position.top + height);
  // The cursor stands in the pane's padding: without colours there is no inversion to tell the current row by.
  return (
    <Box flexDirection="column" marginLeft={-1}>
      {shown.map((row, i) => {
        const isCurrent = isFocused && position.top + i === position.cursor;
        return (
          // A slot of the screen, not an item: scrolling changes what a slot shows.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <Box key={i} height={1}>
            <Text {...(colours.accent !== undefined && { color: colours.accent })}>
              {isCurrent ? glyphs.cursor : ' '}
            </Text>
            {render(row, isCurrent)}
          </Box>
        );
      })}
    </Box>
  );
}

/** A row's text, marked as the current one by a glyph and by inversion. */
export function RowText(props: { readonly isCurrent: boolean; readonly children: ReactNode }) {
  const { colours } = useTheme();
  if (!props.isCurrent) return <Text wrap="truncate">{props.children}</Text>;
  return (
    <Text wrap="truncate" bold inverse {...(colours.selection !== undefined && { color: colours.selection })}>
      {props.children}
    </Text>
  );
}

/** What a pane shows instead of rows: what is the matter, and the key that helps. */
export function Empty(props: {
  readonly text: string;
  readonly hint?: string;
  readonly colour?: string | undefined;
}) {
  return (
    <Box flexDirection="column">
      <Text wrap="truncate" {...(props.colour !== undefined && { color: props.colour })}>
        {props.text}
      </Text>
      {props.hint !== undefined && (
        <Text wrap="truncate" dimColor>
          {props.hint}
        </Text>
      )}
    </Box>
  );
}
