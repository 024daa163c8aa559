import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getWasmUrl, ige256Decrypt, ige256Encrypt, initSync } from '@mtcute/wasm';

initSync(readFileSync(getWasmUrl()));

export const hash = (name: 'sha1' | 'sha256', ...parts: readonly Uint8Array[]): Buffer =>
  createHash(name).update(Buffer.concat(parts)).digest();

/** IGE of another make than the server's. */
export const ige = {
  encrypt: (data: Buffer, key: Buffer, iv: Buffer): Buffer => Buffer.from(ige256Encrypt(data, key, iv)),
  decrypt: (data: Buffer, key: Buffer, iv: Buffer): Buffer => Buffer.from(ige256Decrypt(data, key, iv)),
};

export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let power = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * power) % modulus;
    power = (power * power) % modulus;
  }
  return result;
}

export const toBigInt = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex') || '0'}`);

export function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}

export interface AesKey {
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** MTProto 2.0; x is 0 to the server, 8 from it. */
export function messageAes(authKey: Buffer, messageKey: Buffer, x: 0 | 8): AesKey {
  const a = hash('sha256', messageKey, authKey.subarray(x, x + 36));
  const b = hash('sha256', authKey.subarray(40 + x, 76 + x), messageKey);
  const cut = (p: Buffer, q: Buffer): Buffer =>
    Buffer.concat([p.subarray(0, 8), q.subarray(8, 24), p.subarray(24)]);
  return { key: cut(a, b), iv: cut(b, a) };
}

/** MTProto 1.0, to the server. */
export function messageAesV1(authKey: Buffer, messageKey: Buffer): AesKey {
  const a = hash('sha1', messageKey, authKey.subarray(0, 32));
  const b = hash('sha1', authKey.subarray(32, 48), messageKey, authKey.subarray(48, 64));
  const c = hash('sha1', authKey.subarray(64, 96), messageKey);
  const d = hash('sha1', messageKey, authKey.subarray(96, 128));
  return {
    key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)]),
    iv: Buffer.concat([a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)]),
  };
}
