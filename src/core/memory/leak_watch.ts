import { Slot, type Trace } from './idle_stack.js';

/** An object whose lease was collected without having been given back. */
export interface LeakReport {
  readonly pool: string;
  /** For how long it had been out, milliseconds; like the stack only with the pool's option `traceLeaks`. */
  readonly heldMs?: number;
  /** Where it was acquired. */
  readonly stack?: string;
}

/**
 * Notices leases that were dropped instead of released. It watches the slots, once each, not the leases: these are made a hundred
 * times as often, and to register one costs 40 times as much as to make it. It runs when the garbage collector gets to it:
 * a safety net, never the plan.
 */
export class LeakWatch<T> {
  readonly #registry: FinalizationRegistry<{ readonly object: T; readonly trace: Trace }>;

  /** `onLeak` is given the object that was lent, and when traced, for how long and to whom. */
  constructor(onLeak: (object: T, report: Omit<LeakReport, 'pool'>) => void) {
    this.#registry = new FinalizationRegistry(({ object, trace: { lentAt, lentBy } }) => {
      onLeak(object, lentBy === undefined ? {} : { heldMs: performance.now() - lentAt, stack: lentBy });
    });
  }

  /** A slot for a new object. */
  slotFor(object: T): Slot<T> {
    const trace: Trace = { lentAt: 0, lentBy: undefined };
    const slot = new Slot(object, trace);
    this.#registry.register(slot, { object, trace }, slot);
    return slot;
  }

  /** Remembers that a slot is lent now, and to whom. */
  trace(slot: Slot<T>): void {
    slot.trace.lentAt = performance.now();
    slot.trace.lentBy = new Error('acquired').stack;
  }

  /** To be called when a slot is given up, which is no leak. */
  forget(slot: Slot<T>): void {
    this.#registry.unregister(slot);
  }
}
