import { IdleStack, type Slot } from './idle_stack.js';
import { type LeakReport, LeakWatch } from './leak_watch.js';
import { Lease, type LeaseOwner } from './lease.js';
import { PoolError } from './pool_error.js';
import {
  guardedDestroy,
  guardedOnLeak,
  guardedReport,
  guardedReset,
  guardedValidate,
  type HookReport,
} from './pool_hooks.js';
import type { AcquireOptions, ObjectPoolOptions, ObjectPoolStats } from './pool_options.js';
import { WaiterQueue } from './waiters.js';

/**
 * A bounded pool of things that are dear to make: large buffers, connections. (Small objects are cheaper to make than to
 * pool.) At most `maxSize` exist; whoever comes later waits, first come first served, and nobody overtakes.
 *
 * The synchronous path (`tryAcquire`, `release`) is O(1) and allocates the lease only.
 */
export class ObjectPool<T> implements AsyncDisposable {
  readonly name: string;
  readonly maxSize: number;
  readonly objectBytes: number;
  readonly #options: ObjectPoolOptions<T>;
  readonly #owner: LeaseOwner<T>;
  readonly #isValid: ((object: T) => boolean) | undefined;
  readonly #reset: ((object: T) => boolean) | undefined;
  readonly #free: (object: T) => Promise<void>;
  readonly #report: HookReport;
  readonly #onLeak: (leak: LeakReport) => void;
  readonly #leaks: LeakWatch<T>;
  readonly #traces: boolean;
  readonly #closing = new AbortController();
  readonly #idle = new IdleStack<T>();
  readonly #waiters = new WaiterQueue<Lease<T>>();
  #closed = false;
  #creating = 0;
  #acquired = 0;
  #created = 0;
  #peakSize = 0;
  #destroyed = 0;
  #leaked = 0;
  #timeouts = 0;

  /** @throws RangeError unless maxSize is a positive integer */
  constructor(options: ObjectPoolOptions<T>) {
    if (!Number.isInteger(options.maxSize) || options.maxSize < 1) {
      throw new RangeError(`maxSize must be a positive whole number, not ${options.maxSize}`);
    }
    this.name = options.name ?? 'unnamed';
    this.maxSize = options.maxSize;
    this.objectBytes = options.objectBytes ?? 0;
    this.#options = options;
    this.#owner = {
      name: this.name,
      takeBack: (slot, reuse) => this.#takeBack(slot, reuse),
    };
    this.#report = guardedReport(options);
    this.#onLeak = guardedOnLeak(options, this.#report);
    this.#isValid = guardedValidate(options, this.#report);
    this.#reset = guardedReset(options, this.#report);
    this.#free = guardedDestroy(options, this.#report);
    this.#traces = options.traceLeaks ?? false;
    this.#leaks = new LeakWatch((object, trace) => this.#recover(object, trace));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * An object at once, or undefined when all are out, others are waiting already, or it has to be made by an asynchronous
   * `create` (which is then started, one at a time, so that a later call finds it).
   * @throws PoolError `closed`; whatever a synchronous `create` throws
   */
  tryAcquire(): Lease<T> | undefined {
    // While others wait or the pool is closed, nothing is idle: see #supply and close.
    const slot = this.#idle.pop();
    if (slot === undefined) return this.#tryMake();
    if (this.#isValid === undefined || this.#isValid(slot.object)) return this.#lend(slot);
    void this.#destroy(slot);
    return this.tryAcquire();
  }

  /**
   * An object as soon as there is one, in order of asking.
   * @throws PoolError `closed` or `timeout`; the signal's reason; whatever `create` throws
   */
  acquire(options?: AcquireOptions): Promise<Lease<T>> {
    try {
      options?.signal?.throwIfAborted();
      const lease = this.tryAcquire();
      return lease ? Promise.resolve(lease) : this.#wait(options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Gives a lease back. @throws PoolError `released` the second time, `foreign` when it is another pool's */
  release(lease: Lease<T>): void {
    if (!lease.belongsTo(this.#owner)) {
      throw new PoolError('foreign', `lease does not belong to pool ${this.name}`);
    }
    lease.release();
  }

  /** Runs `work` with an object, which goes back whatever happens. */
  async use<R>(work: (object: T) => R | Promise<R>, options?: AcquireOptions): Promise<R> {
    const lease = await this.acquire(options);
    try {
      return await work(lease.value);
    } finally {
      lease.release();
    }
  }

  /**
   * Destroys idle objects until at most `keepIdle` are left; for memory pressure.
   * @returns how many went
   */
  shrink(keepIdle = 0): number {
    const surplus = this.#idle.cut(keepIdle);
    for (const slot of surplus) void this.#destroy(slot);
    return surplus.length;
  }

  /**
   * Refuses whoever waits or asks from now on, and destroys the idle objects; those in use are destroyed when they
   * come back. Resolves when the idle ones are gone.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const error = this.#closedError();
    this.#closing.abort(error);
    for (let waiter = this.#waiters.shift(); waiter; waiter = this.#waiters.shift()) waiter.reject(error);
    await Promise.all(this.#idle.cut(0).map((slot) => this.#destroy(slot)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  stats(): ObjectPoolStats {
    return {
      name: this.name,
      capacity: this.maxSize,
      inUse: this.#inUse(),
      idle: this.#idle.size,
      waiting: this.#waiters.size,
      bytes: this.#size() * this.objectBytes,
      peakSize: this.#peakSize,
      acquired: this.#acquired,
      created: this.#created,
      destroyed: this.#destroyed,
      leaked: this.#leaked,
      timeouts: this.#timeouts,
    };
  }

  /** Objects that exist. */
  #size(): number {
    return this.#created - this.#destroyed;
  }

  /** O(idle objects): nothing is counted when one comes or goes, as that would cost a third more. */
  #inUse(): number {
    return this.#size() - this.#idle.size;
  }

  #lend(slot: Slot<T>): Lease<T> {
    if (this.#traces) this.#leaks.trace(slot);
    this.#acquired++;
    return new Lease(this.#owner, slot);
  }

  #tryMake(): Lease<T> | undefined {
    if (this.#closed) throw this.#closedError();
    // One that is being made is for whoever asks next: asking again and again must not fill the pool.
    return this.#waiters.size > 0 || this.#creating > 0 ? undefined : this.#lendNew();
  }

  /** Only when none is idle. */
  #lendNew(): Lease<T> | undefined {
    if (this.#size() + this.#creating >= this.maxSize) return undefined;
    // Counted while it runs, as it may itself ask the pool for something.
    this.#creating++;
    let made: T | PromiseLike<T>;
    try {
      made = this.#options.create(this.#closing.signal);
    } catch (error) {
      this.#creating--;
      throw error;
    }
    if (isPromiseLike(made)) {
      Promise.resolve(made).then(
        (object) => this.#arrive(object),
        (error: unknown) => this.#fail(error),
      );
      return undefined;
    }
    return this.#lend(this.#slotFor(made));
  }

  /** An object that was asked for asynchronously is there. */
  #arrive(object: T): void {
    this.#supply(this.#slotFor(object));
  }

  /** For an object that was being made. */
  #slotFor(object: T): Slot<T> {
    this.#creating--;
    this.#created++;
    this.#peakSize = Math.max(this.#peakSize, this.#size());
    return this.#leaks.slotFor(object);
  }

  /** One could not be made: somebody has to hear of it, and the longest waiting is the one it was for. */
  #fail(error: unknown): void {
    this.#creating--;
    const waiter = this.#waiters.shift();
    if (waiter) waiter.reject(error);
    else this.#report(error, 'create');
    this.#makeForWaiters();
  }

  #takeBack(slot: Slot<T>, reuse: boolean): void {
    const fit = reuse && (this.#reset === undefined || this.#reset(slot.object));
    if (fit) {
      this.#supply(slot);
    } else {
      void this.#destroy(slot);
      this.#makeForWaiters();
    }
  }

  /** Gives a free object to the first in the queue, or keeps it. */
  #supply(slot: Slot<T>): void {
    if (this.#closed) {
      void this.#destroy(slot);
    } else if (this.#waiters.size > 0) {
      this.#waiters.shift()?.resolve(this.#lend(slot));
    } else {
      this.#idle.push(slot);
    }
  }

  /** After a place came free without an object for it. */
  #makeForWaiters(): void {
    while (this.#waiters.size > this.#creating) {
      try {
        const lease = this.#lendNew();
        if (lease) this.#waiters.shift()?.resolve(lease);
        else if (this.#size() + this.#creating >= this.maxSize) return;
      } catch (error) {
        this.#waiters.shift()?.reject(error);
      }
    }
  }

  /** Whoever dropped the lease may still hold the object itself, so it is not lent again; only its place is. */
  #recover(object: T, trace: Omit<LeakReport, 'pool'>): void {
    this.#leaked++;
    this.#destroyed++;
    void this.#free(object);
    this.#makeForWaiters();
    this.#onLeak({ pool: this.name, ...trace });
  }

  #wait(options: AcquireOptions | undefined): Promise<Lease<T>> {
    const waiting = this.#waiters.join(options?.signal, options?.timeoutMs, () => {
      this.#timeouts++;
      const message = `no object of pool ${this.name} came free within ${options?.timeoutMs} ms`;
      return new PoolError('timeout', `${message} (${this.#inUse()} of ${this.maxSize} in use)`);
    });
    this.#makeForWaiters();
    return waiting;
  }

  #destroy(slot: Slot<T>): Promise<void> {
    this.#leaks.forget(slot);
    this.#destroyed++;
    return this.#free(slot.object);
  }

  #closedError(): PoolError {
    return new PoolError('closed', `pool ${this.name} is closed`);
  }
}

/** Any promise, not only one of this realm's own class: such as those of other libraries. */
function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
