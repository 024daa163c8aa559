import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { throwIfAborted } from '../clock.js';
import type { PartRecord } from '../lane.js';
import { partDigest } from '../parts/part_digest.js';
import { MAX_PART_BYTES } from '../parts/part_size.js';
import { systemCode } from './file_error.js';
import { readFully } from './read_fully.js';

const BUFFER_BYTES = MAX_PART_BYTES;

/** What a file on disk is, and whether it consists of the parts that were recorded for it. */
export interface FileCheck {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Every recorded part is there as recorded, and together they are the whole file. */
  readonly isAsRecorded: boolean;
}

/**
 * Reads a file once from beginning to end, changing nothing. 1 MB of memory whatever its size.
 *
 * @param records by offset
 * @returns undefined when there is no such file
 */
export async function hashFile(
  path: string,
  records: readonly PartRecord[],
  signal: AbortSignal,
): Promise<FileCheck | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    const whole = createHash('sha256');
    let offset = 0;
    let isAsRecorded = true;
    for (const record of records) {
      if (record.offset !== offset || record.length > BUFFER_BYTES) isAsRecorded = false;
      if (!isAsRecorded) break;
      throwIfAborted(signal);
      const length = await readFully(file, buffer, record.length, offset);
      const bytes = buffer.subarray(0, length);
      whole.update(bytes);
      isAsRecorded = partDigest(bytes) === record.digest;
      offset += length;
    }
    const covered = offset;
    for (;;) {
      throwIfAborted(signal);
      const length = await readFully(file, buffer, BUFFER_BYTES, offset);
      if (length === 0) break;
      whole.update(buffer.subarray(0, length));
      offset += length;
    }
    return { bytes: offset, sha256: whole.digest('hex'), isAsRecorded: isAsRecorded && covered === offset };
  } finally {
    await file.close();
  }
}
