/**
 * Bytes per second, smoothed over about `smoothingMs`: an exponential moving average for events that come at irregular
 * times. O(1) per event, no samples kept. Falls towards 0 while nothing comes.
 */
export class SpeedMeter {
  readonly #smoothingMs: number;
  #level = 0;
  #total = 0;
  #startedAt: number | undefined;
  #last = 0;

  constructor(smoothingMs = 3_000) {
    this.#smoothingMs = smoothingMs;
  }

  /** @param now milliseconds on any scale that does not jump back */
  add(bytes: number, now: number): void {
    // The first bytes took some time to come; without a beginning they would count as infinitely fast.
    this.#startedAt ??= now - 100;
    this.#level = this.#level * this.#decay(now) + bytes / this.#smoothingMs;
    this.#last = now;
    this.#total += bytes;
  }

  /** All that was ever added. */
  get total(): number {
    return this.#total;
  }

  bytesPerSecond(now: number): number {
    if (this.#startedAt === undefined) return 0;
    // At the beginning the average covers less than its whole span; this takes the missing part out.
    const covered = 1 - Math.exp(-Math.max(100, now - this.#startedAt) / this.#smoothingMs);
    return (this.#level * this.#decay(now) * 1000) / covered;
  }

  reset(): void {
    this.#level = 0;
    this.#startedAt = undefined;
  }

  #decay(now: number): number {
    return Math.exp(-Math.max(0, now - this.#last) / this.#smoothingMs);
  }
}
