import type { FileLocation } from '../../../types.js';
import {
  FILE_HASH,
  INIT_CONNECTION,
  INPUT_DOCUMENT_FILE_LOCATION,
  INVOKE_WITH_LAYER,
  LAYER,
  MSG_CONTAINER,
  MSG_RESEND_REQ,
  MSGS_ACK,
  MSGS_STATE_INFO,
  PING_DELAY_DISCONNECT,
  UPLOAD_FILE,
  UPLOAD_FILE_CDN_REDIRECT,
  UPLOAD_GET_FILE,
  UPLOAD_GET_FILE_HASHES,
  VECTOR,
} from './constructors.js';
import type { OutgoingMessage } from './packet.js';
import { ProtocolViolation } from './protocol_violation.js';
import { TlReader } from './tl_reader.js';
import { TlWriter } from './tl_writer.js';

/** How this client introduces itself. */
export interface ClientDescription {
  readonly apiId: number;
  readonly deviceModel: string;
  readonly systemVersion: string;
  readonly appVersion: string;
}

function documentLocation(writer: TlWriter, location: FileLocation): TlWriter {
  return writer
    .uint32(INPUT_DOCUMENT_FILE_LOCATION)
    .uint64(BigInt(location.documentId), BigInt(location.accessHash))
    .bytes(location.fileReference)
    .string('');
}

/** https://core.telegram.org/method/upload.getFile; offset and limit as https://core.telegram.org/api/files#downloading-files demands */
export function getFile(location: FileLocation, offset: number, limit: number): Buffer {
  const writer = new TlWriter().uint32(UPLOAD_GET_FILE, 0);
  return documentLocation(writer, location).uint64(BigInt(offset)).uint32(limit).toBuffer();
}

/** https://core.telegram.org/method/upload.getFileHashes */
export function getFileHashes(location: FileLocation, offset: number): Buffer {
  const writer = new TlWriter().uint32(UPLOAD_GET_FILE_HASHES);
  return documentLocation(writer, location).uint64(BigInt(offset)).toBuffer();
}

/** The first request of a connection tells the layer and who asks: https://core.telegram.org/api/invoking#layers */
export function introduced(client: ClientDescription, query: Uint8Array): Buffer {
  return new TlWriter()
    .uint32(INVOKE_WITH_LAYER, LAYER, INIT_CONNECTION, 0, client.apiId)
    .string(client.deviceModel)
    .string(client.systemVersion)
    .string(client.appVersion)
    .string('en')
    .string('')
    .string('en')
    .raw(query)
    .toBuffer();
}

/** https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt */
export function acknowledgement(messageIds: readonly bigint[]): Buffer {
  return new TlWriter()
    .uint32(MSGS_ACK, VECTOR, messageIds.length)
    .uint64(...messageIds)
    .toBuffer();
}

/** https://core.telegram.org/mtproto/service_messages_about_messages#explicit-request-to-re-send-messages */
export function resendRequest(messageIds: readonly bigint[]): Buffer {
  return new TlWriter()
    .uint32(MSG_RESEND_REQ, VECTOR, messageIds.length)
    .uint64(...messageIds)
    .toBuffer();
}

/**
 * One byte a message: 4 received, 1 nothing known.
 * https://core.telegram.org/mtproto/service_messages_about_messages#informational-message-regarding-status-of-messages
 */
export function stateInfo(requestId: bigint, known: readonly boolean[]): Buffer {
  const info = Uint8Array.from(known, (isKnown) => (isKnown ? 4 : 1));
  return new TlWriter().uint32(MSGS_STATE_INFO).uint64(requestId).bytes(info).toBuffer();
}

/**
 * The server closes the connection when no other ping follows within `seconds`.
 * https://core.telegram.org/mtproto/service_messages#deferred-connection-closure--ping
 */
export function ping(id: bigint, seconds: number): Buffer {
  return new TlWriter().uint32(PING_DELAY_DISCONNECT).uint64(id).uint32(seconds).toBuffer();
}

/** https://core.telegram.org/mtproto/service_messages#containers */
export function container(messages: readonly OutgoingMessage[]): Buffer {
  const writer = new TlWriter().uint32(MSG_CONTAINER, messages.length);
  for (const { messageId, sequenceNumber, body } of messages) {
    writer.uint64(messageId).uint32(sequenceNumber, body.length).raw(body);
  }
  return writer.toBuffer();
}

/** The bytes inside an upload.file, as a view: https://core.telegram.org/type/upload.File */
export function fileBytes(result: Uint8Array): Uint8Array {
  const reader = new TlReader(result);
  const constructorId = reader.uint32();
  if (constructorId === UPLOAD_FILE_CDN_REDIRECT)
    throw new ProtocolViolation('a CDN redirect that was not asked for');
  if (constructorId !== UPLOAD_FILE) throw new ProtocolViolation('an answer that is no upload.file');
  reader.uint32();
  reader.uint32();
  return reader.bytes();
}

/** SHA-256 of one stretch of a file, as the server has it. */
export interface FileHash {
  readonly offset: number;
  readonly length: number;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
}

/** https://core.telegram.org/constructor/fileHash */
export function fileHashes(result: Uint8Array): readonly FileHash[] {
  const reader = new TlReader(result);
  const count = reader.vector(20);
  return Array.from({ length: count }, () => {
    if (reader.uint32() !== FILE_HASH) throw new ProtocolViolation('an answer that is no fileHash');
    const offset = Number(reader.uint64());
    const length = reader.uint32();
    return { offset, length, sha256: Uint8Array.from(reader.bytes()) };
  });
}
