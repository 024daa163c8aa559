import { randomFillSync } from 'node:crypto';
import type { AuthKey } from './auth_keys.js';
import type { BufferPool } from './buffer_pool.js';
import { HEADROOM, TAILROOM } from './framing.js';
import { encryptFromServer } from './message_crypto.js';
import type { ServerMessage } from './unacknowledged.js';

/** A packet's payload inside a pooled buffer, with room around it for the transport's framing. */
export interface Sealed {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

const ENVELOPE = 24;
const HEADER = 32;
const LEAST_PADDING = 12;

/**
 * Assembles and encrypts one message: auth_key_id, msg_key, and encrypted salt, session id, message and padding
 * (https://core.telegram.org/mtproto/description#encrypted-message). The pieces are copied once; the rest is in place.
 */
export function sealMessage(
  pool: BufferPool,
  key: AuthKey,
  salt: bigint,
  sessionId: bigint,
  message: Pick<ServerMessage, 'id' | 'seqno' | 'pieces' | 'size'>,
): Sealed {
  const content = HEADER + message.size;
  const plaintext = (content + LEAST_PADDING + 15) & ~15;
  const start = HEADROOM;
  const from = start + ENVELOPE;
  const end = from + plaintext;
  const buffer = pool.acquire(end + TAILROOM);
  buffer.set(key.id, start);
  buffer.writeBigInt64LE(salt, from);
  buffer.writeBigInt64LE(sessionId, from + 8);
  buffer.writeBigInt64LE(message.id, from + 16);
  buffer.writeUInt32LE(message.seqno, from + 24);
  buffer.writeUInt32LE(message.size, from + 28);
  let at = from + HEADER;
  for (const piece of message.pieces) {
    buffer.set(piece, at);
    at += piece.length;
  }
  randomFillSync(buffer, at, end - at);
  encryptFromServer(key.bytes, buffer, from, end);
  return { buffer, start, end };
}

/** An unencrypted payload. */
export function wrapPlain(pool: BufferPool, payload: Buffer): Sealed {
  const buffer = pool.acquire(HEADROOM + payload.length + TAILROOM);
  buffer.set(payload, HEADROOM);
  return { buffer, start: HEADROOM, end: HEADROOM + payload.length };
}
