import { createHash } from 'node:crypto';
import { igeDecrypt, igeEncrypt } from './ige.js';

export interface AesKey {
  readonly key: Buffer;
  /** 32 bytes: IGE has two initial blocks. */
  readonly iv: Buffer;
}

export function sha1(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The two directions use different parts of the key; the number is the x of the documentation. */
const FROM_CLIENT = 0;
const FROM_SERVER = 8;

/** https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector */
function deriveKey(authKey: Buffer, messageKey: Buffer, x: number): AesKey {
  const a = sha256(messageKey, authKey.subarray(x, x + 36));
  const b = sha256(authKey.subarray(40 + x, 76 + x), messageKey);
  return {
    key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
    iv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
  };
}

/** MTProto 1.0, still used by auth.bindTempAuthKey: https://core.telegram.org/mtproto/description_v1 */
function deriveKeyV1(authKey: Buffer, messageKey: Buffer): AesKey {
  const a = sha1(messageKey, authKey.subarray(0, 32));
  const b = sha1(authKey.subarray(32, 48), messageKey, authKey.subarray(48, 64));
  const c = sha1(authKey.subarray(64, 96), messageKey);
  const d = sha1(messageKey, authKey.subarray(96, 128));
  return {
    key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)]),
    iv: Buffer.concat([a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)]),
  };
}

/** The key of the handshake's own encryption: https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication */
export function handshakeKey(serverNonce: Buffer, newNonce: Buffer): AesKey {
  const a = sha1(newNonce, serverNonce);
  const b = sha1(serverNonce, newNonce);
  const c = sha1(newNonce, newNonce);
  return {
    key: Buffer.concat([a, b.subarray(0, 12)]),
    iv: Buffer.concat([b.subarray(12, 20), c, newNonce.subarray(0, 4)]),
  };
}

export interface Decrypted {
  readonly plaintext: Buffer;
  /** https://core.telegram.org/mtproto/mtproto-transports#quick-ack: the high bit is set. */
  readonly quickAck: number;
}

/** Opens a client's message; undefined when its message key does not prove it. */
export function decryptFromClient(
  authKey: Buffer,
  messageKey: Buffer,
  ciphertext: Buffer,
): Decrypted | undefined {
  const { key, iv } = deriveKey(authKey, messageKey, FROM_CLIENT);
  const plaintext = igeDecrypt(key, iv, ciphertext);
  const hash = sha256(authKey.subarray(88, 120), plaintext);
  if (!hash.subarray(8, 24).equals(messageKey)) return undefined;
  return { plaintext, quickAck: (hash.readUInt32LE() | 0x8000_0000) >>> 0 };
}

/** Encrypts `buffer[start, end)` in place and writes the 16-byte message key before it. */
export function encryptFromServer(authKey: Buffer, buffer: Buffer, start: number, end: number): void {
  const hash = sha256(authKey.subarray(96, 128), buffer.subarray(start, end));
  const messageKey = hash.subarray(8, 24);
  const { key, iv } = deriveKey(authKey, messageKey, FROM_SERVER);
  igeEncrypt(key, iv, buffer, start, end);
  buffer.set(messageKey, start - 16);
}

/**
 * Opens a message of MTProto 1.0 whose plaintext, without padding, has a known length; undefined when its message key
 * does not prove it.
 */
export function decryptV1(
  authKey: Buffer,
  messageKey: Buffer,
  ciphertext: Buffer,
  length: number,
): Buffer | undefined {
  if (ciphertext.length % 16 !== 0 || ciphertext.length < length) return undefined;
  const { key, iv } = deriveKeyV1(authKey, messageKey);
  const plaintext = igeDecrypt(key, iv, ciphertext).subarray(0, length);
  return sha1(plaintext).subarray(4, 20).equals(messageKey) ? plaintext : undefined;
}
