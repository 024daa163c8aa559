import { hashId } from './id.js';

const DISTANCE_SHIFT = 24;
const DISTANCE_MAX = 255;
const REST_MASK = (1 << DISTANCE_SHIFT) - 1;

/** Largest capacity: a slot number, one to spare included, has to fit into 24 bits. */
export const MAX_IDS = 2 ** DISTANCE_SHIFT - 2;

/** Checks a capacity for the typed structures. @throws RangeError unless it is an integer in 1 … 2^24-2 */
export function checkCapacity(capacity: number): number {
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_IDS) {
    throw new RangeError(`capacity must be a whole number from 1 to ${MAX_IDS}, not ${capacity}`);
  }
  return capacity;
}

/**
 * Finds the slot of a 64-bit id in an array of slots that the owner keeps (Robin Hood hashing, linear probing,
 * backward-shift deletion: no tombstones, so that churn never degrades it). 4 bytes per slot and load; all operations
 * O(1) expected, none allocates.
 *
 * One table entry is 32 bits: the distance from its home (8 bits, counted from 1, 255 meaning "that or more"), some
 * bits of the hash, and the slot number; 0 is a gap. A look-up therefore touches the slots only when it has almost certainly found
 * its id, and a deletion moves entries without looking at the ids at all.
 */
export class IdIndex {
  readonly #slots: Int32Array;
  readonly #stride: number;
  readonly #table: Int32Array;
  readonly #tableSize: number;
  readonly #scale: number;
  readonly #slotBits: number;
  readonly #slotMask: number;
  // Where the last find gave up.
  #missPosition = 0;
  #missDistance = 0;
  #missTag = 0;

  /**
   * @param slots slot n (1 … capacity; 0 is never used for an id) keeps the upper half of its id at
   * n * stride and the lower half after it
   * @param load ids per table entry when full: what is saved in memory is paid for in time
   */
  constructor(slots: Int32Array, stride: number, capacity: number, load: number) {
    this.#slots = slots;
    this.#stride = stride;
    this.#tableSize = Math.ceil(capacity / load) + 1;
    this.#table = new Int32Array(this.#tableSize);
    this.#scale = this.#tableSize / 2 ** 32;
    this.#slotBits = 32 - Math.clz32(capacity);
    this.#slotMask = (1 << this.#slotBits) - 1;
  }

  get bytes(): number {
    return this.#table.byteLength;
  }

  /** The slot of this id, or 0. */
  find(hi: number, lo: number): number {
    const table = this.#table;
    const slots = this.#slots;
    const slotMask = this.#slotMask;
    const hash = hashId(hi, lo);
    const tag = (hash << this.#slotBits) & REST_MASK;
    let position = this.#home(hash);
    let distance = 1;
    for (;;) {
      const entry = table[position]!;
      // Entries are sorted by home: one nearer to its home than ours would be here, or a gap, means that ours is not
      // there.
      if (this.#distance(entry, position) < distance) break;
      const slot = entry & slotMask;
      if (((entry & REST_MASK) ^ slot) === tag) {
        const at = slot * this.#stride;
        if (slots[at + 1] === lo && slots[at] === hi) return slot;
      }
      distance++;
      if (++position === this.#tableSize) position = 0;
    }
    this.#missPosition = position;
    this.#missDistance = distance;
    this.#missTag = tag;
    return 0;
  }

  /** Adds the id that the last call, a {@link find}, did not find; it has been written to this slot since. */
  insertMissed(slot: number): void {
    const table = this.#table;
    let position = this.#missPosition;
    let carried = withDistance(this.#missTag | slot, this.#missDistance);
    // All from here to the next gap move on by one, and so are one further from home.
    for (let entry = table[position]!; entry !== 0; entry = table[position]!) {
      table[position] = carried;
      carried = withDistance(entry, this.#distance(entry, position) + 1);
      if (++position === this.#tableSize) position = 0;
    }
    table[position] = carried;
  }

  /** Removes the id of this slot, which must be in the index and still be written there. */
  remove(slot: number): void {
    const table = this.#table;
    let hole = this.#home(this.#hashOf(slot));
    while ((table[hole]! & this.#slotMask) !== slot) {
      if (++hole === this.#tableSize) hole = 0;
    }
    for (;;) {
      const next = hole + 1 === this.#tableSize ? 0 : hole + 1;
      const entry = table[next]!;
      const distance = this.#distance(entry, next);
      if (distance <= 1) break; // At home, or a gap.
      table[hole] = withDistance(entry, distance - 1);
      hole = next;
    }
    table[hole] = 0;
  }

  clear(): void {
    this.#table.fill(0);
  }

  /** The upper bits of the hash choose the place: sizes need not be powers of two, which would waste memory. */
  #home(hash: number): number {
    return ((hash >>> 0) * this.#scale) | 0;
  }

  #hashOf(slot: number): number {
    const at = slot * this.#stride;
    return hashId(this.#slots[at]!, this.#slots[at + 1]!);
  }

  #distance(entry: number, position: number): number {
    const distance = entry >>> DISTANCE_SHIFT;
    return distance < DISTANCE_MAX ? distance : this.#farDistance(entry, position);
  }

  #farDistance(entry: number, position: number): number {
    const distance = position - this.#home(this.#hashOf(entry & this.#slotMask));
    return (distance < 0 ? distance + this.#tableSize : distance) + 1;
  }
}

function withDistance(entry: number, distance: number): number {
  return (entry & REST_MASK) | (Math.min(distance, DISTANCE_MAX) << DISTANCE_SHIFT);
}
