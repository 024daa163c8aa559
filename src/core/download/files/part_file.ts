import { stat, unlink } from 'node:fs/promises';
import type { PartRecord } from '../lane.js';
import { fileError, systemCode } from './file_error.js';

/** Undefined when there is no such file. @throws TadError `not-writable` */
export async function sizeOf(path: string): Promise<number | undefined> {
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

/** What an earlier try left of a file. */
export interface Leftover {
  /** Recorded, and possibly on disk. */
  readonly parts: readonly PartRecord[];
  /** Size of the part file; it may have holes. */
  readonly bytes: number;
}

export const NOTHING: Leftover = { parts: [], bytes: 0 };

/**
 * What may be looked at for a resume. A part file larger than its document is from something else and goes; records without
 * a part file are worth nothing. A part file without records may be worth something: the server's hashes will tell.
 */
export async function leftover(
  partPath: string,
  totalBytes: number,
  records: readonly PartRecord[],
): Promise<Leftover> {
  const size = await sizeOf(partPath);
  if (size === undefined) return NOTHING;
  if (size > totalBytes) {
    await discard(partPath);
    return NOTHING;
  }
  return { parts: records.filter(({ offset, length }) => offset + length <= size), bytes: size };
}
