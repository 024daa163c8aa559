import { chmod, constants, copyFile, truncate } from 'node:fs/promises';
import type { PartRecord } from '../lane.js';
import { fileError } from './file_error.js';
import { discard, type Leftover, NOTHING, sizeOf } from './part_file.js';

/**
 * What a repair begins with: a copy of the damaged file, in which the broken parts will be replaced, while the file itself
 * stays. The copy of an earlier try is gone on with. Nothing, where the file is missing or cannot be read.
 *
 * @throws TadError `disk-full`, `not-writable`
 */
export async function copyDamaged(
  path: string,
  partPath: string,
  totalBytes: number,
  records: readonly PartRecord[],
): Promise<Leftover> {
  const begun = await sizeOf(partPath);
  if (begun !== undefined && begun <= totalBytes) return { parts: records, bytes: begun };
  try {
    await copyFile(path, partPath, constants.COPYFILE_FICLONE);
    // It has taken over the rights of a file that perhaps nobody may write.
    await chmod(partPath, 0o644);
    const bytes = Math.min(totalBytes, (await sizeOf(partPath)) ?? 0);
    await truncate(partPath, bytes);
    return { parts: [], bytes };
  } catch (thrown) {
    await discard(partPath);
    const error = fileError(thrown, partPath);
    if (error.code === 'disk-full') throw error;
    return NOTHING;
  }
}
