import { Disposables } from '../core/disposables.js';
import type { CoreEmitter } from '../core/events.js';
import type { TransferSnapshot } from '../core/types.js';
import { formatDuration } from './format.js';
import type { RunState } from './run_state.js';

/** Shorter waits are not worth reading. */
const WORTH_SHOWING_MS = 1_500;
const WORTH_A_LINE_MS = 5_000;
/** After the first line; twice as long after each further one, for a wait of hours is no news every minute. */
const AGAIN_MS = 30_000;
/** A try that fails at once, or one file's last bytes, do not end a wait. */
const OVER_MS = 3_000;

/** `12 s`, `2 min 05 s`. */
function waited(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds);
}

/** What a command asked of Telegram and has no answer to yet; why it takes so long is learnt from the core's events. */
export class Waits implements Disposable {
  readonly #now: () => number;
  readonly #subscriptions = new Disposables();
  #what: string | undefined;
  #since = 0;
  #trouble: string | undefined;
  #floodUntil = 0;

  /** @param now Unix time, milliseconds */
  constructor(events: CoreEmitter, now: () => number) {
    this.#now = now;
    const keep = (subscription: Disposable) => this.#subscriptions.use(subscription);
    keep(
      events.on('connection.retry', ({ reason }) => {
        this.#trouble = `${reason}; trying again`;
      }),
    );
    keep(
      events.on('connection.state', ({ reason }) => {
        this.#trouble = reason;
      }),
    );
    keep(
      events.on('flood.wait', ({ until }) => {
        this.#floodUntil = until * 1000;
      }),
    );
  }

  [Symbol.dispose](): void {
    this.#subscriptions[Symbol.dispose]();
  }

  /** @param what `connecting to Telegram`; undefined when the answer is there */
  begin(what: string | undefined): void {
    this.#what = what;
    this.#since = this.#now();
    this.#trouble = undefined;
  }

  /** What is waited for and why, without the time it takes. */
  get reason(): string | undefined {
    return this.#what === undefined ? undefined : this.#what + this.#why();
  }

  /** `connecting to Telegram for 12 s (no connection in time; trying again)`; undefined while it is not worth reading. */
  get text(): string | undefined {
    const ms = this.#now() - this.#since;
    if (this.#what === undefined || ms < WORTH_SHOWING_MS) return undefined;
    return `${this.#what} for ${waited(ms)}${this.#why()}`;
  }

  #why(): string {
    const left = this.#floodUntil - this.#now();
    const why = left > 0 ? `Telegram asks to wait ${Math.ceil(left / 1000)} s` : this.#trouble;
    return why === undefined ? '' : ` (${why})`;
  }
}

/** Why nothing comes in a run. A file that waits while others come is no news. */
export class RunWait {
  readonly #state: Pick<RunState, 'active' | 'bytes'>;
  #reason: string | undefined;
  #bytes = 0;

  constructor(state: Pick<RunState, 'active' | 'bytes'>) {
    this.#state = state;
  }

  /** To be asked now and then. A file that tries again does not end a wait, its bytes do. */
  look(): string | undefined {
    const { active, bytes } = this.#state;
    const isStill = active.size > 0 && bytes === this.#bytes;
    this.#reason = commonReason(active.values()) ?? (isStill ? this.#reason : undefined);
    this.#bytes = bytes;
    return this.#reason;
  }
}

/** What most wait for, if all wait. */
function commonReason(transfers: Iterable<TransferSnapshot>): string | undefined {
  const reasons = new Map<string, number>();
  for (const { state, reason = state } of transfers) {
    if (state !== 'waiting') return undefined;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return [...reasons].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Which lines a wait is worth where nothing can be drawn anew: one when it lasts, few while it goes on, one when it is over. */
export class WaitLines {
  #since: number | undefined;
  /** When it was last seen to wait. */
  #seen = 0;
  #nextAt = 0;
  #pauseMs = AGAIN_MS;
  #isTold = false;

  /**
   * To be asked about once a second.
   * @param reason what is waited for now; undefined when nothing is
   * @param now milliseconds
   */
  look(reason: string | undefined, now: number): string | undefined {
    return reason === undefined ? this.#goesOn(now) : this.#waits(reason, now);
  }

  #waits(reason: string, now: number): string | undefined {
    if (this.#since === undefined) {
      this.#since = now;
      this.#nextAt = now + WORTH_A_LINE_MS;
      this.#pauseMs = AGAIN_MS;
    }
    this.#seen = now;
    if (now < this.#nextAt) return undefined;
    this.#nextAt = now + this.#pauseMs;
    this.#pauseMs *= 2;
    this.#isTold = true;
    return `waiting for ${waited(now - this.#since)}: ${reason}`;
  }

  #goesOn(now: number): string | undefined {
    if (this.#since === undefined || (this.#isTold && now - this.#seen < OVER_MS)) return undefined;
    const line = this.#isTold ? `going on after ${waited(this.#seen - this.#since)}` : undefined;
    this.#since = undefined;
    this.#isTold = false;
    return line;
  }
}
