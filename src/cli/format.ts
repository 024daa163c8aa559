import { stripVTControlCharacters } from 'node:util';
import { byteText } from '../core/byte_text.js';
import type { TransferSnapshot } from '../core/types.js';

export function formatRate(bytesPerSecond: number): string {
  return `${byteText(bytesPerSecond)}/s`;
}

/** `50 ms`, `3.2 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds < 0.9995) return `${Math.max(Math.round(seconds * 1000), 1)} ms`;
  if (seconds < 59.5) return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** Why a transfer does not go on, and since when where nothing comes. @param now Unix time, milliseconds */
export function whyHeld({ reason, since }: TransferSnapshot, now: number): string | undefined {
  if (reason === undefined || since === undefined) return reason;
  return `${reason} for ${Math.max(1, Math.floor(now / 1000 - since))} s`;
}

/** `1 file`, `2 files`, `12,345 files`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? singular : plural}`;
}

/** Code points that are seen: colours do not count. */
function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Rows in columns as wide as their widest cell; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, visibleLength(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat(widths[i]! - visibleLength(cell))))
      .join(gap)
      .trimEnd(),
  );
}
