import { Box } from 'ink';
import { useCallback, useState } from 'react';
import type { Line, Span } from '../line.js';
import type { Sliceable } from '../stores/paged_rows.js';
import { wrapped } from '../text.js';
import type { Colour, Colours } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { Lines } from './lines.js';
import { clampList, isListMove, LIST_START, type ListPosition, moveInList } from './list_window.js';
import { WORKING, Working } from './working.js';

export interface ListHandle extends ListPosition {
  /** Whether the action was a move. */
  move(action: string): boolean;
  reset(): void;
}

/** A position that is pinned to a row. */
interface PinnedList<Row, RowId> extends ListHandle, Pick<PinnedPosition<RowId>, 'id'> {
  /**
   * The row of the cursor is about to go elsewhere: the cursor stays, with the row that comes there.
   * @param isAlike whether the row below is a neighbour; otherwise the cursor goes to the one above
   */
  letGo(isAlike: (row: Row) => boolean): void;
}

/**
 * The position in a list of any length, which may change at any time.
 * @param start where the cursor is at first
 */
export function useList(length: number, height: number, start = 0): ListHandle {
  const [position, setPosition] = useState<ListPosition>({ cursor: start, top: start });
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

interface PinnedPosition<RowId> extends ListPosition {
  /** Whose row the cursor was put on; at the top it stays at the top, whoever comes there. */
  readonly id?: RowId | undefined;
}

type Id = string | number;

/** {@link useFoundRowList} for rows that are all there. O(rows) for each frame. */
export function useRowList<Row, RowId extends Id>(
  rows: readonly Row[],
  height: number,
  idOf: (row: Row) => RowId,
  start?: RowId,
): PinnedList<Row, RowId> {
  return useFoundRowList(rows, height, idOf, (id) => rows.findIndex((row) => idOf(row) === id), start);
}

/**
 * The position in a list whose rows come, go and change places: the cursor stays with its row, in the same line of the screen as
 * far as that is possible. Where the row is gone, it stays in its place.
 * @param find where a row is; negative where it is not
 * @param start whose row the cursor is put on as soon as it is there
 */
export function useFoundRowList<Row, RowId extends Id>(
  rows: Sliceable<Row> & { readonly length: number },
  height: number,
  idOf: (row: Row) => RowId,
  find: (id: RowId) => number,
  start?: RowId,
): PinnedList<Row, RowId> {
  const [position, setPosition] = useState<PinnedPosition<RowId>>({ ...LIST_START, id: start });
  const { id } = position;
  const found = id === undefined ? -1 : find(id);
  const moved = found < 0 ? 0 : found - position.cursor;
  const shown = clampList(
    { cursor: position.cursor + moved, top: position.top + moved },
    rows.length,
    height,
  );
  const move = (action: string) => {
    if (!isListMove(action)) return false;
    const next = moveInList(shown, action, rows.length, height);
    const [row] = rows.slice(next.cursor, next.cursor + 1);
    setPosition(next.cursor === 0 || row === undefined ? next : { ...next, id: idOf(row) });
    return true;
  };
  const letGo = (isAlike: (row: Row) => boolean) => {
    const { cursor, top } = shown;
    const [above] = cursor > 0 ? rows.slice(cursor - 1, cursor) : [];
    const [below] = rows.slice(cursor + 1, cursor + 2);
    if (below !== undefined && (isAlike(below) || above === undefined))
      setPosition({ cursor: cursor + 1, top: top + 1, id: idOf(below) });
    else if (above !== undefined) setPosition({ cursor: cursor - 1, top, id: idOf(above) });
  };
  const reset = useCallback(() => setPosition(LIST_START), []);
  return { ...shown, id, move, letGo, reset };
}

/** Rows `top` to `top + height` of a list of any length; only these are made. */
export function List<Row>(props: {
  readonly rows: Sliceable<Row>;
  readonly position: ListPosition;
  readonly height: number;
  readonly isFocused: boolean;
  readonly line: (row: Row, isCurrent: boolean) => Line;
}) {
  const { rows, position, height, isFocused, line } = props;
  const { colours, glyphs } = useTheme();
  const lines = rows.slice(position.top, position.top + height).map((row, i): Line => {
    const isCurrent = isFocused && position.top + i === position.cursor;
    return [{ text: isCurrent ? glyphs.cursor : ' ', colour: colours.accent }, ...line(row, isCurrent)];
  });
  // The cursor stands in the pane's padding: without colours there is no inversion to tell the current row by.
  return (
    <Box marginLeft={-1}>
      <Lines lines={lines} />
    </Box>
  );
}

/** A row's text, marked as the current one by a glyph and by inversion. */
export function rowText(text: string, isCurrent: boolean, colours: Colours): Span {
  return isCurrent ? { text, colour: colours.selection, isBold: true, isInverse: true } : text;
}

/** What is shown instead of rows: what is the matter, and always the keys that help. As many lines as there is room for. */
export function Empty(props: {
  readonly text: string;
  /** What else there is to say. */
  readonly detail?: string | undefined;
  readonly keys: string;
  readonly cells: number;
  readonly rows: number;
  readonly colour?: Colour;
  /** Something is under way that ends by itself. */
  readonly isWorking?: boolean;
}) {
  const { text, detail = '', keys, rows, colour, isWorking = false } = props;
  const cells = props.cells - (isWorking ? WORKING : 0);
  const help = wrapped(keys, cells).map((line): Line => [{ text: line, isDim: true }]);
  const told = [
    ...wrapped(text, cells).map((line): Line => [{ text: line, colour }]),
    ...wrapped(detail, cells).map((line): Line => [line]),
  ];
  return (
    <Box>
      {isWorking && <Working />}
      <Lines lines={[...told.slice(0, Math.max(1, rows - help.length)), ...help]} />
    </Box>
  );
}
