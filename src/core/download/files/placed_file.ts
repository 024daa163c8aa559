import { stat } from 'node:fs/promises';
import type { PartRecord } from '../lane.js';
import { hashFile } from './hash_file.js';

/**
 * What a file is that stands under its final name with nothing left under the other one, and has every byte as it was recorded;
 * undefined otherwise. Reads the whole file only when its records cover it.
 * @throws TadError `cancelled`
 */
export async function placedFile(
  path: string,
  partPath: string,
  size: number,
  records: readonly PartRecord[],
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string } | undefined> {
  if (records.reduce((sum, { length }) => sum + length, 0) < size || records.length === 0) return undefined;
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== size || (await stat(partPath).catch(() => undefined))) return undefined;
  const check = await hashFile(path, records, signal);
  return check?.isAsRecorded ? check : undefined;
}
