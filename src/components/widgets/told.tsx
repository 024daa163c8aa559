import type { Line } from '../line.js';
import { fit, wrapped } from '../text.js';
import type { Colour } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { Lines } from './lines.js';

/** What somebody else says, of any length, in at most `rows` lines: the last ends with an ellipsis where there is more. */
export function Told(props: {
  readonly text: string;
  readonly cells: number;
  readonly rows: number;
  readonly colour?: Colour;
  readonly isDim?: boolean;
}) {
  const { text, cells, rows, colour, isDim = false } = props;
  const { glyphs } = useTheme();
  const all = wrapped(text, cells);
  const shown = all.slice(0, rows);
  // Two lines' worth is surely more than one takes.
  if (all.length > rows) shown.push(fit(`${shown.pop()}${all[rows]}`, cells, glyphs.ellipsis));
  return <Lines lines={shown.map((line): Line => [{ text: line, colour, isDim }])} />;
}
