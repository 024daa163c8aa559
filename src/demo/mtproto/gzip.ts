import { gzipSync, unzipSync } from 'node:zlib';
import { ID } from './constructors.js';
import { TlError, tl } from './tl.js';

/** The most that a client's compressed message may become. */
const LONGEST_UNPACKED = 4 << 20;

/** Answers from this many bytes on are worth the time. */
const WORTH_PACKING = 1024;

/** Unpacks gzip_packed's data, which real clients write as gzip or as zlib. @throws TlError */
export function unpack(packed: Buffer): Buffer {
  try {
    return unzipSync(packed, { maxOutputLength: LONGEST_UNPACKED });
  } catch {
    throw new TlError('gzip_packed does not hold a gzip or zlib stream of reasonable size');
  }
}

/** The result as gzip_packed where that is smaller; parts of files are audio, and left alone. */
export function pack(result: readonly Buffer[]): readonly Buffer[] {
  const size = result.reduce((sum, piece) => sum + piece.length, 0);
  const first = result[0];
  if (size < WORTH_PACKING || first === undefined || first.length < 4) return result;
  if (first.readUInt32LE() === ID.uploadFile) return result;
  const packed = tl.object(ID.gzipPacked, tl.string(gzipSync(Buffer.concat(result), { level: 3 })));
  return packed.length < size ? [packed] : result;
}
