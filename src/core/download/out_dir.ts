import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { TadError } from '../errors.js';
import type { Library } from '../library/library.js';
import { makeDirectories } from '../make_directories.js';
import { fileError, systemCode } from './files/file_error.js';

/**
 * Makes sure that the output directory is there and can be written. One that is missing or empty although the library has
 * files in it is the place of a disk that is not mounted: it must not be filled instead, nor the files be taken for lost.
 * @throws TadError `not-writable`, `disk-full`
 */
export async function prepareOutDir(outDir: string, library: Pick<Library, 'hasTracksIn'>): Promise<void> {
  if ((await isMissingOrEmpty(outDir)) && library.hasTracksIn(outDir)) {
    throw new TadError(
      'not-writable',
      `${outDir} is missing or empty, but the library has files there: is the disk mounted?`,
      'mount it, or choose another directory with --out; if the files are gone for good, put anything into it',
    );
  }
  try {
    makeDirectories(outDir);
  } catch (error) {
    const code = systemCode(error);
    // No disk that went away, as it is for files in it: a place that takes no names, /proc for one.
    if (code === 'ENOENT') {
      throw new TadError(
        'not-writable',
        `${outDir} cannot be written (${code})`,
        'choose another with --out',
        {
          cause: error,
        },
      );
    }
    // Something of that name is there that is no directory: said better below.
    if (code !== 'EEXIST') throw fileError(error, outDir);
  }
  const problem = await outDirProblem(outDir);
  if (problem) throw problem;
}

/** As the place of a disk is that is not mounted. */
export async function isMissingOrEmpty(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
}

/** Why nothing can be written there now; undefined when all is well. */
export async function outDirProblem(outDir: string): Promise<TadError | undefined> {
  try {
    if (!(await stat(outDir)).isDirectory()) {
      return new TadError('not-writable', `${outDir} is not a directory`, 'choose another with --out');
    }
    await access(outDir, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return fileError(error, outDir);
  }
}

/** Bytes that this user may still write on the device of `directory`. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
