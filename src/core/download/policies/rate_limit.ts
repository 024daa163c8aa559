import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

/**
 * A token bucket of bytes that holds at most one second's worth. A part may be larger than what the bucket holds: it
 * passes and leaves a debt, which the next one waits for; so any rate works with any part size.
 */
export class RateLimit extends BaseGate {
  readonly #clock: Clock;
  #bytesPerSecond: number | undefined;
  #tokens = 0;
  #filledAt = 0;

  constructor(clock: Clock, bytesPerSecond?: number) {
    super();
    this.#clock = clock;
    this.set(bytesPerSecond);
  }

  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }

  /** Takes effect at once; a debt made under another limit is forgiven. */
  set(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#filledAt = this.#clock.now();
    // A quarter of a second to begin with: enough to start, too little to overshoot a short measurement.
    this.#tokens = (bytesPerSecond ?? 0) / 4;
    this.changed();
  }

  take(bytes: number): void {
    if (this.#bytesPerSecond === undefined) return;
    this.#fill(this.#bytesPerSecond);
    this.#tokens -= bytes;
  }

  closed(): Closed | undefined {
    const rate = this.#bytesPerSecond;
    if (rate === undefined) return undefined;
    this.#fill(rate);
    if (this.#tokens > 0) return undefined;
    return { reason: 'rate limit', until: this.#clock.now() + (-this.#tokens * 1000) / rate + 1 };
  }

  #fill(rate: number): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(rate, this.#tokens + ((now - this.#filledAt) * rate) / 1000);
    this.#filledAt = now;
  }
}
