/** A pooled object, and what the pool knows about it. */
export class Slot<T> {
  next: Slot<T> | undefined;
  /** When and where it was lent; only in a pool that traces leaks. */
  lentAt = 0;
  lentBy: string | undefined;

  constructor(readonly object: T) {}
}

/**
 * The idle ones: the one used last comes first, as it is most likely in the processor's cache and least likely timed out. Linked,
 * because pushing to and popping from an array costs twice as much.
 */
export class IdleStack<T> {
  #top: Slot<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(slot: Slot<T>): void {
    slot.next = this.#top;
    this.#top = slot;
    this.#size++;
  }

  pop(): Slot<T> | undefined {
    const slot = this.#top;
    if (slot !== undefined) {
      this.#top = slot.next;
      slot.next = undefined;
      this.#size--;
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
