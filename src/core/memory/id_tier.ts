import { formatId, type Id, readHigh, readId, readLow } from './id.js';
import { checkCapacity, IdIndex } from './id_index.js';
import type { StrongTier } from './strong_tier.js';

// One slot: upper and lower half of the id. In a freed slot the upper half is the number of the next freed one.
const STRIDE = 2;
const LOAD = 0.7;

/** 64-bit ids in typed arrays: 14.8 bytes each, and no allocation unless the evicted id is asked for. */
export class IdTier implements StrongTier<Id> {
  readonly capacity: number;
  readonly #slots: Int32Array;
  readonly #marks: Uint8Array;
  readonly #index: IdIndex;
  #size = 0;
  #touched = 0;
  #free = 0;
  #hand = 0;
  #evictions = 0;

  /** @throws RangeError unless capacity is an integer from 1 to 2^24-2 */
  constructor(capacity: number) {
    this.capacity = checkCapacity(capacity);
    // Slot 0 holds none, and one is to spare: a full set takes the new id in before it lets another go.
    this.#slots = new Int32Array((capacity + 2) * STRIDE);
    this.#marks = new Uint8Array(capacity + 2);
    this.#index = new IdIndex(this.#slots, STRIDE, capacity + 1, LOAD);
  }

  get size(): number {
    return this.#size;
  }

  get evictions(): number {
    return this.#evictions;
  }

  touch(id: Id): boolean {
    readId(id);
    const slot = this.#index.find(readHigh(), readLow());
    if (slot === 0) return false;
    this.#marks[slot] = 1;
    return true;
  }

  add(id: Id, evicted: ((id: Id) => void) | undefined): boolean {
    readId(id);
    const hi = readHigh();
    const lo = readLow();
    const known = this.#index.find(hi, lo);
    if (known !== 0) {
      this.#marks[known] = 1;
      return false;
    }
    const slot = this.#takeFree();
    this.#slots[slot * STRIDE] = hi;
    this.#slots[slot * STRIDE + 1] = lo;
    this.#marks[slot] = 0;
    this.#index.insertMissed(slot);
    if (++this.#size > this.capacity) {
      const victim = this.#findVictim(slot);
      const name = evicted && this.#format(victim);
      this.#remove(victim);
      this.#evictions++;
      if (name !== undefined) evicted?.(name);
    }
    return true;
  }

  delete(id: Id): boolean {
    readId(id);
    const slot = this.#index.find(readHigh(), readLow());
    if (slot === 0) return false;
    this.#remove(slot);
    return true;
  }

  clear(): void {
    this.#index.clear();
    this.#size = 0;
    this.#touched = 0;
    this.#free = 0;
    this.#hand = 0;
  }

  /** In no particular order, as decimal strings; a picture of the moment when the first is asked for. */
  *[Symbol.iterator](): Generator<Id, void> {
    const picture = this.#slots.slice(STRIDE, (this.#touched + 1) * STRIDE);
    const freed = new Set<number>();
    for (let slot = this.#free; slot !== 0; slot = this.#slots[slot * STRIDE]!) freed.add(slot);
    for (let at = 0; at < picture.length; at += STRIDE) {
      if (!freed.has(at / STRIDE + 1)) yield formatId(picture[at]!, picture[at + 1]!);
    }
  }

  #takeFree(): number {
    const slot = this.#free;
    if (slot === 0) return ++this.#touched;
    this.#free = this.#slots[slot * STRIDE]!;
    return slot;
  }

  #remove(slot: number): void {
    this.#index.remove(slot);
    this.#slots[slot * STRIDE] = this.#free;
    this.#free = slot;
    this.#size--;
  }

  /** Only when every slot holds an id; not the one just added. */
  #findVictim(added: number): number {
    const marks = this.#marks;
    for (;;) {
      this.#hand = this.#hand > this.capacity ? 1 : this.#hand + 1;
      if (marks[this.#hand] === 0 && this.#hand !== added) return this.#hand;
      marks[this.#hand] = 0;
    }
  }

  #format(slot: number): string {
    return formatId(this.#slots[slot * STRIDE]!, this.#slots[slot * STRIDE + 1]!);
  }
}
