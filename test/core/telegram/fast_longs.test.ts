import fc from 'fast-check';
import { BinaryReader } from 'telegram/extensions/index.js';
import { readBigIntFromBuffer } from 'telegram/Helpers.js';
import { expect, it } from 'vitest';
import '../../../src/core/telegram/fast_longs.js';

it("reads the numbers that GramJS's own way gives, and as many bytes", () => {
  const edges = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 56n, -(2n ** 55n), 2n ** 62n];
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      (value) => {
        const bytes = Buffer.alloc(16);
        bytes.writeBigInt64LE(value);
        for (const signed of [true, false]) {
          const reader = new BinaryReader(bytes);
          const read = reader.readLong(signed);
          expect(read.equals(readBigIntFromBuffer(bytes.subarray(0, 8), true, signed))).toBe(true);
          expect(read.toString()).toBe(String(signed ? value : BigInt.asUintN(64, value)));
          expect(reader.tellPosition()).toBe(8);
        }
      },
    ),
  );
});

it('refuses what is cut short, as before', () => {
  expect(() => new BinaryReader(Buffer.alloc(7)).readLong()).toThrow('No more data left to read');
});
