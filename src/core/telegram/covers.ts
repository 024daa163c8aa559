import { LRUCache } from 'lru-cache';
import type { CacheFigures } from '../face.js';
import type { AudioMessage } from '../types.js';

/** Covers that are kept, and what they may weigh together. */
const MAX_ENTRIES = 100;
const MAX_BYTES = 4 * 2 ** 20;

/** Asks Telegram for the covers of messages when somebody looks at them, and remembers the last ones. */
export class Covers {
  readonly #fetch: (message: AudioMessage, signal: AbortSignal) => Promise<Uint8Array>;
  readonly #cache = new LRUCache<string, Uint8Array>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: (bytes) => bytes.byteLength,
  });
  #hits = 0;
  #misses = 0;

  /** @param fetch the gateway's `thumb` */
  constructor(fetch: (message: AudioMessage, signal: AbortSignal) => Promise<Uint8Array>) {
    this.#fetch = fetch;
  }

  /**
   * Undefined when the message offers none.
   * @throws TadError as the gateway's `thumb`
   */
  async read(message: AudioMessage, signal: AbortSignal): Promise<Uint8Array | undefined> {
    if (message.thumb === undefined) return undefined;
    const { documentId } = message.location;
    const known = this.#cache.get(documentId);
    if (known !== undefined) {
      this.#hits += 1;
      return known;
    }
    this.#misses += 1;
    const bytes = await this.#fetch(message, signal);
    // None is empty, and an entry that weighs nothing is refused.
    if (bytes.byteLength > 0) this.#cache.set(documentId, bytes);
    return bytes;
  }

  /** @returns bytes that went */
  clear(): number {
    const bytes = this.#cache.calculatedSize;
    this.#cache.clear();
    return bytes;
  }

  figures(): CacheFigures {
    return {
      name: 'covers',
      size: this.#cache.size,
      capacity: MAX_ENTRIES,
      hits: this.#hits,
      misses: this.#misses,
    };
  }
}
