import { byteText } from '../core/byte_text.js';

/** Numbers as people read them; each form has a fixed width, so that digits do not dance. All pure. */

/** Bytes in at most 7 cells; what is below 0 is 0. */
export function bytes(value: number): string {
  return byteText(Math.max(0, value));
}

/** Bytes per second in at most 9 cells; a dash when nothing moves. */
export function rate(bytesPerSecond: number): string {
  return bytesPerSecond < 1 ? '–' : `${bytes(bytesPerSecond)}/s`;
}

/** Seconds in at most 7 cells: `42s`, `2m 10s`, `3h 05m`, `2d 4h`; a dash when unknown. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')}m`;
  const days = Math.floor(whole / 86_400);
  return days < 100 ? `${days}d ${Math.floor((whole % 86_400) / 3600)}h` : `${days}d`;
}

/** What is left of a wait, in whole seconds as {@link duration} has them: one that Telegram asked for does not begin with one more. */
export function countdown(seconds: number): string {
  return duration(Math.max(1, Math.floor(seconds)));
}

/** Length of a track: `3:07`, `1:02:45`. */
export function trackLength(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const whole = Math.max(0, Math.round(seconds));
  const rest = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** `7%`, `42%`, `100%`; 100 only when it is all. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const ratio = part / whole;
  return `${ratio >= 1 ? 100 : Math.min(99, Math.floor(ratio * 100))}%`;
}

/** Counts with thousands apart: `12 480`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `1 file`, `2 files`. */
export const things = (number: number, name: string) => `${count(number)} ${name}${number === 1 ? '' : 's'}`;

/** `14:03:22` of a Unix time in milliseconds. */
export function clockTime(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((n) => String(n).padStart(2, '0'))
    .join(':');
}

/** `2026-11-23` of a Unix time in seconds. */
export function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
}
