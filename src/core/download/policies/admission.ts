import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

/** So long it usually takes at most; after that it is worth a word, and others go first. */
const USUAL_MS = 1_000;

/**
 * Nothing is asked of a data centre while the lane makes itself known there: a key is agreed on, the account's authorisation is
 * carried over (https://core.telegram.org/api/datacenter#authorization-transfer). Otherwise every part that waits for
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

  closed(): Closed | undefined {
    if (this.#current === undefined) return undefined;
    const usually = this.#current.since + USUAL_MS;
    const until = this.#clock.now() < usually ? usually : Infinity;
    return { reason: `agreeing on a key with ${this.#where}`, until };
  }
}
