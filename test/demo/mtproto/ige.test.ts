import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { igeDecrypt, igeEncrypt } from '../../../src/demo/mtproto/ige.js';
import { ige } from './raw_crypto.js';

test.each([16, 32, 48, 64, 65_520, 65_536, 65_552, 65_568, 131_072, 200_000])(
  '%i bytes: the same as another make',
  (size) => {
    const [key, iv, plaintext] = [randomBytes(32), randomBytes(32), randomBytes(size)];
    const buffer = Buffer.concat([Buffer.alloc(8), plaintext, Buffer.alloc(8)]);
    igeEncrypt(key, iv, buffer, 8, 8 + size);
    const expected = ige.encrypt(plaintext, key, iv);
    expect(buffer.subarray(8, 8 + size).equals(expected)).toBe(true);
    expect(buffer.subarray(0, 8).equals(Buffer.alloc(8))).toBe(true);
    expect(buffer.subarray(8 + size).equals(Buffer.alloc(8))).toBe(true);
    expect(igeDecrypt(key, iv, expected).equals(plaintext)).toBe(true);
  },
);
