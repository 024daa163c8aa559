import { stat } from 'node:fs/promises';
import type { CacheFigures, Track } from '../../face.js';
import type { Library } from '../../library/library.js';
import { LRUCache } from '../../memory/lru_cache.js';

type TrackBook = Pick<
  Library,
  'isCompleted' | 'completedIds' | 'track' | 'forgetTrack' | 'inReadTransaction'
>;

/**
 * "Have it already?": a least-recently-used cache of document ids, filled from the completed rows, and the library as
 * the truth behind it. An evicted id costs one indexed look-up and nothing else.
 */
export class KnownFiles {
  readonly #library: TrackBook;
  readonly #cache: LRUCache;

  constructor(library: TrackBook, capacity: number) {
    this.#library = library;
    this.#cache = new LRUCache(capacity);
    for (const id of library.completedIds(capacity)) this.#cache.put(id);
  }

  has(documentId: string): boolean {
    if (this.#cache.get(documentId) !== undefined) return true;
    if (!this.#library.isCompleted(documentId)) return false;
    this.#cache.put(documentId);
    return true;
  }

  add(documentId: string): void {
    this.#cache.put(documentId);
  }

  forget(documentId: string): void {
    this.#cache.delete(documentId);
    this.#library.forgetTrack(documentId);
  }

  /**
   * Which of these documents are complete and still on disk with their full size; by document id. One read
   * transaction for the page. A track whose file has vanished is forgotten, so that it is fetched again.
   */
  async present(documentIds: readonly string[]): Promise<ReadonlyMap<string, Track>> {
    const tracks = this.#library.inReadTransaction(() => {
      const found: Track[] = [];
      for (const id of new Set(documentIds)) {
        const track = this.has(id) ? this.#library.track(id) : undefined;
        if (track) found.push(track);
      }
      return found;
    });
    const sizes = await Promise.all(
      tracks.map(({ path }) =>
        stat(path).then(
          (found) => found.size,
          () => undefined,
        ),
      ),
    );
    const present = new Map<string, Track>();
    for (const [index, track] of tracks.entries()) {
      if (sizes[index] === track.bytes) present.set(track.documentId, track);
      else this.forget(track.documentId);
    }
    return present;
  }

  /** For the MemoryMonitor. @returns entries dropped; the library knows them still */
  clear(): number {
    const { size } = this.#cache;
    this.#cache.clear();
    return size;
  }

  figures(): CacheFigures {
    const { size, capacity, hits, misses } = this.#cache.stats();
    return { name: 'known documents', size, capacity, hits, misses };
  }
}
