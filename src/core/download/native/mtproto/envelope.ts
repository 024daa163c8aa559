import { PLAIN_HEADER_BYTES } from './packet.js';
import { ProtocolViolation } from './protocol_violation.js';

const MIN_PADDING = 12;
const MAX_PADDING = 1024;

/** What stands around the body of a decrypted message. */
export interface Envelope {
  readonly messageId: bigint;
  readonly sequenceNumber: number;
  /** A view. */
  readonly body: Uint8Array;
}

/**
 * Takes a decrypted message, its message key checked already, out of its envelope.
 * Session: https://core.telegram.org/mtproto/security_guidelines#checking-session-id;
 * length and padding: https://core.telegram.org/mtproto/security_guidelines#checking-message-length.
 * @throws ProtocolViolation
 */
export function openEnvelope(plain: Buffer, sessionId: Uint8Array): Envelope {
  if (plain.compare(sessionId, 0, 8, 8, 16) !== 0)
    throw new ProtocolViolation('a message for another session');
  const bodyBytes = plain.readUInt32LE(28);
  const padding = plain.length - PLAIN_HEADER_BYTES - bodyBytes;
  if (padding < MIN_PADDING || padding > MAX_PADDING || bodyBytes % 4 !== 0) {
    throw new ProtocolViolation('a message of impossible length');
  }
  return {
    messageId: plain.readBigUInt64LE(16),
    sequenceNumber: plain.readUInt32LE(24),
    body: plain.subarray(PLAIN_HEADER_BYTES, PLAIN_HEADER_BYTES + bodyBytes),
  };
}
