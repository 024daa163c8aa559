import type { ObjectPoolOptions } from './pool_options.js';

/** Calls the caller's hooks such that what they throw is reported and never reaches whoever uses the pool. */
export class PoolHooks<T> {
  readonly #options: ObjectPoolOptions<T>;

  constructor(options: ObjectPoolOptions<T>) {
    this.#options = options;
  }

  isValid(object: T): boolean {
    if (!this.#options.validate) return true;
    try {
      return this.#options.validate(object);
    } catch (error) {
      this.#options.onError?.(error, 'validate');
      return false;
    }
  }

  /** Resets a returned object; false when it is not fit for reuse. */
  reset(object: T): boolean {
    if (!this.#options.reset) return true;
    try {
      this.#options.reset(object);
      return true;
    } catch (error) {
      this.#options.onError?.(error, 'reset');
      return false;
    }
  }

  async destroy(object: T): Promise<void> {
    try {
      await this.#options.destroy?.(object);
    } catch (error) {
      this.#options.onError?.(error, 'destroy');
    }
  }
}
