import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tl } from './tl.js';

/** The server's own 2048-bit RSA key, by which clients know that they speak to it. */
export class RsaKey {
  readonly #private: KeyObject;
  /** PKCS#1, as clients want it (`--server-key`). */
  readonly publicKeyPem: string;
  /**
   * The low 64 bits of SHA1(n, e) in TL bytes.
   * https://core.telegram.org/mtproto/auth_key#dh-exchange-initiation
   */
  readonly fingerprint: bigint;

  private constructor(privateKey: KeyObject) {
    this.#private = privateKey;
    const publicKey = createPublicKey(privateKey);
    this.publicKeyPem = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const hash = createHash('sha1')
      .update(tl.string(Buffer.from(n, 'base64url')))
      .update(tl.string(Buffer.from(e, 'base64url')));
    this.fingerprint = hash.digest().readBigInt64LE(12);
  }

  /** A new key; takes some tens of milliseconds. */
  static generate(): RsaKey {
    for (;;) {
      const pair = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 65537 });
      const key = new RsaKey(pair.privateKey);
      // There are clients that look a key up by 16 hex digits, but write those of the server without leading zeros.
      if (BigInt.asUintN(64, key.fingerprint) >> 60n !== 0n) return key;
    }
  }

  /** @throws Error when the file cannot be read or holds no 2048-bit RSA private key in PEM */
  static load(path: string): RsaKey {
    const key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType !== 'rsa' || key.asymmetricKeyDetails?.modulusLength !== 2048)
      throw new Error(`${path}: not a 2048-bit RSA key`);
    return new RsaKey(key);
  }

  /** The key in the file; when there is no such file, a new key that is written to it. */
  static loadOrCreate(path: string): RsaKey {
    try {
      return RsaKey.load(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      const key = RsaKey.generate();
      key.save(path);
      return key;
    }
  }

  /** Writes the private key (PKCS#8 PEM, mode 0600); never over an existing file. */
  save(path: string): void {
    const pem = this.#private.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  }

  /** Raw RSA; undefined when the input is not a 256-byte number below the modulus. */
  decrypt(ciphertext: Buffer): Buffer | undefined {
    if (ciphertext.length !== 256) return undefined;
    try {
      return privateDecrypt({ key: this.#private, padding: constants.RSA_NO_PADDING }, ciphertext);
    } catch {
      return undefined;
    }
  }
}
