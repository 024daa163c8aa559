/**
 * What Telegram's users typed, made safe where it enters the program: one line, no escape sequences, nothing that
 * moves, recolours or reorders a terminal, and nothing on whose width terminals disagree. Numbers get bounds.
 */

/** CSI, OSC, DCS, SOS, PM, APC (7-bit and 8-bit introducers) and the two-character escapes; each linear. */
const ESCAPE_SEQUENCES = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[\\u0030-\\u003f]*[\\u0020-\\u002f]*[\\u0040-\\u007e]?',
    '(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)?',
    '\\u001b[\\u0020-\\u002f]*[\\u0030-\\u007e]?',
  ].join('|'),
  'g',
);
const LINE_BREAKS_AND_TABS = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;
/** Directional marks, embeddings, overrides and isolates: they reorder the rest of the line. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Joiners, variation selectors, keycaps, skin tones, tags, fillers: terminals and libraries disagree on widths. */
const INVISIBLE_OR_JOINING = new RegExp(
  [
    '[\\u00ad\\u200b-\\u200d\\u2060-\\u2065\\u206a-\\u206f\\ufeff\\ufff0-\\ufffb]',
    '[\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0]',
    '\\u034f|[\\u180b-\\u180f]|\\u20e3|[\\ufe00-\\ufe0f]',
    '[\\u{1f3fb}-\\u{1f3ff}]|[\\u{e0000}-\\u{e0fff}]',
  ].join('|'),
  'gu',
);
const MORE_THAN_THREE_MARKS = /(\p{M}{3})\p{M}+/gu;
const SPACES = /\s+/g;
const PLAIN_ASCII = /^[!-~]+(?: [!-~]+)*$/;

/** Longest title, name or performer that is kept, in code points. */
export const MAX_NAME = 256;
/** Longest file name that is kept: above every file system's limit, so that naming still sees the extension. */
export const MAX_FILE_NAME = 1024;
/** Longest caption that is kept (Telegram's own limit is 4096 with Premium). */
export const MAX_CAPTION = 4096;

/**
 * One clean line of at most `maxLength` code points. Idempotent; O(length), and never looks at more than eight
 * times `maxLength` UTF-16 units, so that a hostile text costs no more than a long one.
 */
export function cleanText(text: string, maxLength = MAX_NAME): string {
  if (text.length <= maxLength && PLAIN_ASCII.test(text)) return text;
  const clean = text
    .slice(0, maxLength * 8)
    .toWellFormed()
    .replace(ESCAPE_SEQUENCES, '')
    .replace(LINE_BREAKS_AND_TABS, ' ')
    .replace(CONTROLS, '')
    .replace(BIDI_CONTROLS, '')
    .replace(INVISIBLE_OR_JOINING, '')
    .replace(MORE_THAN_THREE_MARKS, '$1')
    .replace(SPACES, ' ')
    .trim();
  if (clean.length <= maxLength) return clean;
  return Array.from(clean).slice(0, maxLength).join('').trimEnd();
}

/** The clean text, or undefined when nothing is left of it. */
export function cleanOptional(text: string | null | undefined, maxLength = MAX_NAME): string | undefined {
  if (text === null || text === undefined) return undefined;
  const clean = cleanText(text, maxLength);
  return clean === '' ? undefined : clean;
}

/** A whole number within [min, max]; undefined when it is none or lies outside. */
export function cleanNumber(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === 'number' ? Math.trunc(value) : Number(value ?? Number.NaN);
  return Number.isSafeInteger(number) && number >= min && number <= max ? number : undefined;
}

/** Premium accounts may upload 8000 parts of 512 KiB (https://core.telegram.org/api/files); nothing is larger. */
export const MAX_FILE_SIZE = 8000 * 512 * 1024;
/** A recording of thirty days; more is a defect of its sender's tags. */
export const MAX_DURATION = 30 * 24 * 3600;
