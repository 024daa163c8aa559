import { LineSplitter } from './line_splitter.js';
import { readAhead } from './read_ahead.js';

/** Cut at once: bounds a batch. Larger ones are no faster, and live longer: the young generation would grow. */
const BATCH_BYTES = 16 * 1024;

export interface FileLinesOptions {
  /** Its reason is thrown: at once while the file is waited for, else before the next batch. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lines of a file, each time anew: one by one, or in batches, which is faster by a third.
 *
 *     for await (const line of lines) …
 *     for await (const batch of lines.batches()) for (const line of batch) …
 */
export class FileLines implements AsyncIterable<string> {
  readonly #path: string;
  readonly #maxLineBytes: number;
  readonly #options: FileLinesOptions;

  constructor(path: string, maxLineBytes: number, options: FileLinesOptions = {}) {
    this.#path = path;
    this.#maxLineBytes = maxLineBytes;
    this.#options = options;
  }

  /**
   * Never empty, made of 16 KiB of the file at most (but for one long line). The next read is under way while a batch is worked on;
   * no further one is.
   * @throws LineTooLongError; what opening and reading the file throws; the signal's reason
   */
  async *batches(): AsyncGenerator<string[], void> {
    const { signal } = this.#options;
    const splitter = new LineSplitter(this.#maxLineBytes);
    for await (const block of readAhead(this.#path, signal)) {
      for (let at = 0; at < block.length; at += BATCH_BYTES) {
        signal?.throwIfAborted();
        const lines: string[] = [];
        try {
          splitter.push(block.subarray(at, at + BATCH_BYTES), lines);
        } finally {
          // Those before a line that is refused, too.
          if (lines.length > 0) yield lines;
        }
      }
    }
    const last = splitter.end();
    if (last.length > 0) yield last;
  }

  /** By hand, as an asynchronous generator that yields each line costs twice the time. */
  [Symbol.asyncIterator](): AsyncIterator<string, void> {
    const batches = this.batches();
    let batch: readonly string[] = [];
    let at = 0;
    let filling: Promise<unknown> | undefined;

    const fill = async (): Promise<IteratorResult<string, void>> => {
      filling ??= batches.next().then((result) => {
        filling = undefined;
        at = 0;
        batch = result.value ?? [];
        return result.done;
      });
      return (await filling) === true ? { done: true, value: undefined } : next();
    };
    // Not an asynchronous function: that would make a second promise for each line.
    const next = (): Promise<IteratorResult<string, void>> =>
      at < batch.length ? Promise.resolve({ done: false, value: batch[at++]! }) : fill();
    return {
      next,
      return: async () => {
        batch = [];
        at = 0;
        await batches.return();
        return { done: true, value: undefined };
      },
    };
  }
}
