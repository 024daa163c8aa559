/**
 * Scripts written without spaces between words: each of their characters is a word of its own to the index.
 */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/gu;

const HAS_WORD = /[\p{L}\p{N}\p{Co}]/u;

/** Text as it goes into the full-text index. */
export function searchWords(text: unknown): string {
  return typeof text === 'string' ? text.replace(UNSPACED, ' $& ') : '';
}

/**
 * What a person typed, as an FTS5 query in which every word must be there and may be cut short. Nothing in
 * it is syntax: each word is a quoted phrase (sqlite.org/fts5.html, section 3.1). Undefined when there is no
 * word in it.
 */
export function toFtsQuery(typed: string): string | undefined {
  const phrases = typed
    .split(/[\s\p{Cc}]+/u) // A NUL would end the query half-way through a phrase.
    .filter((word) => HAS_WORD.test(word))
    .map((word) => `"${searchWords(word).trim().replaceAll('"', '""')}"*`);
  return phrases.length === 0 ? undefined : phrases.join(' ');
}
