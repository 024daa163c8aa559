import { readFileSync } from 'node:fs';
import { getWasmUrl, ige256Encrypt, initSync } from '@mtcute/wasm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encryptIge } from '../../../../src/core/download/native/mtproto/packet.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

it('requests are encrypted as @mtcute/wasm encrypts them', () => {
  initSync(readFileSync(getWasmUrl()));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }).chain((blocks) => bytes(16 * blocks)),
      bytes(32),
      bytes(32),
      (plain, key, iv) => {
        expect(Buffer.compare(encryptIge(plain, key, iv), ige256Encrypt(plain, key, iv))).toBe(0);
      },
    ),
    { numRuns: 100, seed: 3 },
  );
});
