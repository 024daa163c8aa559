import { setTimeout as sleep } from 'node:timers/promises';
import { TadError, toTadError } from '../errors.js';

export function cancelled(signal: AbortSignal): TadError {
  return signal.reason instanceof TadError
    ? signal.reason
    : new TadError('cancelled', 'cancelled', undefined, { cause: signal.reason });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal);
}

/** @throws TadError `cancelled` */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw signal.aborted ? cancelled(signal) : toTadError(error);
  }
}

/** The promise's outcome, or `cancelled` as soon as the signal says so; the promise itself goes on unobserved. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return within(promise, undefined, signal, () => cancelled(signal));
}

/**
 * The promise's outcome, or the error of `onTimeout` after `ms`, or `cancelled`. Leaves neither a timer nor a
 * listener behind. A late rejection of the promise is swallowed.
 */
export function within<T>(
  promise: Promise<T>,
  ms: number | undefined,
  signal: AbortSignal,
  onTimeout: () => TadError,
): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(cancelled(signal));
  }
  return new Promise<T>((resolve, reject) => {
    const timer = ms === undefined ? undefined : setTimeout(() => settle(() => reject(onTimeout())), ms);
    const onAbort = () => settle(() => reject(cancelled(signal)));
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      how();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
