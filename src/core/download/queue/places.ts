import { MAX_PART_BYTES } from '../parts/part_size.js';
import type { Transfer } from './transfer.js';

/** Files up to this are one request: they take little of the link and of the disk, and most of their time is waiting. */
const SMALL_BYTES = MAX_PART_BYTES;
/** Small files that share a place, at most: with four places and 50 ms per answer, 20 to 30 % more of them a second than with 4. */
const SHARED_BY = 8;
/** Of all that may share, the part that may wait for the disk before no more are begun. */
const WAITING_SHARE = 1 / 2;

export interface PlacesOptions {
  /** Memory is short, if not critical yet. */
  readonly isMemoryTight: () => boolean;
  /** Requests that a data centre is worth keeping under way at once, as measured. */
  readonly depth: (dcId: number) => number;
}

type File = Pick<Transfer, 'message' | 'bytes' | 'totalBytes'>;

/**
 * How many files may be under way at once. `bound` of them always may. Small ones share a place, up to eight, as long as that
 * gains something: their data centre takes more requests than there are files that want them; fewer than half of what may
 * share have all their bytes and wait for the disk only; and memory is not tight. Where the bound is one, files go one after the other.
 */
export class Places {
  readonly #options: PlacesOptions;
  #bound = 1;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** What the person allows: files of more than a part at once. At least 1. */
  get bound(): number {
    return this.#bound;
  }

  set bound(count: number) {
    this.#bound = Math.max(1, count);
  }

  /** Places that are not taken, in eighths; not above zero when nothing may start. O(active). */
  free(active: readonly File[]): number {
    return this.#bound - this.#takenBy(active);
  }

  /** Data centres whose files have taken all places but one. O(active). */
  crowded(active: readonly File[]): readonly number[] {
    if (this.#bound === 1) return [];
    const byDataCentre = Map.groupBy(active, ({ message }) => message.location.dcId);
    return [...byDataCentre].flatMap(([dcId, files]) =>
      this.#takenBy(files) >= this.#bound - 1 ? [dcId] : [],
    );
  }

  /**
   * Which files there is a place for, beside those that are under way. O(active) for the look, O(1) for each file then.
   */
  look(active: readonly File[]): (file: File) => boolean {
    if (active.length < this.#bound) return () => true;
    if (this.free(active) <= 0) return () => false;
    const wanting = new Map<number, number>();
    let whole = 0;
    for (const { bytes, totalBytes, message } of active) {
      const { dcId } = message.location;
      if (bytes === totalBytes) whole++;
      else wanting.set(dcId, (wanting.get(dcId) ?? 0) + 1);
    }
    const isDiskBusy = whole >= this.#bound * SHARED_BY * WAITING_SHARE;
    return (file) => {
      if (!isSmall(file)) return true;
      const { dcId } = file.message.location;
      return !isDiskBusy && (wanting.get(dcId) ?? 0) < this.#options.depth(dcId);
    };
  }

  #takenBy(files: readonly File[]): number {
    if (!this.#isShared) return files.length;
    const small = files.filter(isSmall).length;
    return files.length - small + small / SHARED_BY;
  }

  get #isShared(): boolean {
    return this.#bound > 1 && !this.#options.isMemoryTight();
  }
}

function isSmall({ totalBytes }: File): boolean {
  return totalBytes <= SMALL_BYTES;
}
