import { Text } from 'ink';
import type { Glyphs } from '../theme.js';
import { useTheme } from '../theme_context.js';

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
export function Bar(props: {
  readonly ratio: number;
  readonly cells: number;
  readonly colour?: string | undefined;
}) {
  const { colours, glyphs } = useTheme();
  const { filled, empty } = barCells(props.ratio, props.cells, glyphs);
  const colour = props.colour ?? colours.bar;
  return (
    <Text aria-hidden>
      <Text {...(colour !== undefined && { color: colour })}>{filled}</Text>
      <Text dimColor>{empty}</Text>
    </Text>
  );
}
