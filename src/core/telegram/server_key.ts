import { createHash, createPublicKey } from 'node:crypto';
import { TadError } from '../errors.js';

export interface ServerKey {
  /** Big-endian, as in the PEM. */
  readonly modulus: Buffer;
  readonly exponent: number;
  /** Signed decimal: the lower 64 bits of SHA-1 over the bare TL rsa_public_key. */
  readonly fingerprint: string;
}

/**
 * Reads an RSA public key (PKCS#1 or SPKI) and computes the fingerprint by which resPQ names it
 * (https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication).
 * @throws TadError `usage` when it is no RSA-2048 public key
 */
export function readServerKey(pem: string): ServerKey {
  try {
    const { n = '', e = '' } = createPublicKey(pem).export({ format: 'jwk' });
    const modulus = Buffer.from(n, 'base64url');
    const exponent = Buffer.from(e, 'base64url');
    if (modulus.length !== 256) throw new Error('not an RSA key of 2048 bits');
    const digest = createHash('sha1').update(tlBytes(modulus)).update(tlBytes(exponent)).digest();
    return {
      modulus,
      exponent: exponent.readUIntBE(0, exponent.length),
      fingerprint: digest.readBigInt64LE(12).toString(),
    };
  } catch (error) {
    throw new TadError('usage', 'the server key is not an RSA public key in PEM form', 'see --server-key', {
      cause: error,
    });
  }
}

/** TL `bytes`: length, content, padding to four (https://core.telegram.org/mtproto/serialize#base-types). */
function tlBytes(content: Buffer): Buffer {
  const header =
    content.length < 254
      ? Buffer.from([content.length])
      : Buffer.from([254, content.length & 0xff, (content.length >> 8) & 0xff, content.length >> 16]);
  const padding = (4 - ((header.length + content.length) % 4)) % 4;
  return Buffer.concat([header, content, Buffer.alloc(padding)]);
}
