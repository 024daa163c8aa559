import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Library } from '../../../src/core/library/library.js';
import { chat, complete, filledLibrary, message, tempLibrary } from './fixtures.js';

const page = { offset: 0, limit: 50 };

const catalogue = [
  { title: 'Ágætis byrjun', performer: 'Sigur Rós', fileName: '01.flac' },
  { title: 'Группа крови', performer: 'Кино', fileName: 'kino.mp3' },
  { title: '日本の音楽', performer: '宇多田ヒカル', fileName: 'hikaru.m4a' },
  { title: 'AC/DC "Live" (1992)', performer: 'AC/DC', fileName: 'back-in_black.mp3' },
  { title: 'Straße', performer: 'Motor', fileName: "O'Neill.mp3" },
];

function library(): Library {
  const made = tempLibrary();
  made.saveChats([chat({ title: 'Night shelf' })]);
  catalogue.forEach((tags, i) => {
    const one = message(i + 1, tags);
    made.saveMessages([one]);
    complete(made, one, `/music/Night shelf/${i + 1} ${tags.fileName}`);
  });
  return made;
}

const found = (of: Library, query: string): number[] =>
  of.search(query, page).map((track) => track.messageId);

describe('search as you type', () => {
  const cases: readonly [string, readonly number[]][] = [
    ['sig', [1]],
    ['agaetis', []], // æ is a letter of its own, not a with a mark
    ['ágætis', [1]],
    ['agætis BYRJ', [1]],
    ['sigur ros', [1]],
    ['ros sigur', [1]],
    ['груп', [2]],
    ['кино крови', [2]],
    ['ヒカル', [3]],
    ['音楽', [3]],
    ['楽音', []],
    ['hikaru', [3]],
    ['ac/dc', [4]],
    ['"live"', [4]],
    ['back in', [4]],
    ["o'neill", [5]],
    ['night', [5, 4, 3, 2, 1]],
    ['night kino', [2]],
    ['mp3', [5, 4, 2]],
    ['music', []], // a directory is not the file's name
    ['xyzzy', []],
    ['', [5, 4, 3, 2, 1]],
    ['  -- ', [5, 4, 3, 2, 1]],
  ];
  it.each(cases)('%j finds %j', (query, expected) => {
    const made = library();
    expect(found(made, query)).toEqual(expected);
    expect(made.count(query)).toBe(expected.length);
  });

  it('takes nothing a person can type for syntax', () => {
    const made = library();
    const hostile = [
      'NEAR(a b)',
      'title:sigur',
      'a AND',
      '* "',
      '^kino',
      'a OR b NOT',
      "'; DROP TABLE tracks",
      'a\0b',
    ];
    for (const query of hostile) expect(() => made.search(query, page)).not.toThrow();
    expect(made.count('kino '.repeat(5000))).toBe(1);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        expect(made.search(query, page)).toHaveLength(made.count(query));
        made.unfetched(query, 50);
        made.messages(chat().id, page, { text: query });
      }),
      { numRuns: 300 },
    );
  });

  it('finds every track by each beginning of each of its words', () => {
    const made = library();
    for (const [i, { title, performer }] of catalogue.entries()) {
      for (const word of `${title} ${performer}`.split(/[^\p{L}\p{N}]+/u).filter(Boolean)) {
        for (let length = 1; length <= word.length; length += 1) {
          expect(found(made, word.slice(0, length))).toContain(i + 1);
        }
      }
    }
  });

  it('pages newest first', () => {
    const made = library();
    expect(made.search('night', { offset: 1, limit: 2 }).map((track) => track.messageId)).toEqual([4, 3]);
    expect(made.search('', { offset: 4, limit: 10 }).map((track) => track.messageId)).toEqual([1]);
  });

  it('follows a renamed chat, corrected tags and forgotten tracks', () => {
    const made = library();
    expect(made.count('morning')).toBe(0);
    made.saveChats([chat({ title: 'Morning shelf' })]);
    expect([made.count('morning'), made.count('night')]).toEqual([5, 0]);
    made.saveMessages([message(2, { title: 'Звезда', performer: 'Кино', fileName: 'kino.mp3' })]);
    expect([found(made, 'звез'), found(made, 'крови')]).toEqual([[2], []]);
    made.forgetTrack(message(2).location.documentId);
    expect([made.count('kino'), made.count('')]).toEqual([0, 4]);
  });
});

describe('search over what was seen', () => {
  it('finds what is not in the library yet, in any chat', () => {
    const made = filledLibrary(4);
    made.saveChats([chat({ id: '42' })]);
    made.saveMessages([message(9, { chatId: '42' })]);
    complete(made, message(2));
    const missing = (query: string, limit = 50) => made.unfetched(query, limit).map((one) => one.messageId);
    expect(missing('title')).toEqual([1, 3, 4, 9]);
    expect(missing('title', 2)).toEqual([1, 3]);
    expect(missing('title 2')).toEqual([]);
    expect(missing('')).toEqual([]);
    expect(made.unfetched('title 3', 1)).toEqual([message(3)]);
  });

  it('follows corrected tags and replaced files', () => {
    const made = filledLibrary(2);
    const found = (query: string) => made.unfetched(query, 50).map((one) => one.messageId);
    made.saveMessages([message(2, { title: 'Corrected' })]);
    expect([found('corrected'), found('title')]).toEqual([[2], [1]]);
    made.saveMessages([message(1, { title: 'Replaced', location: message(7).location })]);
    expect([found('replaced'), found('title')]).toEqual([[1], []]);
  });
});

describe('cached counts', () => {
  it('are asked for once until something changes', () => {
    const made = library();
    const queries = () => made.caches().find((cache) => cache.name === 'library queries');
    made.count('night');
    const before = queries();
    for (let i = 0; i < 10; i += 1) made.count('NIGHT'.toLowerCase());
    expect(queries()).toMatchObject({ hits: (before?.hits ?? 0) + 10, misses: before?.misses });
    made.forgetTrack(message(1).location.documentId);
    expect(made.count('night')).toBe(4);
    expect(queries()?.misses).toBe((before?.misses ?? 0) + 1);
  });

  it('are dropped by trim, which changes no answer', () => {
    const made = library();
    made.count('night');
    made.chatCounts();
    made.trim();
    expect(made.caches().map((cache) => cache.size)).toEqual([0, 0]);
    expect(made.count('night')).toBe(5);
  });
});
