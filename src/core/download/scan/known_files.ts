import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CacheFigures, Track } from '../../face.js';
import type { Library } from '../../library/library.js';
import { LRUCache } from '../../memory/lru_cache.js';
import { isMissingOrEmpty } from '../out_dir.js';

type TrackBook = Pick<
  Library,
  'isCompleted' | 'completedIds' | 'foreignVersion' | 'track' | 'forgetTrack' | 'inReadTransaction'
>;

/**
 * "Have it already?": a least-recently-used cache of document ids, filled from the completed rows, and the library as
 * the truth behind it. While the cache holds all of them (fewer than its capacity, none evicted, no other process has
 * written), what is not in it is new, and a page of new messages asks the library nothing. After that a miss costs one
 * indexed look-up, and nothing else.
 */
export class KnownFiles {
  readonly #library: TrackBook;
  readonly #cache: LRUCache;
  /** Of the library when the cache was filled. */
  #version = 0;
  /** Evictions by then: each one since may be of an id that is missed now. */
  #evictions = 0;
  #heldAll = false;

  constructor(library: TrackBook, capacity: number) {
    this.#library = library;
    this.#cache = new LRUCache(capacity);
    this.#fill();
  }

  has(documentId: string): boolean {
    return this.#has(documentId, this.#holdsAll());
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
   * transaction for the page. A track whose file has vanished is forgotten, so that it is fetched again; not so when the
   * whole output directory has.
   */
  async present(documentIds: readonly string[]): Promise<ReadonlyMap<string, Track>> {
    const holdsAll = this.#holdsAll();
    const ids = [...new Set(documentIds)].filter((id) => !holdsAll || this.#cache.has(id));
    if (ids.length === 0) return new Map();
    const tracks = this.#library.inReadTransaction(() =>
      ids.flatMap((id) => (this.#has(id, holdsAll) ? (this.#library.track(id) ?? []) : [])),
    );
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
      // With its disk it will be back: the file lies in the directory of its chat, and that in the output directory.
      else if (!(await isMissingOrEmpty(dirname(dirname(track.path))))) this.forget(track.documentId);
    }
    return present;
  }

  figures(): CacheFigures {
    const { size, capacity, hits, misses } = this.#cache.stats();
    return { name: 'known documents', size, capacity, hits, misses };
  }

  #has(documentId: string, holdsAll: boolean): boolean {
    if (this.#cache.get(documentId) !== undefined) return true;
    if (holdsAll || !this.#library.isCompleted(documentId)) return false;
    this.#cache.put(documentId);
    return true;
  }

  /** Whether a miss is an answer. Looks at the library's version, once for a page. */
  #holdsAll(): boolean {
    if (this.#library.foreignVersion() !== this.#version) this.#fill();
    return this.#heldAll && this.#cache.stats().evictions === this.#evictions;
  }

  #fill(): void {
    const { capacity } = this.#cache;
    this.#version = this.#library.foreignVersion();
    let count = 0;
    for (const id of this.#library.completedIds(capacity)) {
      this.#cache.put(id);
      count++;
    }
    this.#heldAll = count < capacity;
    this.#evictions = this.#cache.stats().evictions;
  }
}
