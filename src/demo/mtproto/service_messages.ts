import { ID } from './constructors.js';
import type { FutureSalt } from './salts.js';
import { tl } from './tl.js';
import type { ServerMessage } from './unacknowledged.js';

/**
 * Bodies of the server's service messages: https://core.telegram.org/mtproto/service_messages and
 * https://core.telegram.org/mtproto/service_messages_about_messages
 */

export function rpcResult(requestId: bigint, result: readonly Buffer[]): readonly Buffer[] {
  return [tl.object(ID.rpcResult, requestId), ...result];
}

export function rpcError(code: number, message: string): Buffer {
  return tl.object(ID.rpcError, code, tl.string(message));
}

export function pong(messageId: bigint, pingId: bigint): Buffer {
  return tl.object(ID.pong, messageId, pingId);
}

export function newSessionCreated(firstMessageId: bigint, uniqueId: bigint, salt: bigint): Buffer {
  return tl.object(ID.newSessionCreated, firstMessageId, uniqueId, salt);
}

export function badMessage(messageId: bigint, seqno: number, errorCode: number): Buffer {
  return tl.object(ID.badMsgNotification, messageId, seqno, errorCode);
}

export function badServerSalt(messageId: bigint, seqno: number, salt: bigint): Buffer {
  return tl.object(ID.badServerSalt, messageId, seqno, 48, salt);
}

export function acknowledge(ids: readonly bigint[]): Buffer {
  return tl.object(ID.msgsAck, ID.vector, ids.length, ...ids);
}

export function stateInfo(requestId: bigint, states: readonly number[]): Buffer {
  return tl.object(ID.msgsStateInfo, requestId, tl.string(Buffer.from(states)));
}

/** Tells that an answer exists which the client has perhaps not received. */
export function detailedInfo(message: ServerMessage): Buffer {
  return message.replyTo === undefined
    ? tl.object(ID.msgNewDetailedInfo, message.id, message.size, 0)
    : tl.object(ID.msgDetailedInfo, message.replyTo, message.id, message.size, 0);
}

/** The vector is bare, and so are the salts in it. @param now unix seconds */
export function futureSalts(requestId: bigint, now: number, salts: readonly FutureSalt[]): Buffer {
  const fields = salts.flatMap(({ validSince, validUntil, salt }) => [validSince, validUntil, salt]);
  return tl.object(ID.futureSalts, requestId, now, salts.length, ...fields);
}

/** Several messages in one packet: https://core.telegram.org/mtproto/service_messages#simple-container */
export function container(messages: readonly ServerMessage[]): readonly Buffer[] {
  const pieces = messages.flatMap(({ id, seqno, size, pieces }) => {
    const head = Buffer.alloc(16);
    head.writeBigInt64LE(id);
    head.writeUInt32LE(seqno, 8);
    head.writeUInt32LE(size, 12);
    return [head, ...pieces];
  });
  return [tl.object(ID.msgContainer, messages.length), ...pieces];
}
