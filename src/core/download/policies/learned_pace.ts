import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

const WINDOW_MS = 5_000;
const SLOW_DOWN = 0.8;
const SPEED_UP = 1.15;
const SPEED_UP_EVERY_MS = 1_000;
const FORGET_ABOVE = 1.5;
const SLOWEST_PER_SECOND = 4;
const MAX_REMEMBERED = 1024;

/**
 * Learns from flood waits: after one, requests go a fifth slower than they went before it, and a little faster again for
 * every quiet second, until the pace is well above what was refused; then it is forgotten. It never falls below a
 * third of the rate at which the first flood came: a server that refuses at random must not bring everything to a
 * halt. Without floods it holds nothing up (additive increase and multiplicative decrease, as in TCP).
 */
export class LearnedPace extends BaseGate {
  readonly #clock: Clock;
  /** Times of the latest requests since the last flood. */
  #recent: number[] = [];
  #perSecond: number | undefined;
  #refusedAt = 0;
  #slowest = SLOWEST_PER_SECOND;
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
    if (this.#recent.length >= MAX_REMEMBERED) this.#recent = this.#recent.slice(MAX_REMEMBERED / 2);
    this.#recent.push(now);
    if (this.#perSecond !== undefined) this.#nextAt = Math.max(this.#nextAt, now) + 1000 / this.#perSecond;
  }

  /** A request was refused with a flood wait that begins now. */
  flooded(): void {
    const rate = this.#perSecond ?? this.#observedRate();
    if (this.#perSecond === undefined) this.#slowest = Math.max(SLOWEST_PER_SECOND, rate / 3);
    this.#perSecond = Math.max(this.#slowest, rate * SLOW_DOWN);
    this.#refusedAt = rate;
    this.#changedAt = this.#clock.now();
    this.#recent = [];
    this.changed();
  }

  closed(): Closed | undefined {
    this.#recover();
    if (this.#perSecond === undefined || this.#nextAt <= this.#clock.now()) return undefined;
    return { reason: 'going slower after a flood wait', until: this.#nextAt };
  }

  #observedRate(): number {
    const now = this.#clock.now();
    const recent = this.#recent.filter((time) => time > now - WINDOW_MS);
    return (recent.length * 1000) / Math.max(1_000, now - (recent[0] ?? now));
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
