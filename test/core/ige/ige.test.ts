import { readFileSync } from 'node:fs';
import { getWasmUrl, ige256Encrypt, initSync } from '@mtcute/wasm';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { assemble } from '../../../scripts/assemble_wat.js';
import { loadKernels, SimdIgeDecryptor } from '../../../src/core/ige/ige_decryptor.js';
import { createIgeDecryptor, type IgeDecryptor } from '../../../src/core/ige/index.js';
import { PortableIgeDecryptor } from '../../../src/core/ige/portable_ige_decryptor.js';
import { moduleText } from '../../../src/core/ige/wat/module_text.js';

beforeAll(() => initSync(readFileSync(getWasmUrl())));

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.integer({ min: 0, max: 160 }).chain((blocks) =>
  fc.record({
    plain: bytes(16 * blocks),
    key: bytes(32),
    iv: bytes(32),
    gap: fc.integer({ min: 0, max: 9 }),
  }),
);

/** Puts encrypted messages into the memory, decrypts them together, and compares each with what it was. */
function roundTrip(
  decryptor: IgeDecryptor,
  messages: readonly { plain: Uint8Array; key: Uint8Array; iv: Uint8Array; gap: number }[],
): void {
  let pointer = decryptor.dataStart;
  const placed = messages.map(({ plain, key, iv, gap }) => {
    const encrypted = plain.length > 0 ? ige256Encrypt(plain, key, iv) : plain;
    decryptor.memory.set(encrypted, pointer);
    const at = { pointer, length: plain.length, key, iv };
    pointer += plain.length + 16 * gap;
    return at;
  });
  decryptor.decrypt(placed);
  for (const [i, { pointer, length }] of placed.entries()) {
    expect(Buffer.compare(decryptor.memory.subarray(pointer, pointer + length), messages[i]!.plain)).toBe(0);
  }
}

describe('AES-256-IGE kernels', () => {
  it('are what the generator writes, byte for byte', async () => {
    const kernels = readFileSync(new URL('../../../src/core/ige/kernels.wasm', import.meta.url));
    expect(Buffer.compare(await assemble(moduleText()), kernels)).toBe(0);
  });

  it('run on this machine', () => {
    expect(createIgeDecryptor(65536).name).toBe('simd');
  });

  it.each([1, 2, 3, 4, 7])(
    'decrypt up to %i messages of mixed lengths as @mtcute/wasm encrypted them',
    (most) => {
      const decryptor = createIgeDecryptor(1 << 20);
      fc.assert(
        fc.property(fc.array(message, { minLength: 1, maxLength: most }), (messages) =>
          roundTrip(decryptor, messages),
        ),
        { numRuns: 60, seed: most },
      );
    },
  );

  it('decrypt a part of 1 MB', () => {
    const plain = Buffer.alloc(1 << 20, 'all work and no play makes jack a dull boy');
    const key = Buffer.alloc(32, 7);
    const iv = Buffer.alloc(32, 9);
    roundTrip(createIgeDecryptor(1 << 20), [{ plain, key, iv, gap: 0 }]);
  });

  it('the portable decryptor gives the same', () => {
    const decryptor = new PortableIgeDecryptor(1 << 20);
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) =>
        roundTrip(decryptor, messages),
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it('give way to the portable decryptor where the machine lacks their instructions', () => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    const decryptor = createIgeDecryptor(1 << 16);
    validate.mockRestore();
    expect(decryptor.name).toBe('portable');
    const key = Buffer.alloc(32, 7);
    roundTrip(decryptor, [{ plain: Buffer.alloc(4096, 'portable'), key, iv: Buffer.alloc(32, 9), gap: 0 }]);
  });

  it('refuse what is not whole blocks or lies outside', () => {
    const decryptor = new SimdIgeDecryptor(loadKernels()!, 65536);
    const iv = new Uint8Array(32);
    const decrypt = (pointer: number, length: number) => () =>
      decryptor.decrypt([{ pointer, length, key: iv, iv }]);
    expect(decrypt(decryptor.dataStart, 17)).toThrow(RangeError);
    expect(decrypt(0, 16)).toThrow(RangeError);
    expect(decrypt(decryptor.dataStart, 1 << 24)).toThrow(RangeError);
  });

  it.each([
    [3, [3, 8]],
    [4, [4, 5]],
  ])(
    'calibration picks groups of %i when its clock says that they are cheaper per message',
    (best, costs) => {
      const decryptor = new SimdIgeDecryptor(loadKernels()!, 1 << 20);
      let now = 0;
      let readings = 0;
      // Two readings per decryption, and groups of three and of four in turn.
      decryptor.calibrate(() => {
        if (readings % 2 === 1) now += costs[(readings >> 1) % 2]!;
        readings++;
        return now;
      });
      expect(decryptor.bestBatch).toBe(best);
    },
  );
});
