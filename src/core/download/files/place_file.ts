import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Directories } from './directories.js';
import { fileError, NOT_SUPPORTED, systemCode } from './file_error.js';

/**
 * Gives a finished file its final name without ever replacing another file: a hard link is made (which fails when the
 * name exists), then the old name goes. Where there are no hard links, an empty file reserves the name first and is
 * then replaced. Either way the final name appears with the whole content, and the directory is flushed to the device.
 *
 * @returns false when `path` belongs to another file
 * @throws TadError `not-writable`, `disk-full`
 */
export async function placeFile(
  partPath: string,
  path: string,
  directories: Pick<Directories, 'flush'>,
): Promise<boolean> {
  try {
    if (!(await linkOrReserve(partPath, path))) return false;
    await directories.flush(dirname(path));
    return true;
  } catch (error) {
    throw fileError(error, path);
  }
}

/**
 * Puts a mended file in the place of the damaged one, in one step: whenever the process dies, one of them has the name. The
 * directory is flushed to the device.
 *
 * @throws TadError `not-writable`, `disk-full`
 */
export async function replaceFile(
  partPath: string,
  path: string,
  directories: Pick<Directories, 'flush'>,
): Promise<void> {
  try {
    await rename(partPath, path);
    await directories.flush(dirname(path));
  } catch (error) {
    throw fileError(error, path);
  }
}

async function linkOrReserve(partPath: string, path: string): Promise<boolean> {
  try {
    await link(partPath, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      // A process that died between the two steps left both names on the same file.
      if (!(await isSameFile(partPath, path))) return false;
    } else if (NOT_SUPPORTED.has(systemCode(error))) {
      return renameToReserved(partPath, path);
    } else {
      throw error;
    }
  }
  await unlink(partPath);
  return true;
}

async function renameToReserved(partPath: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(partPath, path);
  return true;
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(a, { bigint: true }), stat(b, { bigint: true })]);
  return first.ino !== 0n && first.ino === second.ino && first.dev === second.dev;
}
