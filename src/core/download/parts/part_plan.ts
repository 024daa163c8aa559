import { MIN_PART_BYTES } from './part_size.js';

/** Bytes [offset, offset + length) of a file. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** Merges touching and overlapping ranges, in ascending order; clips them to [0, total). */
function normalise(ranges: readonly Part[], total: number): Part[] {
  const merged: { offset: number; length: number }[] = [];
  for (const range of ranges.toSorted((a, b) => a.offset - b.offset)) {
    const offset = Math.max(0, range.offset);
    const end = Math.min(total, range.offset + range.length);
    if (end <= offset) continue;
    const last = merged.at(-1);
    if (last && offset <= last.offset + last.length) {
      last.length = Math.max(last.length, end - last.offset);
    } else {
      merged.push({ offset, length: end - offset });
    }
  }
  return merged;
}

/** What of [0, total) no range covers, each start rounded down to where a request may begin. */
export function gaps(present: readonly Part[], total: number): Part[] {
  const missing: Part[] = [];
  let from = 0;
  for (const { offset, length } of [...normalise(present, total), { offset: total, length: 0 }]) {
    const start = from - (from % MIN_PART_BYTES);
    if (offset > from) missing.push({ offset: start, length: offset - start });
    from = Math.max(from, offset + length);
  }
  // Ends inside the file are rounded up for the same reason; touching gaps become one.
  return normalise(
    missing.map(({ offset, length }) => ({
      offset,
      length: Math.ceil((offset + length) / MIN_PART_BYTES) * MIN_PART_BYTES - offset,
    })),
    total,
  );
}

/** The ranges in groups of at most `maxBytes`; longer ones are cut where the file's offset is a multiple of it. */
export function* batches(ranges: readonly Part[], maxBytes: number): Generator<readonly Part[]> {
  let batch: Part[] = [];
  let bytes = 0;
  for (const range of ranges) {
    const end = range.offset + range.length;
    for (let offset = range.offset; offset < end; ) {
      const length = Math.min(end, offset - (offset % maxBytes) + maxBytes) - offset;
      if (bytes + length > maxBytes) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push({ offset, length });
      bytes += length;
      offset += length;
    }
  }
  if (batch.length > 0) yield batch;
}

/**
 * Which bytes of one file are still to be asked for. Parts are carved lazily, so that their size may change while the
 * file is under way (a rate limit, a slow link); each obeys upload.getFile's rules. Ascending order, so that a file
 * grows from its beginning. All operations are O(gaps), and there are few.
 */
export class PartPlan {
  #missing: Part[];
  #missingBytes: number;

  /** @param present what is on disk and verified */
  constructor(
    readonly totalBytes: number,
    present: readonly Part[] = [],
  ) {
    this.#missing = gaps(present, totalBytes);
    this.#missingBytes = this.#missing.reduce((sum, { length }) => sum + length, 0);
  }

  /** Bytes neither on disk nor handed out. */
  get missingBytes(): number {
    return this.#missingBytes;
  }

  get isEmpty(): boolean {
    return this.#missing.length === 0;
  }

  /**
   * Hands out the next part: a power of two of at most `maxBytes` (a legal part size itself) that divides its offset;
   * shorter only at the end of the file.
   */
  take(maxBytes: number): Part | undefined {
    const first = this.#missing[0];
    if (!first) return undefined;
    let size = maxBytes;
    while (size > MIN_PART_BYTES && !this.#fits(first, size)) size /= 2;
    const length = Math.min(size, first.length);
    if (length === first.length) this.#missing.shift();
    else this.#missing[0] = { offset: first.offset + length, length: first.length - length };
    this.#missingBytes -= length;
    return { offset: first.offset, length };
  }

  /** Takes back a part that was handed out and not fetched. */
  giveBack(part: Part): void {
    this.#missing = normalise([...this.#missing, part], this.totalBytes);
    this.#missingBytes += part.length;
  }

  #fits(gap: Part, size: number): boolean {
    if (gap.offset % size !== 0) return false;
    // Only the file's last part may be shorter than what is asked for.
    return size <= gap.length || gap.offset + gap.length === this.totalBytes;
  }
}
