import type { Id } from './id.js';
import { IdTier } from './id_tier.js';
import type { StrongTier } from './strong_tier.js';
import { ValueTier } from './value_tier.js';
import { WeakTier } from './weak_tier.js';

export interface MemoryEfficientSetOptions<T> {
  /** Evicted objects remembered while somebody else holds them, at most; default: as many as `maxSize`. */
  readonly weakSize?: number;
  /**
   * Told of an element that the set forgets though it was not deleted: a primitive (or id) that was evicted, an object that
   * is alive and pushed out of the weak tier. The place to write it down elsewhere.
   */
  readonly onEvict?: (element: T) => void;
  /** Asked when the set does not know an element: the truth elsewhere, such as a database. A yes is remembered. */
  readonly fallback?: (element: T) => boolean;
}

export interface MemoryEfficientSetStats {
  /** Elements held strongly. */
  readonly size: number;
  readonly capacity: number;
  /** Entries of the weak tier; those whose objects just died included. */
  readonly weak: number;
  /** `has` calls answered with yes, wherever the element was found. */
  readonly hits: number;
  readonly weakHits: number;
  readonly fallbackHits: number;
  readonly misses: number;
  /** Elements that had to leave the strong tier. */
  readonly evictions: number;
}

/**
 * A set that never holds more than its bound; what was not looked up for long leaves first (CLOCK).
 *
 * Evicted objects fall to a weak tier: the set still knows them as long as somebody else holds them, and a look-up brings
 * them back. Strings, numbers and bigints cannot be held weakly: evicted they are forgotten, unless `onEvict` and `fallback`
 * say where the truth is. For 64-bit ids use {@link MemoryEfficientSet.ofIds}: 14.8 bytes per element instead of 60 to 75.
 */
export class MemoryEfficientSet<T> implements Iterable<T>, Disposable {
  readonly #strong: StrongTier<T>;
  readonly #weak: WeakTier<T & WeakKey> | undefined;
  readonly #onEvict: ((element: T) => void) | undefined;
  readonly #fallback: ((element: T) => boolean) | undefined;
  /** Absent when nobody needs to know: then evicting an id allocates nothing. */
  readonly #evicted: ((element: T) => void) | undefined;
  #hits = 0;
  #weakHits = 0;
  #fallbackHits = 0;
  #misses = 0;

  /**
   * @param strong where the elements are held; the default takes any value
   * @throws RangeError unless maxSize is an integer from 1 to 2^24-2, and weakSize one from 0
   */
  constructor(
    maxSize = 10_000,
    options: MemoryEfficientSetOptions<T> = {},
    strong: StrongTier<T> = new ValueTier(maxSize),
  ) {
    const weakSize = options.weakSize ?? maxSize;
    if (!Number.isInteger(weakSize) || weakSize < 0) {
      throw new RangeError(`weakSize must be a whole number from 0, not ${weakSize}`);
    }
    this.#strong = strong;
    this.#weak = weakSize > 0 ? new WeakTier(weakSize) : undefined;
    this.#onEvict = options.onEvict;
    this.#fallback = options.fallback;
    if (this.#weak || this.#onEvict) this.#evicted = (element) => this.#demote(element);
  }

  /** A set of 64-bit ids in typed arrays; iterating it yields decimal strings. */
  static ofIds(
    maxSize = 50_000,
    options: Omit<MemoryEfficientSetOptions<Id>, 'weakSize'> = {},
  ): MemoryEfficientSet<Id> {
    return new MemoryEfficientSet<Id>(maxSize, { ...options, weakSize: 0 }, new IdTier(maxSize));
  }

  /** Elements held strongly: never above the bound. (How many of the weak ones live nobody can say.) */
  get size(): number {
    return this.#strong.size;
  }

  get capacity(): number {
    return this.#strong.capacity;
  }

  /**
   * O(1) amortised. Does not ask the fallback.
   * @returns whether the element is new to the set
   */
  add(element: T): boolean {
    const wasWeak = this.#takeWeak(element);
    return this.#strong.add(element, this.#evicted) && !wasWeak;
  }

  /** Whether the set, or else the fallback, knows the element; O(1). It counts as used. */
  has(element: T): boolean {
    if (this.#strong.touch(element)) {
      this.#hits++;
      return true;
    }
    if (this.#takeWeak(element)) this.#weakHits++;
    else if (this.#fallback?.(element)) this.#fallbackHits++;
    else {
      this.#misses++;
      return false;
    }
    this.#hits++;
    this.#strong.add(element, this.#evicted);
    return true;
  }

  /** @returns whether the element was there */
  delete(element: T): boolean {
    return this.#takeWeak(element) || this.#strong.delete(element);
  }

  /** Forgets all elements, without telling `onEvict`; the counters stay. */
  clear(): void {
    this.#strong.clear();
    this.#weak?.clear();
  }

  /** Frees the entries of all objects that have died. O(weak tier); a few are freed at each eviction anyway. */
  sweep(): number {
    return this.#weak?.sweep() ?? 0;
  }

  stats(): MemoryEfficientSetStats {
    return {
      size: this.#strong.size,
      capacity: this.#strong.capacity,
      weak: this.#weak?.size ?? 0,
      hits: this.#hits,
      weakHits: this.#weakHits,
      fallbackHits: this.#fallbackHits,
      misses: this.#misses,
      evictions: this.#strong.evictions,
    };
  }

  /** The elements held strongly, then the weak ones that are alive; in no particular order. */
  *[Symbol.iterator](): Generator<T, void> {
    yield* this.#strong;
    if (this.#weak) yield* this.#weak;
  }

  /** Same as {@link clear}. */
  [Symbol.dispose](): void {
    this.clear();
  }

  /** Where an element goes that had to leave the strong tier. */
  #demote(element: T): void {
    if (this.#weak && isWeakKey(element)) {
      const forgotten = this.#weak.add(element);
      if (forgotten) this.#onEvict?.(forgotten);
    } else {
      this.#onEvict?.(element);
    }
  }

  #takeWeak(element: T): boolean {
    return this.#weak !== undefined && isWeakKey(element) && this.#weak.take(element);
  }
}

function isWeakKey<T>(value: T): value is T & WeakKey {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
