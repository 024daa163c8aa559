import type { LeakReport } from './leak_watch.js';
import type { ObjectPoolOptions, PoolHook } from './pool_options.js';

// The caller's hooks such that what they throw is reported and never reaches whoever uses the pool. Where there is no hook there is
// nothing to call either: a pool without them lends in a few nanoseconds.

/** Tells what a hook threw. */
export type HookReport = (error: unknown, during: PoolHook) => void;

/** What `onError` itself throws is dropped: nobody is left to be told, and whoever borrows has no part in it. */
export function guardedReport<T>({ onError }: ObjectPoolOptions<T>): HookReport {
  return (error, during) => {
    try {
      onError?.(error, during);
    } catch {}
  };
}

/** Reports a lost lease. */
export function guardedOnLeak<T>({ onLeak }: ObjectPoolOptions<T>, report: HookReport) {
  return (leak: LeakReport): void => {
    try {
      onLeak?.(leak);
    } catch (error) {
      report(error, 'onLeak');
    }
  };
}

/** Whether an idle object may be lent; undefined when that is not asked. */
export function guardedValidate<T>({ validate }: ObjectPoolOptions<T>, report: HookReport) {
  if (validate === undefined) return undefined;
  return (object: T): boolean => {
    try {
      return validate(object);
    } catch (error) {
      report(error, 'validate');
      return false;
    }
  };
}

/** Resets a returned object; false when it is not fit for reuse. Undefined when nothing has to be done. */
export function guardedReset<T>({ reset }: ObjectPoolOptions<T>, report: HookReport) {
  if (reset === undefined) return undefined;
  return (object: T): boolean => {
    try {
      reset(object);
      return true;
    } catch (error) {
      report(error, 'reset');
      return false;
    }
  };
}

/** Frees what an object holds, at once or later. */
export function guardedDestroy<T>({ destroy }: ObjectPoolOptions<T>, report: HookReport) {
  return async (object: T): Promise<void> => {
    try {
      await destroy?.(object);
    } catch (error) {
      report(error, 'destroy');
    }
  };
}
