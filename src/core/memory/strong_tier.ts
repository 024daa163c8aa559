/**
 * A bounded set with CLOCK eviction: each element has a mark that a look-up sets; when room is needed, a hand goes round, takes
 * marks away, and evicts the first element without one. Close to LRU, for one bit instead of two links.
 */
export interface StrongTier<T> extends Iterable<T> {
  readonly size: number;
  readonly capacity: number;
  /** Elements that had to go for another, so far. */
  readonly evictions: number;
  /** Whether the element is there; if so it is marked. */
  touch(element: T): boolean;
  /** Adds, or marks what is there; `evicted` is told last who had to go. Returns whether the element is new. */
  add(element: T, evicted: ((element: T) => void) | undefined): boolean;
  delete(element: T): boolean;
  clear(): void;
}
