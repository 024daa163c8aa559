/** Dead entries looked for at each addition: more than one, so that they go faster than new ones come. */
const SWEEP_BATCH = 4;

/**
 * Remembers objects as long as somebody else keeps them alive, and at most `capacity` of them.
 *
 * A dead entry still costs its WeakRef and a slot (about 40 bytes), hence the bound, and hence the sweeping of a few at each addition. No
 * finalisers: with a million objects these cost more than the collection itself, and nothing here depends on when they run.
 */
export class WeakTier<T extends WeakKey> {
  readonly capacity: number;
  readonly #slotOf = new WeakMap<T, number>();
  readonly #refs: (WeakRef<T> | undefined)[] = [];
  readonly #free: number[] = [];
  #sweepHand = 0;
  #replaceHand = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Entries, those of objects that died since the last sweep included. */
  get size(): number {
    return this.#refs.length - this.#free.length;
  }

  /**
   * Adds an object that is not here yet.
   * @returns the living one that had to go for it, if any
   */
  add(object: T): T | undefined {
    this.sweep(SWEEP_BATCH);
    let slot = this.#free.pop();
    let victim: T | undefined;
    if (slot === undefined) {
      slot = this.#refs.length;
      if (slot === this.capacity) {
        slot = this.#replaceHand;
        this.#replaceHand = (slot + 1) % this.capacity;
        victim = this.#refs[slot]?.deref();
        if (victim) this.#slotOf.delete(victim);
      }
    }
    this.#refs[slot] = new WeakRef(object);
    this.#slotOf.set(object, slot);
    return victim;
  }

  /** Removes an object. @returns whether it was here */
  take(object: T): boolean {
    const slot = this.#slotOf.get(object);
    if (slot === undefined) return false;
    this.#slotOf.delete(object);
    this.#release(slot);
    return true;
  }

  /** Frees the entries of dead objects among the next `count` ones. @returns how many it found */
  sweep(count: number = this.#refs.length): number {
    let dead = 0;
    for (let left = Math.min(count, this.#refs.length); left > 0; left--) {
      const slot = this.#sweepHand;
      this.#sweepHand = slot + 1 >= this.#refs.length ? 0 : slot + 1;
      const ref = this.#refs[slot];
      if (ref && ref.deref() === undefined) {
        this.#release(slot);
        dead++;
      }
    }
    return dead;
  }

  clear(): void {
    for (const ref of this.#refs) {
      const object = ref?.deref();
      if (object) this.#slotOf.delete(object);
    }
    this.#refs.length = 0;
    this.#free.length = 0;
    this.#sweepHand = 0;
    this.#replaceHand = 0;
  }

  /** The objects that are alive. */
  *[Symbol.iterator](): Generator<T, void> {
    for (const ref of [...this.#refs]) {
      const object = ref?.deref();
      if (object) yield object;
    }
  }

  #release(slot: number): void {
    this.#refs[slot] = undefined;
    this.#free.push(slot);
  }
}
