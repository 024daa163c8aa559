import type { Slot } from './idle_stack.js';

/** An object whose lease was collected without having been given back. */
export interface LeakReport {
  readonly pool: string;
  /** For how long it had been out, milliseconds; like the stack only with the pool's option `traceLeaks`. */
  readonly heldMs?: number;
  /** Where it was acquired. */
  readonly stack?: string;
}

/**
 * Notices leases that were dropped instead of released. Costs about 0.3 us and 100 bytes per acquire, hence optional; it runs when
 * the garbage collector gets to it, hence a safety net and never the plan.
 */
export class LeakWatch<T> {
  readonly #trace: boolean;
  readonly #registry: FinalizationRegistry<Slot<T>>;

  /** `onLeak` is given the slot that the lost lease held, and when traced, how long and since where. */
  constructor(trace: boolean, onLeak: (slot: Slot<T>, trace: Omit<LeakReport, 'pool'>) => void) {
    this.#trace = trace;
    this.#registry = new FinalizationRegistry((slot) => {
      const stack = slot.lentBy;
      onLeak(slot, stack === undefined ? {} : { heldMs: performance.now() - slot.lentAt, stack });
    });
  }

  watch(lease: WeakKey, slot: Slot<T>): void {
    if (this.#trace) {
      slot.lentAt = performance.now();
      slot.lentBy = new Error('acquired').stack;
    }
    this.#registry.register(lease, slot, lease);
  }

  forget(lease: WeakKey): void {
    this.#registry.unregister(lease);
  }
}
