import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Takes a cell that belongs to the character before it; never reaches the terminal (terminal_output.ts). */
export const FILLER = '\u{10fffd}';

/**
 * Characters that every terminal puts into the same number of cells: Latin, Greek, Cyrillic, Hebrew and Arabic letters,
 * what boxes and bars are drawn with, kana, Han, Hangul, full-width forms.
 */
const SETTLED = [
  '\\u0000-\\u036f\\u0370-\\u052f\\u05d0-\\u05ea\\u0620-\\u064a',
  '\\u2010-\\u2027\\u2030-\\u205e\\u20a0-\\u20bf\\u2190-\\u21ff\\u2500-\\u25ff\\u2713\\u2717\\u2800-\\u28ff',
  '\\u3000-\\u303e\\u3041-\\u3096\\u30a0-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff60',
].join('');
/** Runs of characters on whose cells terminals disagree: emoji, Indic vowel signs and conjuncts, and many more. */
export const UNSETTLED = new RegExp(`[^${SETTLED}]+`, 'gu');
const isUnsettled = new RegExp(`[^${SETTLED}]`, 'u');
/** Texts of Latin, Greek and Cyrillic letters that stand for themselves: each code unit is a cluster, and a cell. */
const isSimple =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u0481\u048a-\u052f\u2026]*$/;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]$/u;

export interface Cluster {
  readonly text: string;
  /** Cells in the terminal that needs most of them. */
  readonly cells: number;
}

/** The user-perceived characters of a text. */
export function clusters(text: string): readonly Cluster[] {
  return Array.from(graphemes.segment(text), ({ segment }) => ({ text: segment, cells: mostCells(segment) }));
}

/** Terminals measure a cluster as a whole or code point by code point (wcwidth). */
function mostCells(cluster: string): number {
  const whole = stringWidth(cluster);
  if (cluster.length === 1 || !isUnsettled.test(cluster)) return whole;
  let single = 0;
  for (const character of cluster) {
    if (!ZERO_WIDTH.test(character)) single += Math.max(1, stringWidth(character));
  }
  return Math.max(whole, single);
}

/**
 * Names of files and errors of other programs come with anything: what would end the row or steer the terminal is a blank. A mark
 * at the start gets a blank to stand on, or it would join what happens to be before it, be that an escape sequence.
 */
const printable = (text: string) =>
  text
    .replaceAll(FILLER, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/^[\p{Grapheme_Extend}\p{Mc}\p{Emoji_Modifier}\u200d]/u, ' $&');

/** Cells to keep for a text. */
export function width(text: string): number {
  if (isSimple.test(text)) return text.length;
  if (!isUnsettled.test(text)) return stringWidth(text);
  return clusters(text).reduce((sum, { cells }) => sum + cells, 0);
}

/**
 * A text in exactly `cells` cells: cut at a grapheme's border with an ellipsis, or padded. Rows are fitted here and not by the layout
 * engine, because clipping there re-slices every line of every frame. Characters whose cells terminals do not agree on are given as
 * many as the most generous terminal takes.
 */
export function fit(text: string, cells: number, ellipsis = '…', align: 'left' | 'right' = 'left'): string {
  if (cells <= 0) return '';
  const clean = printable(text);
  const taken = width(clean);
  const padding = ' '.repeat(Math.max(0, cells - taken));
  const shown = taken > cells ? cut(clean, cells, ellipsis) : filled(clean);
  return align === 'left' ? shown + padding : padding + shown;
}

/** The text with fillers, so that the layout engine comes to the same cells. */
export function filled(text: string): string {
  return isUnsettled.test(text) ? clusters(text).map(withFillers).join('') : text;
}

/** Where a line may end: behind these. */
const BREAKS = new Set([' ', '/', '-', ',']);

/** A text in lines of exactly `cells` cells, broken at words where that costs less than a third of a line. */
export function wrapped(text: string, cells: number): readonly string[] {
  const lines: string[] = [];
  let rest = clusters(printable(text));
  while (rest.length > 0) {
    let taken = 0;
    let end = 0;
    while (end < rest.length && taken + rest[end]!.cells <= cells) taken += rest[end++]!.cells;
    if (end === 0) break;
    const atWord = rest.slice(0, end).findLastIndex((cluster) => BREAKS.has(cluster.text)) + 1;
    if (end < rest.length && atWord > (end * 2) / 3) end = atWord;
    lines.push(fit(joined(rest.slice(0, end)), cells, ''));
    rest = rest.slice(end);
  }
  return lines;
}

const joined = (list: readonly Cluster[]) => list.map(({ text }) => text).join('');

const withFillers = ({ text, cells }: Cluster) => text + FILLER.repeat(cells - stringWidth(text));

function cut(text: string, cells: number, ellipsis: string): string {
  const room = cells - stringWidth(ellipsis);
  if (room < 0) return ' '.repeat(cells);
  if (isSimple.test(text)) return text.slice(0, room) + ellipsis;
  let taken = 0;
  let kept = '';
  for (const cluster of clusters(text)) {
    if (taken + cluster.cells > room) break;
    kept += withFillers(cluster);
    taken += cluster.cells;
  }
  return kept + ellipsis + ' '.repeat(room - taken);
}

/** Like {@link fit}, but what does not fit is left out at the start: the end of a path says most. */
export function fitEnd(text: string, cells: number, ellipsis = '…'): string {
  const clean = printable(text);
  if (width(clean) <= cells) return fit(clean, cells, ellipsis);
  const room = cells - stringWidth(ellipsis);
  let taken = 0;
  const all = clusters(clean);
  let start = all.length;
  while (start > 0 && taken + all[start - 1]!.cells <= room) taken += all[--start]!.cells;
  return fit(ellipsis + joined(all.slice(start)), cells, '');
}
