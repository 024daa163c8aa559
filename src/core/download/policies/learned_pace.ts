import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

/** What happened longer ago says nothing about a limit that was met now. */
const WINDOW_MS = 30_000;
const MAX_REMEMBERED = 4096;
/** Of what the server was seen to bear: where the pace begins after a flood, and how far it rises while that is fresh. */
const BEGIN = 0.85;
const CEILING = 0.95;
const RISE_PER_SECOND = 0.02;
/** For how long after a flood the ceiling holds: Telegram's limits change over minutes, not seconds. */
const FRESH_MS = 5 * 60_000;
/** Above so many times the rate that was refused, the lesson is out of date. */
const FORGET_ABOVE = 1.5;
const SLOWEST_PER_SECOND = 2;
/**
 * Refused so often in a row at the slowest pace, each time after no more than so many times the requests borne at higher ones, and
 * now after few, now after many: pace is not the cause. A server that counts refuses after as many each time.
 */
const IN_VAIN = 4;
const NO_MORE_THAN = 2;
const MANY_TO_FEW = 3;
/** The pace rises a little between refusals. */
const NEARLY = 1.25;

/**
 * Learns from flood waits, so that one does not follow the other. What the server bears is what it let through,
 * counted over the time in which it did so and the wait that it then asked for: 300 requests in 3 s and a wait of 27 s
 * are 10 a second. A little below that requests go on when the wait is over; from there the pace rises slowly, stays
 * below what was learned for five minutes, and is forgotten when it is well above what was refused. A
 * wait lowers it to a half at most, and never below 2 a second: one refusal may be a whim of the server's. When it refuses at
 * that pace as at full speed, and without any measure, slowing down is in vain, and nothing is learned for as long as a lesson
 * would have held; the waits are kept, of course. Without floods it holds nothing up.
 */
export class LearnedPace extends BaseGate {
  readonly #clock: Clock;
  /** Times of the latest requests since the last flood. */
  #recent: number[] = [];
  #perSecond: number | undefined;
  #ceiling = 0;
  #refused = 0;
  /** Up to when the pace has risen. */
  #risenAt = 0;
  #freshUntil = 0;
  #nextAt = 0;
  /** Most requests between two refusals while the pace was not the slowest. */
  #borneFaster = 0;
  /** The same at the slowest pace, of the latest refusals in a row. */
  #borneSlowest: readonly number[] = [];
  #learnsFrom = 0;

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
  flooded(waitMs: number): void {
    const now = this.#clock.now();
    if (now < this.#learnsFrom) this.#recent = [];
    else if (this.#isInVain()) this.#forget(now + waitMs + FRESH_MS);
    else this.#learn(now, waitMs);
  }

  closed(): Closed | undefined {
    this.#rise();
    if (this.#perSecond === undefined || this.#nextAt <= this.#clock.now()) return undefined;
    return { reason: 'going slower after a flood wait', until: this.#nextAt };
  }

  #learn(now: number, waitMs: number): void {
    const recent = this.#recent.filter((time) => time > now - WINDOW_MS);
    const activeMs = now - (recent[0] ?? now);
    const perSecond = (ms: number) => (recent.length * 1000) / Math.max(1_000, ms);
    const borne = Math.max(perSecond(activeMs + waitMs), (this.#perSecond ?? 0) / 2);
    this.#refused = Math.max(perSecond(activeMs), this.#perSecond ?? 0);
    this.#perSecond = Math.max(SLOWEST_PER_SECOND, borne * BEGIN);
    this.#ceiling = Math.max(SLOWEST_PER_SECOND, borne * CEILING);
    this.#risenAt = now + waitMs;
    this.#freshUntil = now + waitMs + FRESH_MS;
    this.#recent = [];
    this.changed();
  }

  /** Another refusal came: was going slower of no use? */
  #isInVain(): boolean {
    const borne = this.#recent.length;
    if (this.#perSecond === undefined) this.#borneFaster = 0;
    if (this.#perSecond === undefined || this.#perSecond > SLOWEST_PER_SECOND * NEARLY) {
      this.#borneFaster = Math.max(this.#borneFaster, borne);
      this.#borneSlowest = [];
      return false;
    }
    const isMore = borne > this.#borneFaster * NO_MORE_THAN;
    this.#borneSlowest = isMore || borne === 0 ? [] : [...this.#borneSlowest, borne].slice(-IN_VAIN);
    const few = Math.min(...this.#borneSlowest);
    return this.#borneSlowest.length === IN_VAIN && Math.max(...this.#borneSlowest) >= few * MANY_TO_FEW;
  }

  #forget(learnsFrom: number): void {
    this.#perSecond = undefined;
    this.#nextAt = 0;
    this.#borneSlowest = [];
    this.#recent = [];
    this.#learnsFrom = learnsFrom;
    this.changed();
  }

  #rise(): void {
    const now = this.#clock.now();
    if (this.#perSecond === undefined || now <= this.#risenAt) return;
    const risen = (from: number, to: number) =>
      (Math.max(0, to - from) / 1000) * RISE_PER_SECOND * this.#ceiling;
    const fresh = risen(this.#risenAt, Math.min(now, this.#freshUntil));
    const old = risen(Math.max(this.#risenAt, this.#freshUntil), now);
    this.#perSecond = Math.max(this.#perSecond, Math.min(this.#ceiling, this.#perSecond + fresh)) + old;
    this.#risenAt = now;
    if (this.#perSecond <= this.#refused * FORGET_ABOVE) return;
    this.#perSecond = undefined;
    this.#nextAt = 0;
  }
}
