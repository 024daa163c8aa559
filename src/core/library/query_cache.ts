import { LRUCache } from 'lru-cache';
import type { CacheFigures } from '../face.js';

/** A key of a few words and counts or a page of rows, roughly. */
const ENTRY_BYTES = 512;

/** Results of aggregate queries, kept until the library changes. */
export class QueryCache {
  readonly #generation: () => string;
  readonly #results: LRUCache<string, object>;
  #valid = '';
  #hits = 0;
  #misses = 0;

  /** @param generation differs whenever results may be stale */
  constructor(generation: () => string, capacity: number) {
    this.#generation = generation;
    this.#results = new LRUCache({ max: capacity });
  }

  get<T extends object>(key: string, compute: () => T): T {
    const generation = this.#generation();
    if (generation !== this.#valid) {
      this.#results.clear();
      this.#valid = generation;
    }
    const known = this.#results.get(key);
    if (known !== undefined) {
      this.#hits += 1;
      return known as T;
    }
    this.#misses += 1;
    const result = compute();
    this.#results.set(key, result);
    return result;
  }

  /** @returns about how many bytes went */
  clear(): number {
    const { size } = this.#results;
    this.#results.clear();
    return size * ENTRY_BYTES;
  }

  figures(): CacheFigures {
    return {
      name: 'library queries',
      size: this.#results.size,
      capacity: this.#results.max,
      hits: this.#hits,
      misses: this.#misses,
    };
  }
}
