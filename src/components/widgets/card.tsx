import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { Rectangle } from '../layout.js';
import { useTheme } from '../theme_context.js';
import { Pane } from './pane.js';

const COLUMNS = 76;
const ROWS = 14;

/** Cells of a text row in a card. */
export const cardCells = (area: Rectangle): number => Math.min(COLUMNS, area.width) - 4;

/** One thing at a time, in the middle of an otherwise empty screen: before there is a dashboard. */
export function Card(props: {
  readonly area: Rectangle;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const { area, title, children } = props;
  const width = Math.min(COLUMNS, area.width);
  const height = Math.min(ROWS, area.height);
  const x = area.x + Math.floor((area.width - width) / 2);
  // A little above the middle looks like the middle.
  const y = area.y + Math.floor((area.height - height) / 2.4);
  return (
    <Pane area={{ x, y, width, height }} title={title} isFocused>
      {children}
    </Pane>
  );
}

/** A key and what it does, as a row of its own. */
export function KeyRow({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  const { colours } = useTheme();
  return (
    <Text wrap="truncate">
      <Text bold {...(colours.accent !== undefined && { color: colours.accent })}>
        {name}
      </Text>
      {'  '}
      {children}
    </Text>
  );
}

/** An empty row. */
export const Gap = () => <Text> </Text>;
