import { mkdir, open } from 'node:fs/promises';
import { fileError, NOT_SUPPORTED, systemCode } from './file_error.js';

/** Directories remembered as made: one for each chat that is under way, and few of those at once. */
const REMEMBERED = 1_000;

/** The directories that finished files go to: each is made once, and flushed once for all files that wait for it. */
export class Directories {
  readonly #made = new Set<string>();
  /** The flush that is under way; names that came after its beginning may not be in it. */
  readonly #running = new Map<string, Promise<void>>();
  /** The flush behind it, which has not begun. */
  readonly #next = new Map<string, Promise<void>>();

  /**
   * Makes a directory, not its parents: should the output directory vanish (a disk was unplugged), its place must not be
   * filled. @throws TadError `not-writable`, `disk-full`
   */
  async make(directory: string): Promise<void> {
    if (this.#made.has(directory)) return;
    try {
      await mkdir(directory);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fileError(error, directory);
    }
    if (this.#made.size >= REMEMBERED) this.#made.clear();
    this.#made.add(directory);
  }

  /** It may be gone: `make` looks again. */
  forget(directory: string): void {
    this.#made.delete(directory);
  }

  /**
   * Makes the names that are in it now survive a power cut. Windows cannot open directories and does not need it.
   * @throws what the file system threw
   */
  flush(directory: string): Promise<void> {
    if (process.platform === 'win32') return Promise.resolve();
    let next = this.#next.get(directory);
    if (next === undefined) {
      const before = this.#running.get(directory) ?? Promise.resolve();
      const start = () => this.#start(directory);
      next = before.then(start, start);
      this.#next.set(directory, next);
    }
    return next;
  }

  #start(directory: string): Promise<void> {
    this.#next.delete(directory);
    const running = flushNow(directory);
    this.#running.set(directory, running);
    const done = () => {
      if (this.#running.get(directory) === running) this.#running.delete(directory);
    };
    running.then(done, done);
    return running;
  }
}

async function flushNow(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems refuse to flush a directory; the name is there all the same.
    if (!NOT_SUPPORTED.has(systemCode(error))) throw error;
  } finally {
    await handle.close();
  }
}
