import { createHash, hash, timingSafeEqual } from 'node:crypto';

/** Offset into the authorisation key by direction: https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector */
export const FROM_CLIENT = 0;
export const FROM_SERVER = 8;
export type Direction = typeof FROM_CLIENT | typeof FROM_SERVER;

/** SHA-256 covers this stretch of the authorisation key, then the plaintext with its padding. */
export const keyPart = (authKey: Uint8Array, direction: Direction) =>
  authKey.subarray(88 + direction, 120 + direction);

/** The message key of a plaintext, the middle 16 bytes of the hash: https://core.telegram.org/mtproto/description#message-key-msg-key */
export function messageKey(authKey: Uint8Array, plaintext: Uint8Array, direction: Direction): Buffer {
  return createHash('sha256').update(keyPart(authKey, direction)).update(plaintext).digest().subarray(8, 24);
}

/**
 * Whether `keyPartAndPlaintext`, which has the stretch of the key in front, hashes to this message key; one pass, no copy.
 * https://core.telegram.org/mtproto/security_guidelines#checking-sha256-hash-value-of-msg-key
 */
export function matchesMessageKey(keyPartAndPlaintext: Uint8Array, messageKey: Uint8Array): boolean {
  return timingSafeEqual(hash('sha256', keyPartAndPlaintext, 'buffer').subarray(8, 24), messageKey);
}

/** AES-256 key and IGE initialization vector of one message. */
export function aesKeyAndIv(
  authKey: Uint8Array,
  messageKey: Uint8Array,
  direction: Direction,
): { readonly key: Buffer; readonly iv: Buffer } {
  const a = createHash('sha256')
    .update(messageKey)
    .update(authKey.subarray(direction, direction + 36))
    .digest();
  const b = createHash('sha256')
    .update(authKey.subarray(40 + direction, 76 + direction))
    .update(messageKey)
    .digest();
  return {
    key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
    iv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
  };
}

/** The lower 64 bits of the key's SHA-1: https://core.telegram.org/mtproto/description#key-identifier-auth-key-id */
export function authKeyId(authKey: Uint8Array): Buffer {
  return createHash('sha1').update(authKey).digest().subarray(12, 20);
}
