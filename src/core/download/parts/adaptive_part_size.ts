import { MAX_PART_BYTES } from './part_size.js';

const SMALLEST_BYTES = 32 * 1024;
const TOO_LONG_MS = 4_000;
const SHORT_MS = 1_000;

/**
 * The largest part to ask a data centre for: halved when one of that size took more than four seconds or never came,
 * doubled when one took less than one. On a link of 50 KB/s a part of 1 MB would take twenty seconds by itself, with nothing
 * to be seen meanwhile and all of it lost when the connection breaks. Answers to larger parts that were asked for before
 * say nothing new.
 */
export class AdaptivePartSize {
  #bytes = MAX_PART_BYTES;

  /** A power of two, from 32 KB to 1 MB. */
  get currentBytes(): number {
    return this.#bytes;
  }

  answered(bytes: number, ms: number): void {
    if (bytes !== this.#bytes) return;
    if (ms > TOO_LONG_MS) this.#halve();
    else if (ms < SHORT_MS) this.#bytes = Math.min(MAX_PART_BYTES, this.#bytes * 2);
  }

  /** A part of `bytes` did not come in time. */
  timedOut(bytes: number): void {
    if (bytes === this.#bytes) this.#halve();
  }

  #halve(): void {
    this.#bytes = Math.max(SMALLEST_BYTES, this.#bytes / 2);
  }
}
