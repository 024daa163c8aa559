import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { aesKeyAndIv, authKeyId, FROM_CLIENT, messageKey } from './message_key.js';

/** Salt, session id, message id, sequence number, length. */
export const PLAIN_HEADER_BYTES = 32;
/** Key id and message key. */
export const CIPHER_HEADER_BYTES = 24;

/** One message on its way to the server. */
export interface OutgoingMessage {
  readonly messageId: bigint;
  readonly sequenceNumber: number;
  readonly body: Uint8Array;
}

/**
 * Encrypts one message and frames it for the intermediate transport.
 * https://core.telegram.org/mtproto/description#encrypted-message-encrypted-data,
 * https://core.telegram.org/mtproto/mtproto-transports#intermediate
 */
export function encryptPacket(
  authKey: Uint8Array,
  salt: Uint8Array,
  sessionId: Uint8Array,
  message: OutgoingMessage,
  random: (bytes: number) => Uint8Array = randomBytes,
): Buffer {
  const unpadded = PLAIN_HEADER_BYTES + message.body.length;
  const padding = 12 + (-(unpadded + 12) & 15); // 12 to 1024 bytes, to a multiple of 16
  const plain = Buffer.alloc(unpadded + padding);
  plain.set(salt, 0);
  plain.set(sessionId, 8);
  plain.writeBigUInt64LE(message.messageId, 16);
  plain.writeUInt32LE(message.sequenceNumber, 24);
  plain.writeUInt32LE(message.body.length, 28);
  plain.set(message.body, PLAIN_HEADER_BYTES);
  plain.set(random(padding), unpadded);

  const key = messageKey(authKey, plain, FROM_CLIENT);
  const aes = aesKeyAndIv(authKey, key, FROM_CLIENT);
  const frame = Buffer.alloc(4 + CIPHER_HEADER_BYTES + plain.length);
  frame.writeUInt32LE(frame.length - 4, 0);
  frame.set(authKeyId(authKey), 4);
  frame.set(key, 12);
  frame.set(encryptIge(plain, aes.key, aes.iv), 28);
  return frame;
}

/**
 * AES-256-IGE with node:crypto, which offers no IGE: c(i) = E(m(i) ^ c(i-1)) ^ m(i-1). With y(i) = c(i) ^ m(i-1) that is
 * y(i) = E(m(i) ^ m(i-2) ^ y(i-1)): CBC over m(i) ^ m(i-2), one call for all blocks.
 */
export function encryptIge(plain: Uint8Array, key: Uint8Array, iv: Uint8Array): Buffer {
  // OpenSSL's cipher is set up from a key object in a third of the time that it takes from bytes.
  const cipher = createCipheriv('aes-256-cbc', createSecretKey(key), iv.subarray(0, 16)).setAutoPadding(
    false,
  );
  const mixed = Buffer.from(plain);
  for (let i = 16; i < plain.length; i++) mixed[i]! ^= i < 32 ? iv[i]! : plain[i - 32]!;
  const out = cipher.update(mixed);
  for (let i = 0; i < out.length; i++) out[i]! ^= i < 16 ? iv[16 + i]! : plain[i - 16]!;
  return out;
}
