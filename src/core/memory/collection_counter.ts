import { constants } from 'node:perf_hooks';
import type { CollectionFigures } from './memory_figures.js';

/**
 * Counts what Node tells of the garbage collector. A major collection comes with up to two more entries, one for the beginning of
 * its marking and one for its weak callbacks: their time counts, but they are no collections of their own.
 */
export class CollectionCounter {
  #minor = 0;
  #major = 0;
  #totalMs = 0;
  #longestMs = 0;

  /** @param kind one of Node's `NODE_PERFORMANCE_GC_…` */
  add(kind: unknown, durationMs: number): void {
    if (kind === constants.NODE_PERFORMANCE_GC_MINOR) this.#minor++;
    else if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) this.#major++;
    this.#totalMs += durationMs;
    this.#longestMs = Math.max(this.#longestMs, durationMs);
  }

  figures(): CollectionFigures {
    return { minor: this.#minor, major: this.#major, totalMs: this.#totalMs, longestMs: this.#longestMs };
  }
}
