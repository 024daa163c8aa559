/** Longest name of one file or directory on every file system in common use, bytes of UTF-8. */
export const MAX_NAME_BYTES = 255;

/** What stands in front of the final name while a file is not complete. */
export const PART_SUFFIX = '.part';

// Forbidden by Windows and by SMB shares; the slash by everybody.
const FORBIDDEN = /[<>:"/\\|?*]/g;
// Controls, line separators and format characters (bidi overrides, BOM, tags), but not the joiners that Persian
// words and emoji sequences are made of.
const INVISIBLE = /[\p{Cc}\u2028\u2029\uFFF9-\uFFFB]|(?!\u200C|\u200D)\p{Cf}/gu;
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=[ .]|$)/i;
const EDGES = /^(?:[.\s]|\u200C|\u200D)+|(?:[.\s]|\u200C|\u200D)+$/g;
const MEANINGLESS = /^[._\-\s]*$/;

const encoder = new TextEncoder();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Length of `text` in bytes of UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/**
 * The longest beginning of `text` that has at most `maxBytes` bytes of UTF-8 and does not cut a character (grapheme)
 * as a person sees it. O(length).
 */
export function cutToBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || utf8Length(text) <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    bytes += utf8Length(segment);
    if (bytes > maxBytes) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** Strips what hides a file or what Windows silently drops at the end of a name: dots, spaces, lone joiners. */
export function trimEnds(text: string): string {
  return text.replace(EDGES, '');
}

/**
 * `text` as one component of a path that every common file system takes as it is: NFC, no separators, controls or
 * direction marks, no leading or trailing dots and spaces, no reserved Windows name, at most `maxBytes` bytes.
 *
 * @returns the empty string when nothing meaningful is left ("", "..", "///")
 */
export function safeComponent(text: string, maxBytes: number = MAX_NAME_BYTES): string {
  const clean = text
    .toWellFormed()
    .replaceAll('\uFFFD', '_')
    .normalize('NFC')
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/g, ' ')
    .replace(INVISIBLE, '')
    .replace(FORBIDDEN, '_')
    .replace(/\s+/g, ' ');
  let name = trimEnds(clean);
  if (MEANINGLESS.test(name)) return '';
  if (RESERVED.test(name)) name = `_${name}`;
  // Cutting may bare a space or dot at the end, which goes too.
  return trimEnds(cutToBytes(name, maxBytes));
}

/** Two names with the same key are the same file on some file system: case and Unicode form are ignored. */
export function collisionKey(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
