import { createCipheriv, createSecretKey } from 'node:crypto';

export const PART_DIGEST_BYTES = 16;

/** Public and fixed, see below; a key object, since one made of bytes at each call costs another 11 us. */
const KEY = createSecretKey(Buffer.alloc(16));
const NONCE = Buffer.alloc(12);

/**
 * What a part's record keeps of its bytes: GMAC, that is AES-128-GCM with the bytes as additional data and nothing encrypted
 * (NIST SP 800-38D), hex. 0.07 s/GiB and 3 us (20 us where other work comes between the calls); SHA-256: 0.6 s/GiB and 1 us.
 *
 * It is a checksum: it notices what a crash, a power cut or a failing disk did to the bytes. Hence the fixed key and nonce: who could
 * write other bytes into the part file could write their digest into the library as well, so there is no secret to keep.
 * Damage within one block of 16 bytes, and two such blocks in each other's place, are always noticed; random damage of n blocks goes
 * unnoticed with a chance of about n/2^128.
 * It is NOT for bytes that somebody may have chosen to deceive: with a known key such bytes are easily made. What came over the
 * network is checked by MTProto's message key, and the server's hashes and that of the whole file are SHA-256.
 *
 * @param bytes all of the part: Node promises one call of setAAD only (https://github.com/nodejs/node/issues/48314)
 */
export function partDigest(bytes: Uint8Array): string {
  const cipher = createCipheriv('aes-128-gcm', KEY, NONCE);
  cipher.setAAD(bytes);
  cipher.final();
  return cipher.getAuthTag().toString('hex');
}
