import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

/** So long it usually takes at most; after that it is worth a word, and others go first, milliseconds. */
const USUAL_MS = 1_000;

/**
 * Nothing is asked of a data centre while the lane makes itself known there: it connects, agrees on a key, and carries the account's
 * authorisation over (https://core.telegram.org/api/datacenter#authorization-transfer), for which Telegram may ask to wait. Otherwise every part that waits for
 * it would hold bytes under way that other data centres could use, and run into its deadline.
 */
export class Admission extends BaseGate {
  readonly #clock: Clock;
  readonly #where: string;
  #current: { readonly since: number } | undefined;

  /** @param where for the reason: "data centre 4" */
  constructor(clock: Clock, where: string) {
    super();
    this.#clock = clock;
    this.#where = where;
  }

  /** Closed until this settles, however it does; a later one takes its place. */
  await(done: Promise<unknown>): void {
    const current = { since: this.#clock.now() };
    this.#current = current;
    const open = () => {
      if (this.#current !== current) return;
      this.#current = undefined;
      this.changed();
    };
    done.then(open, open);
    this.changed();
  }

  /** For how long nothing may pass by now, milliseconds; 0 while open. */
  get closedForMs(): number {
    return this.#current === undefined ? 0 : this.#clock.now() - this.#current.since;
  }

  closed(): Closed | undefined {
    if (this.#current === undefined) return undefined;
    const usually = this.#current.since + USUAL_MS;
    const until = this.#clock.now() < usually ? usually : Infinity;
    return { reason: `connecting to ${this.#where}`, until };
  }
}
