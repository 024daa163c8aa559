import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRate } from '../../src/cli/format.js';
import { bytes, rate } from '../../src/components/format.js';
import { byteText } from '../../src/core/byte_text.js';
import { size } from '../../src/core/config/values.js';

describe('bytes as text', () => {
  it.each([
    [0, '0 B'],
    [982, '982 B'],
    [1000, '1.0 KB'],
    [9.96 * 2 ** 20, '10 MB'],
    [999.4 * 2 ** 20, '999 MB'],
    [999.6 * 2 ** 20, '1.0 GB'],
    [2 ** 31, '2.0 GB'],
    [5000 * 2 ** 40, '5000 TB'],
    [-446 * 1024, '-446 KB'],
  ])('%d bytes are %s', (amount, text) => {
    expect(byteText(amount)).toBe(text);
  });

  it.each(['300KB', '2.5MB', '640M', '12GiB', '7T'])('%s is shown in the units it was typed in', (typed) => {
    const [, number, unit] = /^([\d.]+)([KMGT])/.exec(typed)!;
    expect(byteText(size(typed))).toBe(
      `${Number(number) < 10 ? Number(number).toFixed(1) : number} ${unit}B`,
    );
  });

  it('is the same in the dashboard and on the command line', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 2 ** 49, noNaN: true }), (amount) => {
        expect(bytes(amount)).toBe(byteText(amount));
        expect(rate(amount)).toBe(formatRate(amount));
      }),
    );
  });
});
