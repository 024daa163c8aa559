import { TadError } from '../../errors.js';
import { abortError, type Clock } from '../clock.js';

export interface DeadlineBounds {
  /** No request is given up earlier, milliseconds. */
  readonly floorMs: number;
  /** No request is waited for longer, milliseconds. */
  readonly capMs: number;
}

const DEFAULT_BOUNDS: DeadlineBounds = { floorMs: 4_000, capMs: 60_000 };

/**
 * How long to wait for an answer, learned from the answers so far: the retransmission time-out of RFC 6298 (smoothed
 * time plus four deviations, times two for the queue in the server), doubled after each time-out until an answer comes.
 */
export class AdaptiveDeadline {
  readonly #bounds: DeadlineBounds;
  #smoothed = 0;
  #deviation = 0;
  #backOff = 1;

  constructor(bounds: Partial<DeadlineBounds> = {}) {
    this.#bounds = { ...DEFAULT_BOUNDS, ...bounds };
  }

  get currentMs(): number {
    const { floorMs, capMs } = this.#bounds;
    // Nothing measured yet: the first answers of a connection may come late, so be generous.
    const learned = this.#smoothed === 0 ? 2 * floorMs : 2 * (this.#smoothed + 4 * this.#deviation);
    return Math.min(capMs, Math.max(floorMs, learned) * this.#backOff);
  }

  answered(ms: number): void {
    this.#backOff = 1;
    if (this.#smoothed === 0) {
      this.#smoothed = ms;
      this.#deviation = ms / 2;
      return;
    }
    this.#deviation = 0.75 * this.#deviation + 0.25 * Math.abs(this.#smoothed - ms);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * ms;
  }

  timedOut(): void {
    this.#backOff = Math.min(this.#backOff * 2, 8);
  }
}

/**
 * Runs `work` with a signal that aborts with the caller's, or with TadError `timeout` after `ms`. Settles at the
 * deadline even when `work` does not heed its signal.
 *
 * @param mayWait asked when the time is over: true waits as long again
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  mayWait: () => boolean = () => false,
): Promise<T> {
  if (signal.aborted) throw abortError(signal);
  const own = new AbortController();
  const overdue = Promise.withResolvers<never>();
  // Rejected but not always raced for: the work may have settled before.
  overdue.promise.catch(() => {});
  const stop = (error: TadError) => {
    own.abort(error);
    overdue.reject(error);
  };
  const startedAt = clock.now();
  let timer: Disposable | undefined;
  const arm = () => {
    timer = clock.after(ms, () => {
      if (mayWait()) return arm();
      const seconds = Math.round((clock.now() - startedAt) / 100) / 10;
      stop(new TadError('timeout', `no answer to ${what} within ${seconds} s`));
    });
  };
  arm();
  const onAbort = () => stop(abortError(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(own.signal), overdue.promise]);
  } finally {
    timer?.[Symbol.dispose]();
    signal.removeEventListener('abort', onAbort);
  }
}
