import { TadError } from '../errors.js';

/** Time as the engine sees it; tests put their own in its place. */
export interface Clock {
  /** Milliseconds that never jump back; for measuring and for deadlines. */
  now(): number;
  /** Milliseconds since 1970; runs on while the machine sleeps. */
  wallNow(): number;
  /** Calls back once after `ms`. Does not keep the process alive beyond the work that waits for it. */
  after(ms: number, callback: () => void): Disposable;
}

/** Longest delay that setTimeout takes without firing at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), MAX_TIMEOUT_MS));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** The reason of an abort, as the error that the core throws for it. */
export function abortError(signal: AbortSignal): TadError {
  return signal.reason instanceof TadError
    ? signal.reason
    : new TadError('cancelled', 'cancelled', undefined, { cause: signal.reason });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortError(signal);
}

/** Resolves after `ms`. @throws TadError `cancelled` (or the signal's own TadError) when aborted meanwhile */
export function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError(signal));
      return;
    }
    const onAbort = () => {
      timer[Symbol.dispose]();
      reject(abortError(signal));
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
