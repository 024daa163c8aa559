import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

const FAILURES_TO_OPEN = 4;
/** Requests under way at most after two failures in a row, until something succeeds. */
const DOUBTFUL = 2;
const BASE_MS = 1_000;
const CAP_MS = 15_000;

type State = 'closed' | 'open' | 'half-open';

/**
 * Stops knocking at a data centre that cannot be reached: after some failures in a row nothing passes for a while
 * that doubles up to 15 s, then one request is let through to try; the first that succeeds lets all through again.
 * The circuit is "open" when no current flows, as in the pattern's name.
 */
export class CircuitBreaker extends BaseGate {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #what: string;
  #state: State = 'closed';
  #failures = 0;
  #lastFailureAt = -Infinity;
  #openings = 0;
  #until = 0;
  #brokenSince: number | undefined;
  #reachedAt = -Infinity;

  /** @param what cannot be reached, for the reason: "data centre 4" */
  constructor(clock: Clock, random: () => number, what: string) {
    super();
    this.#clock = clock;
    this.#random = random;
    this.#what = what;
  }

  /** For how long nothing has been reached, milliseconds; 0 while all is well. */
  get brokenForMs(): number {
    return this.#brokenSince === undefined ? 0 : this.#clock.now() - this.#brokenSince;
  }

  /** When a request failed last, on the clock's scale. */
  get failedAt(): number {
    return this.#lastFailureAt;
  }

  /** When it answered last, on the clock's scale. */
  get reachedAt(): number {
    return this.#reachedAt;
  }

  /** Requests that may be under way at once. */
  get allowance(): number {
    if (this.closed()) return 0;
    if (this.#state === 'half-open') return 1;
    return this.#failures < 2 ? Infinity : DOUBTFUL;
  }

  succeeded(): void {
    this.#reachedAt = this.#clock.now();
    if (this.#state === 'closed' && this.#failures === 0) return;
    this.#failures = 0;
    this.#openings = 0;
    this.#brokenSince = undefined;
    this.#state = 'closed';
    this.changed();
  }

  /**
   * @param startedAt when the failed request went out: requests that died together, with one connection, count once. What is asked
   * one at a time counts in any case
   */
  failed(startedAt = Infinity): void {
    if (startedAt <= this.#lastFailureAt) return;
    this.#lastFailureAt = this.#clock.now();
    this.#failures++;
    if (this.#state === 'closed' && this.#failures < FAILURES_TO_OPEN) return;
    this.#brokenSince ??= this.#lastFailureAt;
    this.#state = 'open';
    const full = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(this.#openings++, 10));
    this.#until = this.#lastFailureAt + full * (0.75 + 0.25 * this.#random());
    this.changed();
  }

  /** Tries again at once: the network or the machine has just come back. */
  reset(): void {
    if (this.#state !== 'open') return;
    this.#until = 0;
    this.#openings = 0;
    this.changed();
  }

  closed(): Closed | undefined {
    if (this.#state !== 'open') return undefined;
    if (this.#until > this.#clock.now()) {
      return { reason: `${this.#what} cannot be reached, trying again by itself`, until: this.#until };
    }
    this.#state = 'half-open';
    return undefined;
  }
}
