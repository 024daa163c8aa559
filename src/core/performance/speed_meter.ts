/** The first bytes took some time to come; without a beginning they would count as infinitely fast. */
const LEAD_MS = 500;

/**
 * Bytes per second, smoothed over about `smoothingMs`, for events that come at irregular times: a moving average of a
 * moving average. One alone would jump with each arrival, and it is at arrivals that people look: what comes in bursts,
 * as under a rate limit, would seem faster than it is. Until it is as old as what it smooths over, the plain average: the other one
 * knows nothing of what has just come for the first time. O(1) per event, no samples kept. Falls towards 0 while nothing comes.
 */
export class SpeedMeter {
  /** Of each of the two averages. */
  readonly #spanMs: number;
  #jumping = 0;
  #smooth = 0;
  #total = 0;
  #sinceStart = 0;
  #startedAt: number | undefined;
  #last = 0;

  constructor(smoothingMs = 3_000) {
    this.#spanMs = smoothingMs / 2;
  }

  /** @param now milliseconds on any scale that does not jump back */
  add(bytes: number, now: number): void {
    this.#startedAt ??= now - LEAD_MS;
    this.#smooth = this.#smoothAt(now);
    this.#jumping = this.#jumping * Math.exp(-this.#spansSinceLast(now)) + bytes / this.#spanMs;
    this.#last = now;
    this.#total += bytes;
    this.#sinceStart += bytes;
  }

  /** All that was ever added. */
  get total(): number {
    return this.#total;
  }

  bytesPerSecond(now: number): number {
    if (this.#startedAt === undefined) return 0;
    const ageMs = Math.max(LEAD_MS, now - this.#startedAt);
    const spans = ageMs / this.#spanMs;
    if (spans < 2) return (this.#sinceStart * 1000) / ageMs;
    // What the average does not cover of its whole span yet is taken out.
    const covered = 1 - (1 + spans) * Math.exp(-spans);
    return (this.#smoothAt(now) * 1000) / covered;
  }

  reset(): void {
    this.#jumping = 0;
    this.#smooth = 0;
    this.#sinceStart = 0;
    this.#startedAt = undefined;
  }

  #smoothAt(now: number): number {
    const spans = this.#spansSinceLast(now);
    return (this.#smooth + this.#jumping * spans) * Math.exp(-spans);
  }

  #spansSinceLast(now: number): number {
    return Math.max(0, now - this.#last) / this.#spanMs;
  }
}
