import { abortable } from './abortable.js';
import { FileLines, type FileLinesOptions } from './file_lines.js';

export interface StreamingDataProcessorOptions {
  /** Elements per chunk; default 1000. */
  readonly chunkSize?: number;
  /** Longest line accepted, bytes without its end; default 1 MiB. */
  readonly maxLineBytes?: number;
}

/** Works through data of any size in pieces of a bounded one. */
export class StreamingDataProcessor {
  readonly chunkSize: number;
  readonly maxLineBytes: number;

  /** @throws RangeError unless both options are positive integers */
  constructor(options: StreamingDataProcessorOptions = {}) {
    this.chunkSize = positive('chunkSize', options.chunkSize ?? 1000);
    this.maxLineBytes = positive('maxLineBytes', options.maxLineBytes ?? 1024 * 1024);
  }

  /**
   * The elements of a source in arrays of `chunkSize` (the last one may be shorter, none is empty). The source is asked for an
   * element only when a chunk is being asked for: whoever works slowly slows the source down. It is closed (`return`) when the
   * consumer stops early, on abort, and on error.
   * @param options.signal its reason is thrown at once, even while the source is silent
   */
  async *processInChunks<T>(
    source: Iterable<T> | AsyncIterable<T>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<T[], void> {
    let chunk: T[] = [];
    for await (const element of abortable(source, options.signal)) {
      chunk.push(element);
      if (chunk.length === this.chunkSize) {
        yield chunk;
        chunk = [];
      }
    }
    if (chunk.length > 0) yield chunk;
  }

  /** The lines of a UTF-8 file: to be iterated one by one, or by its `batches()`. Opened when that begins. */
  processFileLines(path: string, options: FileLinesOptions = {}): FileLines {
    return new FileLines(path, this.maxLineBytes, options);
  }
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a positive whole number, not ${value}`);
  }
  return value;
}
