import { Box, Text } from 'ink';
import { fit, fitEnd, wrapped } from '../text.js';
import { useTheme } from '../theme_context.js';

/** What it is, and the value. */
export interface Detail {
  readonly label: string;
  readonly value: string;
  /** The end says more than the start. */
  readonly isPath?: boolean;
}

export interface DetailLine {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** Cells of a label. */
export const LABEL = 9;
/** Cells from which on two columns are of use. */
const TWO_COLUMNS = 54;
const GAP = 2;

/** Lines that the details take in one column with nothing cut. Pure. */
export const wholeHeight = (details: readonly Detail[], cells: number): number =>
  details.reduce((sum, { value }) => sum + wrapped(value, roomIn(cells)).length, 0);

/**
 * The lines of each column. Two columns where one would be too long; the lines that are left over go to values that do
 * not fit into one, paths first. Pure.
 */
export function arrangeDetails(
  details: readonly Detail[],
  cells: number,
  rows: number,
  ellipsis = '…',
): readonly (readonly DetailLine[])[] {
  const columns = details.length > rows && cells >= TWO_COLUMNS ? 2 : 1;
  const room = roomIn(columnCells(cells, columns));
  const shown = details.slice(0, rows * columns);
  let spare = rows * columns - shown.length;
  const whole = new Set<Detail>();
  for (const detail of shown.toSorted((a, b) => Number(b.isPath ?? false) - Number(a.isPath ?? false))) {
    const more = wrapped(detail.value, room).length - 1;
    if (more > spare) continue;
    spare -= more;
    whole.add(detail);
  }
  const lines = shown.flatMap((detail) => {
    const { label, value, isPath } = detail;
    const cut = () => [isPath ? fitEnd(value, room, ellipsis) : fit(value, room, ellipsis)];
    const values = whole.has(detail) ? wrapped(value, room) : cut();
    return values.map((line, i) => ({ id: `${label} ${i}`, label: i === 0 ? label : '', value: line }));
  });
  const height = columns === 1 ? rows : Math.ceil(lines.length / 2);
  return Array.from({ length: columns }, (_, i) => lines.slice(i * height, (i + 1) * height));
}

const columnCells = (cells: number, columns: number) => Math.floor((cells - (columns - 1) * GAP) / columns);
const roomIn = (cells: number) => Math.max(1, cells - LABEL - 1);

export function DetailLines(props: {
  readonly details: readonly Detail[];
  readonly cells: number;
  readonly rows: number;
}) {
  const { details, cells, rows } = props;
  const { glyphs } = useTheme();
  const columns = arrangeDetails(details, cells, rows, glyphs.ellipsis);
  return (
    <Box gap={GAP}>
      {columns.map((lines, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
        <Box key={i} flexDirection="column" width={columnCells(cells, columns.length)}>
          {lines.map(({ id, label, value }) => (
            <Text key={id} wrap="truncate">
              <Text dimColor>{fit(label, LABEL)} </Text>
              {value}
            </Text>
          ))}
        </Box>
      ))}
    </Box>
  );
}
