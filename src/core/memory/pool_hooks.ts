import type { ObjectPoolOptions } from './pool_options.js';

/** Calls the caller's hooks such that what they throw is reported and never reaches whoever uses the pool. */
export class PoolHooks<T> {
  readonly #validate: ObjectPoolOptions<T>['validate'];
  readonly #reset: ObjectPoolOptions<T>['reset'];
  readonly #destroy: ObjectPoolOptions<T>['destroy'];
  readonly #onError: ObjectPoolOptions<T>['onError'];

  constructor({ validate, reset, destroy, onError }: ObjectPoolOptions<T>) {
    this.#validate = validate;
    this.#reset = reset;
    this.#destroy = destroy;
    this.#onError = onError;
  }

  isValid(object: T): boolean {
    return this.#validate === undefined || this.#runValidate(this.#validate, object);
  }

  /** Resets a returned object; false when it is not fit for reuse. */
  reset(object: T): boolean {
    return this.#reset === undefined || this.#runReset(this.#reset, object);
  }

  async destroy(object: T): Promise<void> {
    try {
      await this.#destroy?.(object);
    } catch (error) {
      this.#onError?.(error, 'destroy');
    }
  }

  #runValidate(validate: (object: T) => boolean, object: T): boolean {
    try {
      return validate(object);
    } catch (error) {
      this.#onError?.(error, 'validate');
      return false;
    }
  }

  #runReset(reset: (object: T) => void, object: T): boolean {
    try {
      reset(object);
      return true;
    } catch (error) {
      this.#onError?.(error, 'reset');
      return false;
    }
  }
}
