import chalk from 'chalk';
import type { Colour } from './theme.js';

/** A piece of a line and how it looks; a bare text is in the terminal's own colour. */
export type Span =
  | string
  | {
      readonly text: string;
      readonly colour?: Colour;
      readonly isBold?: boolean;
      readonly isDim?: boolean;
      readonly isInverse?: boolean;
      /** Says nothing: a screen reader passes it over. */
      readonly isDrawing?: boolean;
    };

/**
 * One row of cells. Its texts went through `fit` (text.ts): they take the cells they are meant to take and steer no terminal, so
 * nothing measures or cleans them again.
 */
export type Line = readonly Span[];

/** The line as the terminal gets it. Blanks at its end are left out: each character costs, and there is nothing under them. */
export function painted(line: Line): string {
  return line.map(paint).join('').trimEnd();
}

/** The line as a screen reader gets it. */
export function spoken(line: Line): string {
  return line
    .map((span) => (typeof span === 'string' ? span : span.isDrawing ? '' : span.text))
    .join('')
    .trimEnd();
}

function paint(span: Span): string {
  if (typeof span === 'string') return span;
  const { colour, isBold, isDim, isInverse } = span;
  let { text } = span;
  if (!isInverse && text.trim() === '') return text;
  if (isDim) text = chalk.dim(text);
  if (colour !== undefined) text = chalk[colour](text);
  if (isBold) text = chalk.bold(text);
  return isInverse ? chalk.inverse(text) : text;
}
