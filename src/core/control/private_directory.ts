import { lstat } from 'node:fs/promises';
import { TadError } from '../errors.js';
import { makeDirectories } from '../make_directories.js';

/**
 * Makes `path` a directory that only this user can enter. One that is there already and is a link, or another user's, is
 * refused: in a shared temporary directory anybody could have put it there.
 * @throws TadError `not-writable`
 */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  makeDirectories(path, 0o700);
  const found = await lstat(path);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !mine || (found.mode & 0o022) !== 0) {
    throw new TadError('not-writable', `${path} is not a directory of this user alone`);
  }
}
