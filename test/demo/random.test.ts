import { describe, expect, it } from 'vitest';
import { hash32, Random } from '../../src/demo/random.js';

describe('Random', () => {
  it('gives the same sequence for the same words, and another for others', () => {
    const draw = (...words: number[]) => {
      const random = new Random(...words);
      return Array.from({ length: 8 }, () => random.uint32());
    };
    expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3));
    const sequences = [
      draw(1, 2, 3),
      draw(1, 3, 2),
      draw(1, 2),
      draw(1, 2, 3, 0),
      draw(),
      draw(0),
      draw(2 ** 32 + 1),
    ];
    expect(new Set(sequences.map(String)).size).toBe(sequences.length);
  });

  it('is even and uncorrelated over neighbouring seeds', () => {
    const n = 20_000;
    const firsts = Array.from({ length: n }, (_, i) => new Random(7, i).float());
    const buckets = new Array<number>(16).fill(0);
    for (const value of firsts) buckets[Math.floor(value * 16)]!++;
    const chiSquare = buckets.reduce((sum, count) => sum + (count - n / 16) ** 2 / (n / 16), 0);
    expect(chiSquare).toBeLessThan(45); // 15 degrees of freedom; one in ten thousand is above
    let covariance = 0;
    for (let i = 1; i < n; i++) covariance += (firsts[i]! - 0.5) * (firsts[i - 1]! - 0.5);
    expect(Math.abs((covariance / n) * 12)).toBeLessThan(0.03);
  });

  it('draws whole numbers within both bounds, reaching both', () => {
    const random = new Random(1);
    const seen = new Set(Array.from({ length: 500 }, () => random.int(3, 6)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  });

  it('makes ids of 63 bits', () => {
    const random = new Random(1);
    const ids = Array.from({ length: 200 }, () => random.id());
    expect(ids.every((id) => id >= 0n && id < 2n ** 63n)).toBe(true);
    expect(ids.some((id) => id >= 2n ** 62n)).toBe(true);
  });
});

describe('hash32', () => {
  it('has about as many collisions as chance would give', () => {
    const n = 60_000;
    const hashes = new Set(Array.from({ length: n }, (_, i) => hash32(5, i & 0xff, i >>> 8)));
    expect(n - hashes.size).toBeLessThan(6); // 0.4 expected
  });

  it('counts what is above 32 bits', () => {
    expect(hash32(2 ** 40 + 1)).not.toBe(hash32(1));
  });
});
