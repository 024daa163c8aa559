/**
 * A shared speed limit. Each sender asks when its next bytes may go; the answers follow one clock of their own, so
 * that late timers are caught up with and the average holds.
 */
export class Bandwidth {
  /** Milliseconds for which unused time is remembered. */
  static readonly BURST = 50;

  readonly #bytesPerMs: number;
  #free = 0;

  /** @param bytesPerSecond above 0 */
  constructor(readonly bytesPerSecond: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
  }

  /** How many bytes to ask for at a time: four milliseconds' worth, within 1 to 64 KB. */
  get slice(): number {
    return Math.min(65_536, Math.max(1024, Math.round(this.#bytesPerMs * 4)));
  }

  /**
   * When these bytes have had their time on the wire.
   * @param now milliseconds of a monotonic clock
   */
  reserve(bytes: number, now: number): number {
    this.#free = Math.max(this.#free, now - Bandwidth.BURST) + bytes / this.#bytesPerMs;
    return this.#free;
  }
}
