import { checkCapacity } from './id_index.js';
import type { StrongTier } from './strong_tier.js';

/** Values of any kind, compared as by a Set. */
export class ValueTier<T> implements StrongTier<T> {
  readonly capacity: number;
  readonly #slotOf = new Map<T, number>();
  /** Always without gaps. */
  readonly #elements: T[] = [];
  readonly #marks: Uint8Array;
  #hand = -1;
  #evictions = 0;

  /** @throws RangeError unless capacity is an integer from 1 to 2^24-2 */
  constructor(capacity: number) {
    this.capacity = checkCapacity(capacity);
    this.#marks = new Uint8Array(capacity);
  }

  get size(): number {
    return this.#elements.length;
  }

  get evictions(): number {
    return this.#evictions;
  }

  touch(element: T): boolean {
    const slot = this.#slotOf.get(element);
    if (slot === undefined) return false;
    this.#marks[slot] = 1;
    return true;
  }

  add(element: T, evicted: ((element: T) => void) | undefined): boolean {
    if (this.touch(element)) return false;
    if (this.#elements.length < this.capacity) {
      this.#put(this.#elements.length, element);
      return true;
    }
    const slot = this.#findVictim();
    const victim = this.#elements[slot] as T;
    this.#slotOf.delete(victim);
    this.#put(slot, element);
    this.#evictions++;
    evicted?.(victim);
    return true;
  }

  delete(element: T): boolean {
    const slot = this.#slotOf.get(element);
    if (slot === undefined) return false;
    this.#slotOf.delete(element);
    const last = this.#elements.pop() as T;
    if (slot < this.#elements.length) {
      const mark = this.#marks[this.#elements.length]!;
      this.#put(slot, last);
      this.#marks[slot] = mark;
    }
    return true;
  }

  clear(): void {
    this.#slotOf.clear();
    this.#elements.length = 0;
    this.#hand = -1;
  }

  /** In no particular order; a picture of the moment when the first is asked for. */
  *[Symbol.iterator](): Generator<T, void> {
    yield* [...this.#elements];
  }

  #put(slot: number, element: T): void {
    this.#elements[slot] = element;
    this.#slotOf.set(element, slot);
    this.#marks[slot] = 0;
  }

  #findVictim(): number {
    const marks = this.#marks;
    for (;;) {
      this.#hand = this.#hand + 1 >= this.capacity ? 0 : this.#hand + 1;
      if (marks[this.#hand] === 0) return this.#hand;
      marks[this.#hand] = 0;
    }
  }
}
