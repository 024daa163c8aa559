import type { FloodWaitError } from '../../errors.js';
import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

/** A wait that Telegram asked for, as the `flood.wait` event tells it. */
export interface FloodWait {
  readonly seconds: number;
  readonly method: string;
  /** Unix seconds. */
  readonly until: number;
}

/** Telegram counts whole seconds on its own clock; a little more keeps the next request on the right side. */
const MARGIN_MS = 100;

/**
 * FLOOD_WAIT_n: nothing of this kind passes for n seconds. One gate is shared by all that make the same kind of
 * request on one data centre, because the server counts per account. https://core.telegram.org/api/errors#420-flood
 */
export class FloodGate extends BaseGate {
  readonly #clock: Clock;
  readonly #onWait: (wait: FloodWait) => void;
  #until = 0;
  #seconds = 0;
  #count = 0;

  constructor(clock: Clock, onWait: (wait: FloodWait) => void) {
    super();
    this.#clock = clock;
    this.#onWait = onWait;
  }

  /** Waits that were asked for so far; several answers to one burst count once. */
  get count(): number {
    return this.#count;
  }

  /** Unix seconds at which it opens; undefined while open. */
  get untilUnix(): number | undefined {
    const left = this.#until - this.#clock.now();
    return left > 0 ? Math.ceil((this.#clock.wallNow() + left) / 1000) : undefined;
  }

  /** Closes for what the error says, unless it is closed for longer already. */
  report(error: FloodWaitError): void {
    const now = this.#clock.now();
    const until = now + error.seconds * 1000 + MARGIN_MS;
    if (until <= this.#until) return;
    // The answers to one burst come within a second of each other: each counts, and only the first is news.
    const isNews = now >= this.#until || until > this.#until + 1000;
    this.#until = until;
    this.#seconds = error.seconds;
    if (isNews) {
      this.#count++;
      this.#onWait({
        seconds: error.seconds,
        method: error.method,
        until: Math.ceil(this.#clock.wallNow() / 1000 + error.seconds),
      });
    }
    this.changed();
  }

  closed(): Closed | undefined {
    if (this.#until <= this.#clock.now()) return undefined;
    return { reason: `Telegram asks to wait ${this.#seconds} s`, until: this.#until };
  }
}
