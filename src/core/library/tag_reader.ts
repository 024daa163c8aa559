import { LRUCache } from 'lru-cache';
import type { IAudioMetadata } from 'music-metadata';
import { cleanNumber, cleanOptional } from '../clean.js';
import { TadError } from '../errors.js';
import type { CacheFigures, TrackTags } from '../face.js';
import { present } from './rows.js';

/** Files whose tags are kept, and what their covers may weigh together. */
const MAX_ENTRIES = 200;
const MAX_BYTES = 16 * 2 ** 20;
/** What an entry weighs without its cover, roughly. */
const ENTRY_BYTES = 1024;

const MAX_GENRES = 16;
/** Bits per second and samples per second: far above what is heard, far below nonsense. */
const MAX_BITRATE = 100_000_000;
const MAX_SAMPLE_RATE = 10_000_000;

/** Reads the tags of files when somebody looks at them, and remembers the last ones. */
export class TagReader {
  readonly #cache = new LRUCache<string, TrackTags>({
    max: MAX_ENTRIES,
    maxSize: MAX_BYTES,
    sizeCalculation: (tags) => ENTRY_BYTES + (tags.cover?.data.byteLength ?? 0),
  });
  #hits = 0;
  #misses = 0;

  /**
   * Undefined when the file is gone or nothing in it can be read as audio.
   * @throws TadError `cancelled`
   */
  async read(documentId: string, path: string, signal?: AbortSignal): Promise<TrackTags | undefined> {
    const known = this.#cache.get(documentId);
    if (known !== undefined) {
      this.#hits += 1;
      return known;
    }
    this.#misses += 1;
    throwIfAborted(signal);
    const tags = await readTags(path);
    throwIfAborted(signal);
    if (tags !== undefined) this.#cache.set(documentId, tags);
    return tags;
  }

  /** To be called when the file was replaced or is gone. */
  forget(documentId: string): void {
    this.#cache.delete(documentId);
  }

  /** Returns about how many bytes went. */
  clear(): number {
    const bytes = this.#cache.calculatedSize;
    this.#cache.clear();
    return bytes;
  }

  figures(): CacheFigures {
    return {
      name: 'track tags',
      size: this.#cache.size,
      capacity: MAX_ENTRIES,
      hits: this.#hits,
      misses: this.#misses,
    };
  }
}

async function readTags(path: string): Promise<TrackTags | undefined> {
  // Loaded with the first look at a track: a headless run never needs it.
  const { parseFile } = await import('music-metadata');
  try {
    const tags = toTags(await parseFile(path, { duration: false }));
    return Object.keys(tags).length === 0 ? undefined : tags;
  } catch {
    return undefined;
  }
}

/** Whoever made the file wrote these: they are as little to be trusted as what came in the message. */
function toTags({ common, format }: IAudioMetadata): TrackTags {
  const picture = common.picture?.[0];
  return {
    ...present({
      title: cleanOptional(common.title),
      artist: cleanOptional(common.artist),
      album: cleanOptional(common.album),
      year: cleanNumber(common.year, 0, 9999),
      trackNumber: cleanNumber(common.track.no, 0, 99_999),
      genre: cleanOptional(common.genre?.slice(0, MAX_GENRES).join(', ')),
      codec: cleanOptional(format.codec),
      bitrate: cleanNumber(format.bitrate, 1, MAX_BITRATE),
      sampleRate: cleanNumber(format.sampleRate, 1, MAX_SAMPLE_RATE),
    }),
    // Copied: the picture may be a view into a far larger block of the file.
    ...(picture && { cover: { mimeType: picture.format, data: Uint8Array.from(picture.data) } }),
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TadError('cancelled', 'cancelled', undefined, { cause: signal.reason });
}
