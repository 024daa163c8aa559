import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanNumber, cleanOptional, cleanText } from '../../src/core/clean.js';

describe('cleanText', () => {
  it.each([
    ['plain ASCII stays', 'plain ASCII stays'],
    ['  much   space \t\n here ', 'much space here'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u009b31mred', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;https://evil.example/\u001b\\click\u001b]8;;\u001b\\.mp3', 'click.mp3'],
    ['\u001bPdevice control\u001b\\x', 'x'],
    ['\u009d0;osc\u009cx', 'x'],
    ['\u001b[2J\u001b[Hcleared', 'cleared'],
    ['\u001b', ''],
    ['bell\u0007 back\u0008space del\u007f nul\u0000', 'bell backspace del nul'],
    ['\u202Egnp.3pm', 'gnp.3pm'],
    ['\u2067isolate\u2069 \u200Fmark\u061c', 'isolate mark'],
    ['zero\u200Bwidth\uFEFFjoiner\u200D', 'zerowidthjoiner'],
    ['👩‍👩‍👧 👍🏽 ☎️ 1⃣', '👩👩👧 👍 ☎ 1'],
    [`e${'\u0301'.repeat(50)}x`, `e${'\u0301'.repeat(3)}x`],
    ['broken \ud83d surrogate', 'broken \ufffd surrogate'],
    ['日本語 العربية Ω', '日本語 العربية Ω'],
  ])('%j becomes %j', (dirty, clean) => {
    expect(cleanText(dirty)).toBe(clean);
  });

  it('keeps at most the given number of code points', () => {
    expect(cleanText('🎵'.repeat(20), 5)).toBe('🎵'.repeat(5));
    expect(cleanText('x'.repeat(20), 5)).toBe('xxxxx');
  });

  it('is idempotent and never lets a control, escape or bidi character through', () => {
    const nasty = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\u001b[', '\u001b]', '\u009b', '\u202e', '\u200d', '\u0301', '\u0007', '\n'),
      ),
    );
    fc.assert(
      fc.property(nasty, (pieces) => {
        const clean = cleanText(pieces.join(''), 64);
        const bad = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\p{M}{4}/u;
        return !bad.test(clean) && Array.from(clean).length <= 64 && cleanText(clean, 64) === clean;
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('takes no longer for a hostile text than for a long one', () => {
    const started = performance.now();
    cleanText('\u001b]'.repeat(2_000_000), 256);
    cleanText('\u0301'.repeat(4_000_000), 256);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

it('has no text left where there was none', () => {
  expect(cleanOptional(undefined)).toBeUndefined();
  expect(cleanOptional(null)).toBeUndefined();
  expect(cleanOptional('\u200b \u0007')).toBeUndefined();
  expect(cleanOptional(' a ')).toBe('a');
});

it.each([
  [180, 180],
  [180.9, 180],
  ['4096', 4096],
  [-1, undefined],
  [Number.NaN, undefined],
  [1e300, undefined],
  ['9223372036854775807', undefined],
  [undefined, undefined],
  [null, undefined],
])('takes %j as the number %j', (value, number) => {
  expect(cleanNumber(value, 1, 1_000_000)).toBe(number);
});
