import type { ObjectPoolOptions } from './pool_options.js';

// The caller's hooks such that what they throw is reported and never reaches whoever uses the pool. Where there is no hook there is
// nothing to call either: a pool without them lends in a few nanoseconds.

/** Whether an idle object may be lent; undefined when that is not asked. */
export function guardedValidate<T>({ validate, onError }: ObjectPoolOptions<T>) {
  if (validate === undefined) return undefined;
  return (object: T): boolean => {
    try {
      return validate(object);
    } catch (error) {
      onError?.(error, 'validate');
      return false;
    }
  };
}

/** Resets a returned object; false when it is not fit for reuse. Undefined when nothing has to be done. */
export function guardedReset<T>({ reset, onError }: ObjectPoolOptions<T>) {
  if (reset === undefined) return undefined;
  return (object: T): boolean => {
    try {
      reset(object);
      return true;
    } catch (error) {
      onError?.(error, 'reset');
      return false;
    }
  };
}

/** Frees what an object holds, at once or later. */
export function guardedDestroy<T>({ destroy, onError }: ObjectPoolOptions<T>) {
  return async (object: T): Promise<void> => {
    try {
      await destroy?.(object);
    } catch (error) {
      onError?.(error, 'destroy');
    }
  };
}
