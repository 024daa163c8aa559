import type { CleanupStep } from './memory_figures.js';
import type { Timers } from './timers.js';

/**
 * Frees what it can. The signal is aborted when the time is up.
 * @returns about how many bytes it let go; anything but a number means that it cannot tell (the collection step counts them)
 */
export type CleanupCallback = (signal: AbortSignal) => unknown;

/**
 * The registered clean-up callbacks, run one after the other. None can stop the rest, and one that waits cannot delay them for
 * long; one that computes on this thread can, as nothing else runs meanwhile.
 */
export class CleanupSteps {
  readonly #callbacks = new Map<symbol, { readonly name: string; readonly run: CleanupCallback }>();
  readonly #timers: Timers;
  readonly #timeoutMs: number;

  constructor(timers: Timers, timeoutMs: number) {
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#callbacks.size;
  }

  add(name: string, run: CleanupCallback): Disposable {
    const key = Symbol(name);
    this.#callbacks.set(key, { name, run });
    return {
      [Symbol.dispose]: () => {
        this.#callbacks.delete(key);
      },
    };
  }

  async run(): Promise<CleanupStep[]> {
    const steps: CleanupStep[] = [];
    for (const [key, { name, run }] of [...this.#callbacks]) {
      // Withdrawn meanwhile: what it would clean may be closed.
      if (!this.#callbacks.has(key)) continue;
      try {
        const freed = await this.#bounded(run);
        steps.push({ name, freed: typeof freed === 'number' ? freed : 0 });
      } catch (error) {
        steps.push({ name, freed: 0, error: error instanceof Error ? error.message : String(error) });
      }
    }
    return steps;
  }

  /** The callback's result, or a rejection when it waits for too long; it is then left to itself. */
  #bounded(callback: CleanupCallback): Promise<unknown> {
    const aborter = new AbortController();
    return new Promise((resolve, reject) => {
      const timer = this.#timers.after(this.#timeoutMs, () => {
        const error = new Error(`not done after ${this.#timeoutMs} ms`);
        aborter.abort(error);
        reject(error);
      });
      const run = async () => callback(aborter.signal);
      run()
        .then(resolve, reject)
        .finally(() => timer[Symbol.dispose]());
    });
  }
}
