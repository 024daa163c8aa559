import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TadError } from '../errors.js';
import { makeDirectories } from '../make_directories.js';
import { fileError } from './file_errors.js';

/** Windows has no modes, and file systems without them report what they like. */
const HAS_MODES = process.platform !== 'win32';
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
/** A session is a few kilobytes; a larger file is not one. */
const MAX_BYTES = 1 << 20;

/** Whoever reads this file has the account: so it is ours alone, whole or absent, and replaced in one step. */
export class SessionFile {
  readonly path: string;
  readonly #warn: (text: string) => void;

  /** @param warn told when the file's or directory's permissions had to be repaired */
  constructor(path: string, warn: (text: string) => void) {
    this.path = path;
    this.#warn = warn;
  }

  /**
   * Makes the directory (0700), or takes the others' access to it away.
   * @throws TadError `not-writable`, `disk-full`
   */
  async prepareDirectory(): Promise<void> {
    const directory = dirname(this.path);
    try {
      makeDirectories(directory, PRIVATE_DIRECTORY);
      if (!HAS_MODES) return;
      const { mode, uid } = await stat(directory);
      // A directory of somebody else's (/tmp, say) is not ours to close; the file itself still is 0600.
      if (uid === process.getuid?.() && (mode & 0o077) !== 0) await chmod(directory, PRIVATE_DIRECTORY);
    } catch (error) {
      throw fileError(error, directory);
    }
  }

  /**
   * The content, or undefined when there is no file.
   * @throws TadError `not-writable` when it belongs to another user or is no regular file
   */
  async read(): Promise<string | undefined> {
    try {
      await using handle = await open(this.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      const info = await handle.stat();
      if (!info.isFile() || info.size > MAX_BYTES) throw this.#notOurs('is not a session file');
      if (HAS_MODES && info.uid !== process.getuid?.()) throw this.#notOurs('belongs to another user');
      if (HAS_MODES && (info.mode & 0o077) !== 0) {
        await handle.chmod(PRIVATE_FILE);
        this.#warn(`others could read the session file ${this.path}: now only you can`);
      }
      return await handle.readFile('utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw fileError(error, this.path);
    }
  }

  /**
   * Replaces the content atomically and durably: temporary file (0600 from the first moment), fsync, rename, fsync
   * of the directory.
   * @throws TadError `not-writable`, `disk-full`
   */
  async write(content: string): Promise<void> {
    const temporary = `${this.path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      {
        await using handle = await open(temporary, 'wx', PRIVATE_FILE);
        await handle.writeFile(content);
        await handle.sync();
      }
      await rename(temporary, this.path);
      await syncDirectory(dirname(this.path));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw fileError(error, this.path);
    }
  }

  async delete(): Promise<void> {
    try {
      await rm(this.path, { force: true });
    } catch (error) {
      throw fileError(error, this.path);
    }
  }

  #notOurs(problem: string): TadError {
    return new TadError('not-writable', `${this.path} ${problem}`, 'use another --home or --profile');
  }
}

/** A rename is durable once its directory is; Windows cannot open directories and does not need it. */
async function syncDirectory(path: string): Promise<void> {
  if (!HAS_MODES) return;
  await using handle = await open(path, 'r');
  await handle.sync();
}
