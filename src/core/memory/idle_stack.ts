/** When and by whom an object was acquired; only pools that trace leaks know. */
export interface Trace {
  lentAt: number;
  lentBy: string | undefined;
}

/**
 * The place of a pooled object. While the object is idle the pool holds the slot; while it is lent the lease alone does, so that a
 * slot that is collected means a lease that was lost.
 */
export class Slot<T> {
  /** What lies below this one while it is idle. */
  next: Slot<T> | undefined;

  constructor(
    readonly object: T,
    readonly trace: Trace,
  ) {}
}

/**
 * The idle ones: the one used last comes first, as it is most likely in the processor's cache and least likely timed out. Linked,
 * because pushing to and popping from an array costs twice as much.
 */
export class IdleStack<T> {
  #top: Slot<T> | undefined;

  /** O(size): asked for by statistics only, so that nobody else has to keep count. */
  get size(): number {
    let size = 0;
    for (let slot = this.#top; slot !== undefined; slot = slot.next) size++;
    return size;
  }

  push(slot: Slot<T>): void {
    slot.next = this.#top;
    this.#top = slot;
  }

  pop(): Slot<T> | undefined {
    const slot = this.#top;
    if (slot !== undefined) {
      this.#top = slot.next;
      slot.next = undefined;
    }
    return slot;
  }

  /** Takes out all but the `keep` that were used last. */
  cut(keep: number): Slot<T>[] {
    const kept: Slot<T>[] = [];
    while (kept.length < keep && this.#top !== undefined) kept.push(this.pop() as Slot<T>);
    const rest: Slot<T>[] = [];
    for (let slot = this.pop(); slot !== undefined; slot = this.pop()) rest.push(slot);
    for (const slot of kept.reverse()) this.push(slot);
    return rest;
  }
}
