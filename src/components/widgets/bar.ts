import type { Line } from '../line.js';
import type { Colour, Glyphs, Theme } from '../theme.js';

/** A bar's characters: whole cells, then an eighth-cell, then the empty rest. Pure. */
export function barCells(
  ratio: number,
  cells: number,
  glyphs: Pick<Glyphs, 'full' | 'empty' | 'eighths'>,
): { readonly filled: string; readonly empty: string } {
  const eighths = Math.round(Math.max(0, Math.min(1, ratio)) * cells * 8);
  const whole = Math.floor(eighths / 8);
  const part = whole < cells ? (glyphs.eighths[(eighths % 8) - 1] ?? '') : '';
  const filled = glyphs.full.repeat(whole) + part;
  return { filled, empty: glyphs.empty.repeat(Math.max(0, cells - whole - (part === '' ? 0 : 1))) };
}

/** How much of something is done or used. */
export function bar(
  ratio: number,
  cells: number,
  { colours, glyphs }: Theme,
  colour: Colour = colours.bar,
): Line {
  const { filled, empty } = barCells(ratio, cells, glyphs);
  return [
    { text: filled, colour, isDrawing: true },
    { text: empty, isDim: true, isDrawing: true },
  ];
}
