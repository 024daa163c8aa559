import type { Speed } from '../time_left.js';

/** Milliseconds of one bucket, and how many make the window: five seconds. */
const BUCKET_MS = 500;
const BUCKETS = 10;
const WINDOW_MS = BUCKET_MS * BUCKETS;
/** What comes in parts does not come at once, also not the first: over at most so long, */
const SPREAD_MS = 1_000;
/** and at least so long, or the first would count as infinitely fast. */
const LEAD_MS = 200;
/** What has been coming for as long, and has not ceased for as long, is steady. */
const STEADY_MS = 2_500;

/**
 * Bytes per second over five seconds: what came in them, by their length. Where it began later, by the time since then; after
 * a silence of as long it begins anew, as there was nothing to be had. What comes counts as having come evenly since what came
 * before, and until a second has passed the next is thought to be on its way: arrivals are no peaks, so that parts under a rate
 * limit are not above it. Falls to 0 by itself while nothing comes. Eleven buckets, whatever comes; O(1) per event,
 * O(buckets) to read.
 */
export class SpeedMeter {
  /** A ring: bytes by the bucket of time in which they came. One more than the window has, as it begins amid one. */
  readonly #buckets = new Array<number>(BUCKETS + 1).fill(0);
  #total = 0;
  /** The newest bucket, counted from the beginning of the scale. */
  #newest = 0;
  /** When the first bytes were asked for, where that was told. */
  #askedAt = -Infinity;
  #startedAt: number | undefined;
  #last = 0;

  /** @param now milliseconds on any scale that does not jump back */
  add(bytes: number, now: number): void {
    if (bytes <= 0) return;
    if (this.#startedAt === undefined || now - this.#last >= WINDOW_MS) {
      this.#buckets.fill(0);
      this.#startedAt = Math.min(Math.max(this.#askedAt, now - SPREAD_MS), now - LEAD_MS);
      this.#last = this.#startedAt;
    }
    this.#turnTo(Math.floor(now / BUCKET_MS));
    this.#spread(bytes, Math.max(this.#last, now - SPREAD_MS), now);
    this.#last = now;
    this.#total += bytes;
  }

  /** All that was ever added. */
  get total(): number {
    return this.#total;
  }

  bytesPerSecond(now: number): number {
    if (this.#startedAt === undefined) return 0;
    const end = Math.max(this.#last, now - Math.min(SPREAD_MS, this.#last - this.#startedAt));
    const begin = (end - WINDOW_MS) / BUCKET_MS;
    let bytes = 0;
    for (let bucket = Math.max(Math.floor(begin), this.#newest - BUCKETS); bucket <= this.#newest; bucket++) {
      bytes += Math.min(1, bucket + 1 - begin) * this.#buckets[slot(bucket)]!;
    }
    return (bytes * 1000) / Math.min(WINDOW_MS, end - this.#startedAt);
  }

  isSteady(now: number): boolean {
    return (
      this.#startedAt !== undefined && now - this.#startedAt >= STEADY_MS && this.silentMs(now) < STEADY_MS
    );
  }

  /** Since anything came; Infinity before. */
  silentMs(now: number): number {
    return this.#startedAt === undefined ? Infinity : now - this.#last;
  }

  at(now: number): Speed {
    return { bytesPerSecond: this.bytesPerSecond(now), isSteady: this.isSteady(now) };
  }

  /** What came before says nothing of what will: from `now` on it is asked for anew. */
  reset(now: number): void {
    this.#askedAt = now;
    this.#buckets.fill(0);
    this.#startedAt = undefined;
  }

  #spread(bytes: number, from: number, to: number): void {
    const first = Math.floor(from / BUCKET_MS);
    if (first === this.#newest) {
      this.#buckets[slot(first)]! += bytes;
      return;
    }
    for (let bucket = first; bucket <= this.#newest; bucket++) {
      const within = Math.min(to, (bucket + 1) * BUCKET_MS) - Math.max(from, bucket * BUCKET_MS);
      this.#buckets[slot(bucket)]! += (bytes * within) / (to - from);
    }
  }

  /** Empties what is in the ring from so long ago that it comes around again. */
  #turnTo(bucket: number): void {
    const passed = Math.min(bucket - this.#newest, BUCKETS + 1);
    for (let i = 0; i < passed; i++) this.#buckets[slot(bucket - i)] = 0;
    this.#newest = Math.max(this.#newest, bucket);
  }
}

/** Where a bucket is in the ring. The scale may have begun just now: the lead is before that. */
function slot(bucket: number): number {
  const length = BUCKETS + 1;
  return ((bucket % length) + length) % length;
}
