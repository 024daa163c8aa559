import type { MemoryReading } from './memory_figures.js';

/**
 * Estimates how many resident bytes are free in truth: freed by the program, but kept by the C library for its next
 * allocations. (glibc does so with large buffers from the second round on: 300 MB freed, 0 MB returned.) Judging by
 * resident bytes alone would see pressure for ever, and clean up for ever.
 *
 * Measured at a clean-up: what the program gave up minus what the process lost. From then on the estimate shrinks by
 * what the program takes again, as that comes from there first, and for good by what the process returns later: when it
 * grows anew, that is new memory, whoever takes it (worker threads and SQLite are seen in the resident bytes only).
 */
export class RetainedEstimate {
  #bytes = 0;
  #tracked = 0;
  /** The least resident bytes seen since. */
  #rss = 0;

  /** The estimate at this reading, the newest so far. */
  at(reading: MemoryReading): number {
    const returned = Math.max(0, this.#rss - reading.rssBytes);
    this.#rss -= returned;
    this.#bytes = Math.max(0, this.#bytes - returned);
    const takenAgain = Math.max(0, trackedBytes(reading) - this.#tracked);
    return Math.max(0, this.#bytes - takenAgain);
  }

  /**
   * Learns from a clean-up.
   * @param before as it began, with the estimate of that moment: others may have asked meanwhile
   * @param reported what the callbacks say they freed: the only source for memory that this thread's figures do not
   * show (worker threads, native libraries)
   */
  learn(
    before: MemoryReading & { readonly retainedBytes: number },
    after: MemoryReading,
    reported: number,
  ): void {
    const released = Math.max(0, trackedBytes(before) - trackedBytes(after), reported);
    const returned = Math.max(0, before.rssBytes - after.rssBytes);
    const untracked = Math.max(0, after.rssBytes - trackedBytes(after));
    this.#bytes = Math.min(Math.max(0, before.retainedBytes + released - returned), untracked);
    this.#tracked = trackedBytes(after);
    this.#rss = after.rssBytes;
  }
}

/** What the program holds as far as this thread's engine knows. */
export function trackedBytes(reading: MemoryReading): number {
  return reading.heapUsedBytes + reading.externalBytes;
}
