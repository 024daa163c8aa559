import { formatId, type Id, readHigh, readId, readLow } from './id.js';
import { checkCapacity, IdIndex } from './id_index.js';

export interface LRUCacheStats {
  readonly size: number;
  readonly capacity: number;
  /** `get` calls that found their id, since creation. */
  readonly hits: number;
  readonly misses: number;
  /** Entries that had to go for a new one; deleted and cleared ones do not count. */
  readonly evictions: number;
  /** What the cache occupies, full or empty. */
  readonly bytes: number;
}

// One slot of a cache: upper and lower half of the id, value. Slot 0 holds none.
const STRIDE = 3;
const VALUE = 2;
const LOAD = 0.45;

// The links of a slot, to its neighbours in the order of use. They form a ring, in which the most recent slot follows slot 0 and
// the least recent precedes it.
const LINKS = 2;
const PREVIOUS = 0;
const NEXT = 1;
const ANCHOR = 0;

/**
 * A least-recently-used map from 64-bit ids to unsigned 32-bit numbers, with a fixed capacity.
 *
 * Exact LRU order, 24.9 bytes per entry (28.9 above 65,534 entries) whatever is done to it, and nothing for the garbage
 * collector: all lives in typed arrays allocated once, and no operation but iteration allocates. Every operation is O(1)
 * expected.
 * Values are numbers, not objects, on purpose; `true` is 1, `false` is 0. For objects use the lru-cache package.
 *
 * Strings are parsed at each call, without BigInt; where an id is looked up often, `{ hi, lo }` is fastest.
 */
export class LRUCache implements Iterable<[id: string, value: number]>, Disposable {
  /** How many entries it holds at most. */
  readonly capacity: number;
  readonly #slots: Int32Array;
  readonly #links: Uint16Array | Uint32Array;
  readonly #index: IdIndex;
  #size = 0;
  /** Slots that were ever used; those above were never touched. */
  #touched = 0;
  /** First slot of the chain of freed ones (linked by NEXT), or 0. */
  #free = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /** @throws RangeError unless capacity is an integer from 1 to 2^24-2 */
  constructor(capacity = 50_000) {
    this.capacity = checkCapacity(capacity);
    // The anchor, and one to spare: a full cache takes the new entry in before it lets the oldest go.
    this.#slots = new Int32Array((capacity + 2) * STRIDE);
    const links = (capacity + 2) * LINKS;
    this.#links = capacity + 1 < 2 ** 16 ? new Uint16Array(links) : new Uint32Array(links);
    this.#index = new IdIndex(this.#slots, STRIDE, capacity + 1, LOAD);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Stores a value and makes the id the most recent one; a full cache first forgets its least recent.
   * @param value 0 … 2^32-1, or a boolean (1, 0)
   * @returns whether the id is new
   * @throws RangeError for another value; TypeError or RangeError for what is no 64-bit id
   */
  put(id: Id, value: number | boolean = 1): boolean {
    const stored = Number(value);
    if (stored >>> 0 !== stored) throw new RangeError(`value must be from 0 to 2^32-1, not ${value}`);
    readId(id);
    const hi = readHigh();
    const lo = readLow();
    const known = this.#index.find(hi, lo);
    if (known !== 0) {
      this.#slots[known * STRIDE + VALUE] = stored;
      this.#toFront(known);
      return false;
    }
    const slot = this.#takeSlot();
    const at = slot * STRIDE;
    this.#slots[at] = hi;
    this.#slots[at + 1] = lo;
    this.#slots[at + VALUE] = stored;
    this.#index.insertMissed(slot);
    this.#linkFirst(slot);
    if (++this.#size > this.capacity) this.#evict();
    return true;
  }

  /** The value of an id, which becomes the most recent one; counted as a hit or a miss. */
  get(id: Id): number | undefined {
    const slot = this.#find(id);
    if (slot === 0) {
      this.#misses++;
      return undefined;
    }
    this.#hits++;
    this.#toFront(slot);
    return this.#slots[slot * STRIDE + VALUE]! >>> 0;
  }

  /** The value of an id, leaving order and counters alone. */
  peek(id: Id): number | undefined {
    const slot = this.#find(id);
    return slot === 0 ? undefined : this.#slots[slot * STRIDE + VALUE]! >>> 0;
  }

  /** Whether the id is there, leaving order and counters alone. */
  has(id: Id): boolean {
    return this.#find(id) !== 0;
  }

  /** @returns whether the id was there */
  delete(id: Id): boolean {
    const slot = this.#find(id);
    if (slot === 0) return false;
    this.#remove(slot);
    return true;
  }

  /** Forgets all entries; the counters stay. O(capacity). */
  clear(): void {
    this.#index.clear();
    this.#links[PREVIOUS] = ANCHOR;
    this.#links[NEXT] = ANCHOR;
    this.#size = 0;
    this.#touched = 0;
    this.#free = 0;
  }

  stats(): LRUCacheStats {
    return {
      size: this.#size,
      capacity: this.capacity,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      bytes: this.#slots.byteLength + this.#links.byteLength + this.#index.bytes,
    };
  }

  /**
   * The entries from the least to the most recently used, that is in the order in which they would be evicted. It is
   * a picture of the moment when the first is asked for (12 bytes per entry): the cache may be changed meanwhile.
   */
  *[Symbol.iterator](): Generator<[id: string, value: number], void> {
    const slots = this.#slots;
    const picture = new Int32Array(this.#size * 3);
    let end = 0;
    const links = this.#links;
    for (let slot = links[PREVIOUS]!; slot !== ANCHOR; slot = links[slot * LINKS + PREVIOUS]!) {
      const at = slot * STRIDE;
      picture[end++] = slots[at]!;
      picture[end++] = slots[at + 1]!;
      picture[end++] = slots[at + VALUE]!;
    }
    for (let at = 0; at < end; at += 3) {
      yield [formatId(picture[at]!, picture[at + 1]!), picture[at + 2]! >>> 0];
    }
  }

  /** Same as {@link clear}. */
  [Symbol.dispose](): void {
    this.clear();
  }

  #find(id: Id): number {
    readId(id);
    return this.#index.find(readHigh(), readLow());
  }

  #takeSlot(): number {
    const freed = this.#free;
    if (freed !== 0) {
      this.#free = this.#links[freed * LINKS + NEXT]!;
      return freed;
    }
    return ++this.#touched;
  }

  /** After the new entry is in, not before: its place in the index was found already, and must not shift. */
  #evict(): void {
    this.#remove(this.#links[PREVIOUS]!);
    this.#evictions++;
  }

  #remove(slot: number): void {
    this.#index.remove(slot);
    this.#unlink(slot);
    this.#links[slot * LINKS + NEXT] = this.#free;
    this.#free = slot;
    this.#size--;
  }

  #toFront(slot: number): void {
    if (this.#links[NEXT] === slot) return;
    this.#unlink(slot);
    this.#linkFirst(slot);
  }

  #unlink(slot: number): void {
    const links = this.#links;
    const previous = links[slot * LINKS + PREVIOUS]!;
    const next = links[slot * LINKS + NEXT]!;
    links[previous * LINKS + NEXT] = next;
    links[next * LINKS + PREVIOUS] = previous;
  }

  #linkFirst(slot: number): void {
    const links = this.#links;
    const first = links[NEXT]!;
    links[slot * LINKS + PREVIOUS] = ANCHOR;
    links[slot * LINKS + NEXT] = first;
    links[first * LINKS + PREVIOUS] = slot;
    links[NEXT] = slot;
  }
}
