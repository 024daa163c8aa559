import { once } from 'node:events';

/** What tad needs of stdout and stderr. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/**
 * One of the two output streams. A reader that goes away (`tad chats | head -1`) is no error: later writes are dropped
 * and `closed` tells whoever works for that reader to stop.
 */
export class Output {
  readonly #stream: OutputStream;
  readonly #closed = new AbortController();

  constructor(stream: OutputStream) {
    this.#stream = stream;
    stream.on('error', () => this.#closed.abort());
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** At least 20: narrower than that, some terminals report 0 or 1 while they start. */
  get columns(): number {
    return Math.max(this.#stream.columns ?? 80, 20);
  }

  get rows(): number {
    return Math.max(this.#stream.rows ?? 24, 4);
  }

  get stream(): OutputStream {
    return this.#stream;
  }

  write(text: string): void {
    if (!this.closed.aborted) this.#stream.write(text);
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  /** As {@link line}, but waits while the reader is behind: for output without end. */
  async lineWhenReady(text: string): Promise<void> {
    if (this.closed.aborted || this.#stream.write(`${text}\n`)) return;
    await once(this.#stream, 'drain', { signal: this.closed }).catch((error: unknown) => {
      if (!this.closed.aborted) throw error;
    });
  }

  /** Resolves when all that was written has been handed to the system. */
  async flush(): Promise<void> {
    if (this.closed.aborted) return;
    await new Promise<void>((resolve) => {
      this.closed.addEventListener('abort', () => resolve(), { once: true });
      this.#stream.write('', () => resolve());
    });
  }
}
