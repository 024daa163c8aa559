import { constants } from 'node:fs';
import { access, mkdir, stat, statfs } from 'node:fs/promises';
import { TadError } from '../errors.js';
import { fileError, systemCode } from './files/file_error.js';

/** Makes sure that the output directory is there and can be written. @throws TadError `not-writable`, `disk-full` */
export async function prepareOutDir(outDir: string): Promise<void> {
  try {
    await mkdir(outDir, { recursive: true });
  } catch (error) {
    // Something of that name is there that is no directory: said better below.
    if (systemCode(error) !== 'EEXIST') throw fileError(error, outDir);
  }
  const problem = await outDirProblem(outDir);
  if (problem) throw problem;
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
