import type { Slot } from './idle_stack.js';
import { PoolError } from './pool_error.js';

/** To whom a lease goes back. */
export interface LeaseOwner<T> {
  readonly name: string;
  takeBack(slot: Slot<T>, reuse: boolean): void;
}

/**
 * The right to use one pooled object until it is given back:
 *
 *     using lease = await pool.acquire();
 *     await file.read(lease.value);
 *
 * A fresh lease is made for each acquire, so that a stale one can never give back what somebody else holds by now.
 */
export class Lease<T> implements Disposable {
  readonly #owner: LeaseOwner<T>;
  #slot: Slot<T> | undefined;

  /** Made by the pool. */
  constructor(owner: LeaseOwner<T>, slot: Slot<T>) {
    this.#owner = owner;
    this.#slot = slot;
  }

  /**
   * The pooled object. Don't keep it longer than the lease.
   * @throws PoolError `released` after the lease was given back
   */
  get value(): T {
    if (this.#slot === undefined) throw this.#error('used after release');
    return this.#slot.object;
  }

  get released(): boolean {
    return this.#slot === undefined;
  }

  /** Gives the object back for reuse. @throws PoolError `released` the second time */
  release(): void {
    this.#giveBack(true);
  }

  /** Gives the object back as broken: it is destroyed. @throws PoolError `released` the second time */
  discard(): void {
    this.#giveBack(false);
  }

  /** Whether this lease is of that owner. */
  belongsTo(owner: LeaseOwner<T>): boolean {
    return this.#owner === owner;
  }

  /** Releases unless that was done already: an early `release()` inside a `using` block is no error. */
  [Symbol.dispose](): void {
    if (this.#slot !== undefined) this.#giveBack(true);
  }

  #giveBack(reuse: boolean): void {
    const slot = this.#slot;
    if (slot === undefined) throw this.#error('released twice');
    this.#slot = undefined;
    this.#owner.takeBack(slot, reuse);
  }

  #error(what: string): PoolError {
    return new PoolError('released', `object of pool ${this.#owner.name} ${what}`);
  }
}
