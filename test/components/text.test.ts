import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { FILLER, fitEnd, fit as fitted, width, wrapped } from '../../src/components/text.js';

/** What people, and others, put into names. */
const NASTY = [
  'Ágætis byrjun',
  'e\u0301\u0301\u0301\u0301 cafe\u0301',
  '夜に駆ける',
  'ﾊﾝｶｸ',
  'أغنية حزينة',
  '\u202Eevil\u202C name',
  '👨‍👩‍👧‍👦 family',
  '🏳️‍🌈🇩🇪☎️1️⃣',
  'हिन्दी गाना',
  'ไทยเพลง',
  '\x1b[31mred\x1b[0m',
  '\x1b]8;;http://x\x07link\x1b]8;;\x07',
  'two\nlines\r\n\ttab',
  'para\u2029line\u2028',
  'bell\x07 null\0 del\x7f',
  `${FILLER}filler`,
  '\ud800 lone',
  '',
];
const pieces = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
);
const texts = fc.array(pieces, { maxLength: 4 }).map((parts) => parts.join(''));
const cells = fc.integer({ min: 0, max: 60 });

const STEERING = /[\p{Cc}\p{Zl}\p{Zp}]/u;

describe('fit', () => {
  it('gives exactly as many cells as asked for, of any text', () => {
    const check = (text: string, wanted: number, align: 'left' | 'right') => {
      const shown = fitted(text, wanted, '…', align);
      expect(stringWidth(shown)).toBe(wanted);
      expect(shown).not.toMatch(STEERING);
    };
    fc.assert(fc.property(texts, cells, fc.constantFrom('left', 'right'), check), { numRuns: 600 });
  });

  it('leaves a text that fits as it is', () => {
    expect(fitted('jazz', 4)).toBe('jazz');
    expect(fitted('jazz', 6)).toBe('jazz  ');
    expect(fitted('jazz', 6, '…', 'right')).toBe('  jazz');
  });

  it('has no other idea of a character than whoever measures all of them', () => {
    const segmenter = new Intl.Segmenter();
    for (let code = 0x20; code < 0x600; code++) {
      const character = String.fromCharCode(code);
      const text = `a${character}aaaa`;
      if (STEERING.test(text)) continue;
      expect(width(text)).toBe(stringWidth(text));
      const isAlone = stringWidth(character) === 1 && [...segmenter.segment(text)].length === text.length;
      if (isAlone) expect(fitted(text, 3)).toBe(`a${character}…`);
    }
  });

  it('cuts at a border between characters and says that it did', () => {
    expect(fitted('Kind of Blue', 8)).toBe('Kind of…');
    expect(fitted('夜に駆ける', 6)).toBe('夜に… ');
    expect(fitted('夜に駆ける', 6, '~')).toBe('夜に~ ');
    expect(fitted('ab', 0)).toBe('');
    expect(fitted('abc', 2, '...')).toBe('  ');
  });

  it('gives a mark at the start a blank to stand on: it must not join an escape sequence before it', () => {
    const marks = ['\u0301', '\u093e', '\u{1f3fd}', '\u200d', '\uff9e'];
    for (const mark of marks) {
      const shown = fitted(`${mark}a`, 8);
      expect([...new Intl.Segmenter().segment(`\x1b[36m${shown}`)][4]?.segment).toBe('m');
    }
  });

  it('lets nothing through that steers a terminal', () => {
    expect(fitted('\x1b[31mred', 10)).toBe(' [31mred  ');
    expect(fitted('a\nb\tc', 5)).toBe('a b c');
  });
});

describe('fitEnd', () => {
  it('gives exactly as many cells as asked for, of any text', () => {
    const check = (text: string, wanted: number) => {
      expect(stringWidth(fitEnd(text, wanted))).toBe(wanted);
    };
    fc.assert(fc.property(texts, cells, check), { numRuns: 300 });
  });

  it('keeps the end', () => {
    expect(fitEnd('/music/Night/song.mp3', 10)).toBe('…/song.mp3');
    expect(fitEnd('song.mp3', 10)).toBe('song.mp3  ');
  });
});

describe('wrapped', () => {
  it('gives lines of exactly as many cells, and leaves out nothing but the breaks', () => {
    const check = (text: string, wanted: number) => {
      const lines = wrapped(text, wanted);
      for (const line of lines) expect(stringWidth(line)).toBe(wanted);
      const bare = (value: string) => value.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}\u{10fffd}]/gu, '');
      expect(bare(lines.join(''))).toBe(bare(text));
    };
    fc.assert(fc.property(texts, fc.integer({ min: 8, max: 60 }), check), { numRuns: 300 });
  });

  it('breaks at words and at directories', () => {
    expect(wrapped('/music/Night Music/song.mp3', 20)).toEqual([
      '/music/Night Music/ ',
      'song.mp3            ',
    ]);
    expect(wrapped('abcdefgh', 3)).toEqual(['abc', 'def', 'gh ']);
    expect(wrapped('', 5)).toEqual([]);
  });
});

describe('width', () => {
  it('counts wide characters twice and marks not at all', () => {
    expect([width('jazz'), width('夜'), width('e\u0301'), width('')]).toEqual([4, 2, 1, 0]);
  });
});
