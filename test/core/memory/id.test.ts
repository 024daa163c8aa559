import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatId, hashId, readHigh, readId, readLow } from '../../../src/core/memory/id.js';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const halves = (id: bigint) => [Number(BigInt.asIntN(32, id >> 32n)), Number(BigInt.asIntN(32, id))];

describe('ids', () => {
  it('reads text, bigint and halves alike', () => {
    fc.assert(
      fc.property(int64, (id) => {
        const [hi, lo] = halves(id) as [number, number];
        for (const spelling of [id, String(id), { hi, lo }, { hi: hi >>> 0, lo: lo >>> 0 }]) {
          readId(spelling);
          expect([readHigh(), readLow()]).toEqual([hi, lo]);
        }
        expect(formatId(hi, lo)).toBe(String(id));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    0n,
    -1n,
    9n,
    999_999_999n,
    1_000_000_000n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    999_999_999_999_999_999n,
    1_000_000_000_000_000_000n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ])('reads %s, where the parts of the text or of the number change', (id) => {
    for (const sign of id > -(2n ** 63n) ? [1n, -1n] : [1n]) {
      readId(String(id * sign));
      expect(formatId(readHigh(), readLow())).toBe(String(id * sign));
    }
  });

  it('ignores leading zeros', () => {
    readId('-0042');
    expect(formatId(readHigh(), readLow())).toBe('-42');
  });

  it.each(['', '-', '+1', ' 1', '1 ', '1e3', '0x10', '1.5', '--1', 'id', '٣', '123456789012345678901234x'])(
    'refuses %j as no id',
    (text) => {
      expect(() => readId(text)).toThrow(TypeError);
    },
  );

  it.each(['9223372036854775808', '-9223372036854775809', '9999999999999999999', '10000000000000000000'])(
    'refuses %s as too large',
    (text) => {
      expect(() => readId(text)).toThrow(RangeError);
      expect(() => readId(BigInt(text))).toThrow(RangeError);
    },
  );

  it('refuses other types, as JavaScript callers may pass them', () => {
    for (const wrong of [
      5,
      null,
      undefined,
      true,
      Symbol('id'),
      {},
      [],
      [1, 2],
      new Date(0),
      { value: 5n },
    ]) {
      expect(() => readId(wrong as never)).toThrow(TypeError);
    }
  });

  it('refuses halves that are no integers of 32 bits', () => {
    for (const half of [undefined, '7', 0.5, Number.NaN, 2 ** 32, -(2 ** 31) - 1, 7n]) {
      expect(() => readId({ hi: 1, lo: half } as never), `lo ${half}`).toThrow(TypeError);
      expect(() => readId({ hi: half, lo: 1 } as never), `hi ${half}`).toThrow(TypeError);
    }
    for (const half of [-(2 ** 31), -0, 2 ** 32 - 1])
      expect(() => readId({ hi: half, lo: half })).not.toThrow();
  });

  it('spreads ids that differ little over the whole range of the hash', () => {
    const BUCKETS = 256;
    const families = {
      sequence: (n: number) => [0, n],
      'upper halves': (n: number) => [n, 0],
      'multiples of 2^16': (n: number) => [n >> 16, n << 16],
    };
    for (const [name, make] of Object.entries(families)) {
      const upper = new Int32Array(BUCKETS);
      const lower = new Int32Array(BUCKETS);
      for (let n = 0; n < BUCKETS * 100; n++) {
        const hash = hashId(...(make(n) as [number, number]));
        upper[hash >>> 24]!++;
        lower[hash & 0xff]!++;
      }
      for (const counts of [upper, lower]) {
        expect(Math.min(...counts), name).toBeGreaterThan(50);
        expect(Math.max(...counts), name).toBeLessThan(150);
      }
    }
  });
});
