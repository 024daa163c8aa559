import { unzipSync } from 'node:zlib';
import {
  BAD_MSG_NOTIFICATION,
  BAD_SERVER_SALT,
  GZIP_PACKED,
  MSG_CONTAINER,
  MSG_DETAILED_INFO,
  MSG_NEW_DETAILED_INFO,
  MSGS_STATE_REQ,
  NEW_SESSION_CREATED,
  PONG,
  RPC_ERROR,
  RPC_RESULT,
} from './constructors.js';
import { ProtocolViolation } from './protocol_violation.js';
import { TlReader } from './tl_reader.js';

/** What the server said, as far as a file client listens. */
export type ServerMessage =
  | { readonly kind: 'result'; readonly requestId: bigint; readonly body: Uint8Array }
  | { readonly kind: 'error'; readonly requestId: bigint; readonly code: number; readonly message: string }
  | { readonly kind: 'bad-message'; readonly badId: bigint; readonly code: number }
  | { readonly kind: 'bad-salt'; readonly badId: bigint; readonly salt: Uint8Array }
  | { readonly kind: 'new-session'; readonly firstId: bigint; readonly salt: Uint8Array }
  | { readonly kind: 'pong'; readonly requestId: bigint }
  | { readonly kind: 'answer-exists'; readonly answerId: bigint }
  | { readonly kind: 'state-request'; readonly messageIds: readonly bigint[] }
  /** Updates and whatever else is none of a file client's business. */
  | { readonly kind: 'other'; readonly constructorId: number };

/** A message with the envelope that containers give each of theirs. */
export interface Enveloped {
  readonly messageId: bigint;
  readonly sequenceNumber: number;
  readonly message: ServerMessage;
}

/** More than this in one container is refused: https://core.telegram.org/mtproto/service_messages#simple-container */
const MAX_CONTAINED = 1020;
/** What a packed answer may unpack to: a part of 1 MiB and its header. */
const MAX_UNPACKED = (1 << 20) + 1024;
/** What all that is packed in one frame may unpack to together. */
const MAX_UNPACKED_IN_FRAME = 4 * MAX_UNPACKED;

/**
 * Parses a decrypted message body. Never allocates more than the bounds above, whatever the bytes say.
 * @param isAwaited whether a request of this id waits for its answer; results that nobody waits for are not looked into
 * @throws ProtocolViolation
 */
export function parseServerMessages(
  messageId: bigint,
  sequenceNumber: number,
  body: Uint8Array,
  isAwaited: (requestId: bigint) => boolean,
): readonly Enveloped[] {
  const unpack = unpacker();
  const parseOne = (message: Uint8Array) => parseMessage(message, unpack, isAwaited);
  const unpacked = unpack(body);
  const reader = new TlReader(unpacked);
  if (new TlReader(unpacked).uint32() !== MSG_CONTAINER) {
    return [{ messageId, sequenceNumber, message: parseOne(unpacked) }];
  }
  reader.uint32();
  const count = reader.count(16);
  if (count > MAX_CONTAINED) throw new ProtocolViolation('an oversized container');
  const messages: Enveloped[] = [];
  for (let i = 0; i < count; i++) {
    const innerId = reader.uint64();
    const innerSequence = reader.uint32();
    const length = reader.uint32();
    // https://core.telegram.org/mtproto/service_messages#simple-container
    if (innerId >= messageId) throw new ProtocolViolation('a container older than its content');
    // A container is made after its content: https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
    if (innerSequence > sequenceNumber)
      throw new ProtocolViolation('a container numbered before its content');
    if (length % 4 !== 0) throw new ProtocolViolation('a contained message of odd length');
    const inner = unpack(reader.raw(length));
    if (new TlReader(inner).uint32() === MSG_CONTAINER)
      throw new ProtocolViolation('a container inside a container');
    messages.push({ messageId: innerId, sequenceNumber: innerSequence, message: parseOne(inner) });
  }
  return messages;
}

type Unpack = (body: Uint8Array) => Uint8Array;

function parseMessage(
  body: Uint8Array,
  unpack: Unpack,
  isAwaited: (requestId: bigint) => boolean,
): ServerMessage {
  const reader = new TlReader(body);
  const constructorId = reader.uint32();
  switch (constructorId) {
    case RPC_RESULT: {
      const requestId = reader.uint64();
      return isAwaited(requestId) ? parseResult(requestId, reader, unpack) : { kind: 'other', constructorId };
    }
    case BAD_MSG_NOTIFICATION: {
      const badId = reader.uint64();
      reader.uint32();
      return { kind: 'bad-message', badId, code: reader.int32() };
    }
    case BAD_SERVER_SALT: {
      const badId = reader.uint64();
      reader.raw(8);
      return { kind: 'bad-salt', badId, salt: Uint8Array.from(reader.raw(8)) };
    }
    case NEW_SESSION_CREATED: {
      const firstId = reader.uint64();
      reader.raw(8);
      return { kind: 'new-session', firstId, salt: Uint8Array.from(reader.raw(8)) };
    }
    case PONG:
      return { kind: 'pong', requestId: reader.uint64() };
    case MSG_DETAILED_INFO:
      reader.raw(8);
      return { kind: 'answer-exists', answerId: reader.uint64() };
    case MSG_NEW_DETAILED_INFO:
      return { kind: 'answer-exists', answerId: reader.uint64() };
    case MSGS_STATE_REQ: {
      const count = reader.vector(8);
      return { kind: 'state-request', messageIds: Array.from({ length: count }, () => reader.uint64()) };
    }
    default:
      return { kind: 'other', constructorId };
  }
}

/** https://core.telegram.org/mtproto/service_messages#response-to-an-rpc-query and …#rpc-error */
function parseResult(requestId: bigint, reader: TlReader, unpack: Unpack): ServerMessage {
  const body = unpack(reader.raw(reader.remaining));
  const inner = new TlReader(body);
  if (inner.uint32() !== RPC_ERROR) return { kind: 'result', requestId, body };
  const code = inner.int32();
  return { kind: 'error', requestId, code, message: Buffer.from(inner.bytes()).toString('utf8') };
}

/**
 * Unpacks what is packed and gives back what is not, as long as the frame's allowance lasts.
 * https://core.telegram.org/mtproto/service_messages#packed-object
 */
function unpacker(): Unpack {
  let allowance = MAX_UNPACKED_IN_FRAME;
  return (body) => {
    const reader = new TlReader(body);
    if (reader.uint32() !== GZIP_PACKED) return body;
    try {
      const unpacked = unzipSync(reader.bytes(), { maxOutputLength: Math.min(MAX_UNPACKED, allowance) });
      // One byte at least, so that there is always a bound for the next.
      allowance = Math.max(1, allowance - unpacked.length);
      return unpacked;
    } catch (error) {
      if (error instanceof ProtocolViolation) throw error;
      throw new ProtocolViolation('a packed answer that cannot be unpacked', { cause: error });
    }
  };
}
