import { RpcError } from '../mtproto/rpc.js';
import { TlReadError } from './tl/reader.js';
import { writeBytesPrefix } from './tl/writer.js';

const GET_FILE_ID = 0xbe5335be;
const DOCUMENT_LOCATION_ID = 0xbad07584;
const UPLOAD_FILE_ID = 0x096a18d5;
const FILE_UNKNOWN_ID = 0xaa963b05;
const FILE_JPEG_ID = 0x007efe0e;

const KIB = 1024;
/** The largest part, and the fragments of a file that a part must not straddle. */
export const MAX_PART = 1024 * KIB;

/** upload.getFile of a document. */
export interface FileRequest {
  readonly documentId: bigint;
  readonly accessHash: bigint;
  readonly reference: Buffer;
  /** Empty for the file itself. */
  readonly thumbSize: string;
  readonly precise: boolean;
  readonly offset: number;
  readonly limit: number;
}

export function isGetFile(body: Buffer): boolean {
  return body.length >= 4 && body.readUInt32LE(0) === GET_FILE_ID;
}

/**
 * Reads upload.getFile by its fixed layout, since it is the one call that comes thousands of times.
 * @throws RpcError LOCATION_INVALID, TlReadError
 */
export function parseGetFile(body: Buffer): FileRequest {
  try {
    if (body.readUInt32LE(8) !== DOCUMENT_LOCATION_ID) throw new RpcError(400, 'LOCATION_INVALID');
    const reference = readBytes(body, 28);
    const thumbSize = readBytes(body, reference.next);
    return {
      precise: (body.readUInt32LE(4) & 1) !== 0,
      documentId: body.readBigInt64LE(12),
      accessHash: body.readBigInt64LE(20),
      reference: reference.bytes,
      thumbSize: thumbSize.bytes.toString('utf8'),
      offset: Number(body.readBigInt64LE(thumbSize.next)),
      limit: body.readInt32LE(thumbSize.next + 8),
    };
  } catch (error) {
    if (error instanceof RangeError) throw new TlReadError('upload.getFile ends too early', { cause: error });
    throw error;
  }
}

function readBytes(body: Buffer, at: number): { readonly bytes: Buffer; readonly next: number } {
  const first = body.readUInt8(at);
  const prefix = first === 254 ? 4 : 1;
  const length = first === 254 ? body.readUIntLE(at + 1, 3) : first;
  const end = at + prefix + length;
  return { bytes: body.subarray(at + prefix, end), next: end + (-(prefix + length) & 3) };
}

/**
 * Telegram's rules for parts (https://core.telegram.org/api/files#downloading-files): offset and limit are multiples of
 * 4 KB and 1 MB is a multiple of limit; with `precise`, multiples of 1 KB and at most 1 MB; and never across a multiple
 * of 1 MB.
 * @throws RpcError OFFSET_INVALID, LIMIT_INVALID
 */
export function checkPart({
  precise,
  offset,
  limit,
}: Pick<FileRequest, 'precise' | 'offset' | 'limit'>): void {
  const unit = precise ? KIB : 4 * KIB;
  if (offset < 0 || offset % unit !== 0) throw new RpcError(400, 'OFFSET_INVALID');
  if (limit <= 0 || limit > MAX_PART || limit % unit !== 0) throw new RpcError(400, 'LIMIT_INVALID');
  if (!precise && MAX_PART % limit !== 0) throw new RpcError(400, 'LIMIT_INVALID');
  if (Math.floor(offset / MAX_PART) !== Math.floor((offset + limit - 1) / MAX_PART)) {
    throw new RpcError(400, 'LIMIT_INVALID');
  }
}

/** upload.file with `length` bytes that `fill` writes into the answer's own buffer: they are never copied. */
export function fileAnswer(
  kind: 'unknown' | 'jpeg',
  mtime: number,
  length: number,
  fill: (target: Buffer, at: number) => void,
): Buffer {
  const prefix = length < 254 ? 1 : 4;
  const padding = -(prefix + length) & 3;
  const answer = Buffer.allocUnsafeSlow(12 + prefix + length + padding);
  answer.writeUInt32LE(UPLOAD_FILE_ID, 0);
  answer.writeUInt32LE(kind === 'jpeg' ? FILE_JPEG_ID : FILE_UNKNOWN_ID, 4);
  answer.writeInt32LE(mtime, 8);
  writeBytesPrefix(answer, 12, length);
  fill(answer, 12 + prefix);
  answer.fill(0, answer.length - padding);
  return answer;
}
