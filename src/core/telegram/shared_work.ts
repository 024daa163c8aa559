import { cancelled, throwIfAborted, unlessAborted } from './waiting.js';

interface Attempt<T> {
  readonly abort: AbortController;
  readonly outcome: Promise<T>;
  waiting: number;
}

/**
 * Work that whoever asks for it while it is under way waits for together. Each leaves by a signal of its own; when the last one has
 * left, the work is aborted.
 */
export class SharedWork<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #attempt: Attempt<T> | undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  get isUnderWay(): boolean {
    return this.#attempt !== undefined;
  }

  /** Its outcome. Whoever leaves as the last one waits until it has been wound up. @throws TadError `cancelled` */
  async join(signal: AbortSignal): Promise<T> {
    throwIfAborted(signal);
    const begun = this.#attempt;
    const attempt = begun === undefined || begun.abort.signal.aborted ? this.#begin(begun) : begun;
    attempt.waiting++;
    try {
      return await unlessAborted(attempt.outcome, signal);
    } catch (error) {
      if (signal.aborted && attempt.waiting === 1) {
        attempt.abort.abort(cancelled(signal));
        await attempt.outcome.catch(() => {});
      }
      throw error;
    } finally {
      attempt.waiting--;
    }
  }

  /** @param before was aborted and is perhaps not wound up yet */
  #begin(before: Attempt<T> | undefined): Attempt<T> {
    const abort = new AbortController();
    const run = async () => {
      try {
        await before?.outcome.catch(() => {});
        return await this.#work(abort.signal);
      } finally {
        if (this.#attempt === attempt) this.#attempt = undefined;
      }
    };
    const attempt = { abort, outcome: run(), waiting: 0 };
    this.#attempt = attempt;
    return attempt;
  }
}
