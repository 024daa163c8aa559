import { appendFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NoticeLevel } from '../core/events.js';
import { makeDirectories } from '../core/make_directories.js';

const MAX_BYTES = 1024 * 1024;

/**
 * The log file of a profile: `tad.log` and the one before it, `tad.log.1`, each of at most 1 MiB and one entry. Entries
 * are rare (notices and failures), so each is written at once and nothing is lost when the process dies.
 */
export class LogFile {
  #broken = false;

  constructor(readonly path: string) {}

  /** @returns whether the entry is in the file; a log that cannot be written stops nobody from working */
  write(now: number, level: NoticeLevel, text: string): boolean {
    if (this.#broken) return false;
    try {
      makeDirectories(dirname(this.path), 0o700);
      if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) {
        renameSync(this.path, `${this.path}.1`);
      }
      const entry = `${new Date(now).toISOString()} ${level} ${text.slice(0, MAX_BYTES)}\n`;
      appendFileSync(this.path, entry, { mode: 0o600 });
      return true;
    } catch {
      this.#broken = true;
      return false;
    }
  }
}
