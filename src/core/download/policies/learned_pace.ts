import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

const WINDOW_MS = 5_000;
const SLOW_DOWN = 0.8;
const SPEED_UP = 1.1;
const SPEED_UP_EVERY_MS = 5_000;
const FORGET_ABOVE = 1.5;
const SLOWEST_PER_SECOND = 1;

/**
 * Learns from flood waits: after one, requests go a fifth slower than they went before it, and a tenth faster again
 * for every quiet five seconds, until the pace is well above what was refused; then it is forgotten. Without floods
 * it never holds anything up (additive-increase, multiplicative-decrease, as in TCP).
 */
export class LearnedPace extends BaseGate {
  readonly #clock: Clock;
  /** Times of the latest requests, for the rate at which the flood came; bounded by the window and 1,024. */
  #recent: number[] = [];
  #perSecond: number | undefined;
  #refusedAt = 0;
  #changedAt = 0;
  #nextAt = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** Requests per second that are let through; undefined while unlimited. */
  get perSecond(): number | undefined {
    return this.#perSecond;
  }

  /** A request passes now. */
  passed(): void {
    const now = this.#clock.now();
    if (this.#recent.length >= 1024) this.#recent = this.#recent.slice(512);
    this.#recent.push(now);
    if (this.#perSecond !== undefined) this.#nextAt = Math.max(this.#nextAt, now) + 1000 / this.#perSecond;
  }

  /** A request was refused with a flood wait that begins now. */
  flooded(): void {
    const now = this.#clock.now();
    this.#recent = this.#recent.filter((time) => time > now - WINDOW_MS);
    const span = Math.max(1_000, now - (this.#recent[0] ?? now));
    const rate = Math.min(this.#perSecond ?? Infinity, (this.#recent.length * 1000) / span);
    this.#perSecond = Math.max(SLOWEST_PER_SECOND, rate * SLOW_DOWN);
    this.#refusedAt = Math.max(rate, SLOWEST_PER_SECOND);
    this.#changedAt = now;
    this.changed();
  }

  closed(): Closed | undefined {
    this.#recover();
    if (this.#perSecond === undefined || this.#nextAt <= this.#clock.now()) return undefined;
    return { reason: 'going slower after a flood wait', until: this.#nextAt };
  }

  #recover(): void {
    const now = this.#clock.now();
    while (this.#perSecond !== undefined && now - this.#changedAt >= SPEED_UP_EVERY_MS) {
      this.#changedAt += SPEED_UP_EVERY_MS;
      this.#perSecond *= SPEED_UP;
      if (this.#perSecond > this.#refusedAt * FORGET_ABOVE) {
        this.#perSecond = undefined;
        this.#nextAt = 0;
      }
    }
  }
}
