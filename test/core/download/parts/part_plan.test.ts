import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, gaps, type Part, PartPlan } from '../../../../src/core/download/parts/part_plan.js';
import {
  MAX_PART_BYTES,
  MIN_PART_BYTES,
  partSizeAtMost,
  partSizeFor,
} from '../../../../src/core/download/parts/part_size.js';

const MB = 2 ** 20;
const partSize = fc.integer({ min: 12, max: 20 }).map((bits) => 2 ** bits);

/** https://core.telegram.org/api/files#downloading-files, as a lane will ask for the part. */
function expectLegal({ offset, length }: Part, total: number): void {
  let limit = MIN_PART_BYTES;
  while (limit < length) limit *= 2;
  expect(limit).toBeLessThanOrEqual(MAX_PART_BYTES);
  expect(offset % limit).toBe(0);
  if (length !== limit) expect(offset + length).toBe(total);
}

describe('PartPlan', () => {
  it('covers exactly what is missing with legal parts, whatever is there and however sizes change', () => {
    const present = fc.array(
      fc.record({ offset: fc.nat(4 * MB), length: fc.integer({ min: 1, max: 2 * MB }) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        fc.nat(5 * MB),
        present,
        fc.array(partSize, { minLength: 1, maxLength: 8 }),
        (total, have, sizes) => {
          const covered = new Uint8Array(total);
          for (const { offset, length } of have) covered.fill(1, offset, offset + length);
          const missing = covered.reduce((sum, byte) => sum + 1 - byte, 0);
          const plan = new PartPlan(total, have);
          expect(plan.missingBytes).toBeGreaterThanOrEqual(missing);
          for (let i = 0; ; i++) {
            const part = plan.take(sizes[i % sizes.length] ?? MB);
            if (!part) break;
            expectLegal(part, total);
            covered.fill(1, part.offset, part.offset + part.length);
          }
          expect(covered.every((byte) => byte === 1)).toBe(true);
          expect(plan.isEmpty).toBe(true);
          expect(plan.missingBytes).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('asks for no byte twice on a fresh file, and again for what is given back', () => {
    const plan = new PartPlan(2.5 * MB);
    const first = plan.take(MB);
    expect(first).toEqual({ offset: 0, length: MB });
    expect(plan.take(MB)).toEqual({ offset: MB, length: MB });
    plan.giveBack(first!);
    expect(plan.missingBytes).toBe(1.5 * MB);
    expect(plan.take(MB)).toEqual(first);
    expect(plan.take(MB)).toEqual({ offset: 2 * MB, length: 0.5 * MB });
    expect(plan.take(MB)).toBeUndefined();
  });

  it('leaves out what is on disk', () => {
    expect(gaps([{ offset: 4096, length: 4096 }], 20_000)).toEqual([
      { offset: 0, length: 4096 },
      { offset: 8192, length: 20_000 - 8192 },
    ]);
    expect(gaps([{ offset: 0, length: 20_000 }], 20_000)).toEqual([]);
    expect(gaps([{ offset: 0, length: 5000 }], 20_000)).toEqual([{ offset: 4096, length: 20_000 - 4096 }]);
  });

  it('has nothing to do for an empty file', () => {
    expect(new PartPlan(0).isEmpty).toBe(true);
  });
});

describe('part sizes', () => {
  it('are powers of two that hold a small file in one request', () => {
    fc.assert(
      fc.property(fc.nat(4 * 1024 * MB), (bytes) => {
        const size = partSizeFor(bytes);
        expect(Math.log2(size) % 1).toBe(0);
        expect(size).toBeGreaterThanOrEqual(MIN_PART_BYTES);
        expect(size).toBeLessThanOrEqual(MAX_PART_BYTES);
        if (bytes <= MB) expect(size).toBeGreaterThanOrEqual(bytes);
      }),
    );
    expect(partSizeAtMost(100_000)).toBe(65_536);
    expect(partSizeAtMost(1)).toBe(MIN_PART_BYTES);
  });
});

describe('batches', () => {
  it('are of so many bytes at most, in order, with nothing lost', () => {
    expect([...batches([], 100)]).toEqual([]);
    expect([...batches([{ offset: 0, length: 100 }], 100)]).toEqual([[{ offset: 0, length: 100 }]]);
    const ranges = [
      { offset: 30, length: 10 },
      { offset: 50, length: 20 },
      { offset: 130, length: 270 },
    ];
    expect([...batches(ranges, 100)]).toEqual([
      [
        { offset: 30, length: 10 },
        { offset: 50, length: 20 },
        { offset: 130, length: 70 },
      ],
      [{ offset: 200, length: 100 }],
      [{ offset: 300, length: 100 }],
    ]);
  });
});
