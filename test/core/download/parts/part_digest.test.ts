import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PART_DIGEST_BYTES, partDigest } from '../../../../src/core/download/parts/part_digest.js';

const hex = (text: string) => Buffer.from(text, 'hex');
const toNumber = (block: Uint8Array) => BigInt(`0x${Buffer.from(block).toString('hex')}`);

/** The product of two blocks: SP 800-38D, algorithm 1. */
function times(x: bigint, y: bigint): bigint {
  let product = 0n;
  for (let bit = 127n, v = y; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= v;
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
  }
  return product;
}

/** GMAC as SP 800-38D, 6.4 and 7.1, writes it down; of the library only AES of single blocks. */
function gmac(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): string {
  const aes = createCipheriv('aes-128-ecb', key, null);
  const subkey = toNumber(aes.update(Buffer.alloc(16)));
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64BE(BigInt(bytes.length) * 8n);
  const blocks = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 15), lengths]);
  let hash = 0n;
  for (let at = 0; at < blocks.length; at += 16) {
    hash = times(hash ^ toNumber(blocks.subarray(at, at + 16)), subkey);
  }
  const mask = toNumber(aes.update(Buffer.concat([nonce, hex('00000001')])));
  return (hash ^ mask).toString(16).padStart(32, '0');
}

/** NIST's validation program, gcmEncryptExtIV128.rsp: nothing encrypted, 128 bits of additional data. */
const NIST = {
  key: hex('77be63708971c4e240d1cb79e8d77feb'),
  nonce: hex('e0e00f19fed7ba0136a797f3'),
  bytes: hex('7a43ec1d9c0a5a78a0b16533a6213cab'),
  tag: '209fcc8d3675ed938e9c7166709dd946',
};

const bytes = fc.uint8Array({ minLength: 1, maxLength: 2000 });

describe('the digest of a part', () => {
  it('is GMAC with a key and a nonce of zeros', () => {
    expect(gmac(NIST.key, NIST.nonce, NIST.bytes)).toBe(NIST.tag);
    const zeros = Buffer.alloc(16);
    const check = (part: Uint8Array) => {
      expect(partDigest(part)).toBe(gmac(zeros, zeros.subarray(0, 12), part));
    };
    check(new Uint8Array());
    fc.assert(fc.property(bytes, check), { numRuns: 20, seed: 1 });
  });

  it('of nothing is test case 1 of the specification of GCM', () => {
    expect(partDigest(new Uint8Array())).toBe('58e2fccefa7e3061367f1d57a4e7455a');
    expect(hex(partDigest(new Uint8Array()))).toHaveLength(PART_DIGEST_BYTES);
  });

  it('tells of one bit that is another, wherever it is', () => {
    const anywhere = bytes.chain((part) => fc.tuple(fc.constant(part), fc.nat(8 * part.length - 1)));
    fc.assert(
      fc.property(anywhere, ([part, bit]) => {
        const damaged = part.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(partDigest(damaged)).not.toBe(partDigest(part));
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('tells of a stretch that was never written, is somebody else’s or is in another’s place', () => {
    const part = Buffer.from(Array.from({ length: 64 * 1024 }, (_, i) => (i * 7 + (i >> 8)) & 255));
    const hole = Buffer.from(part).fill(0, 4096, 8192);
    const other = Buffer.from(part).fill('other', 4096, 8192);
    const sectors = Array.from({ length: part.length / 4096 }, (_, i) =>
      part.subarray(i * 4096, i * 4096 + 4096),
    );
    const swapped = Buffer.concat([sectors[1]!, sectors[0]!, ...sectors.slice(2)]);
    const damaged = [hole, other, swapped, part.subarray(0, -1), Buffer.concat([part, Buffer.alloc(1)])];
    expect(new Set([part, ...damaged].map(partDigest)).size).toBe(6);
  });
});
