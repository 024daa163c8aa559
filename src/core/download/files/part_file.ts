import { stat, unlink } from 'node:fs/promises';
import type { PartRecord } from '../lane.js';
import { fileError, systemCode } from './file_error.js';

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}

/** Deletes a file that may not be there. */
export async function discard(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, path);
  }
}

/**
 * Which recorded parts may be looked at for a resume. A part file without records, or larger than its document, is
 * from something else and goes; records without a part file are worth nothing.
 */
export async function resumableParts(
  partPath: string,
  totalBytes: number,
  records: readonly PartRecord[],
): Promise<readonly PartRecord[]> {
  const size = await sizeOf(partPath);
  if (size === undefined) return [];
  if (records.length === 0 || size > totalBytes) {
    await discard(partPath);
    return [];
  }
  return records.filter(({ offset, length }) => offset + length <= size);
}
