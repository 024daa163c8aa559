import { byteText } from '../../byte_text.js';
import type { MemoryFigures } from '../../events.js';
import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

const PATIENCE_MS = 60_000;

/**
 * `beforeDownload`: while memory is critical no new file starts. Files under way go on, their memory is bounded
 * already. Should memory stay critical for a minute with nothing under way (a budget smaller than what the program
 * itself needs), files are let through one at a time rather than never, until it has recovered.
 */
export class MemoryGate extends BaseGate {
  readonly #clock: Clock;
  /** While memory is critical. */
  #budgetBytes: number | undefined;
  #isTight = false;
  /** Kept, once that has been for long enough, whatever is let through then. */
  #idleSince: number | undefined;
  #active = 0;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** From the warning on: what is not needed for progress is not begun. */
  get isTight(): boolean {
    return this.#isTight;
  }

  /** The monitor said `memory.warning`. */
  warning(): void {
    this.#isTight = true;
    this.changed();
  }

  /** The monitor said `memory.critical`. */
  critical({ budgetBytes }: Pick<MemoryFigures, 'budgetBytes'>): void {
    this.#isTight = true;
    this.#budgetBytes = budgetBytes;
    if (this.#active === 0) this.#idleSince ??= this.#clock.now();
    this.changed();
  }

  /**
   * The monitor said `memory.recovered`.
   * @param isTight from critical, and no further than to the warning
   */
  recovered(isTight: boolean): void {
    this.#isTight = isTight;
    this.#budgetBytes = undefined;
    this.#idleSince = undefined;
    this.changed();
  }

  /** How many files are under way now. */
  setActive(count: number): void {
    this.#active = count;
    if (count === 0 && this.#budgetBytes !== undefined) this.#idleSince ??= this.#clock.now();
    else if (this.#patientUntil() > this.#clock.now()) this.#idleSince = undefined;
  }

  closed(): Closed | undefined {
    if (this.#budgetBytes === undefined) return undefined;
    const until = this.#active > 0 ? Infinity : this.#patientUntil();
    if (until <= this.#clock.now()) return undefined;
    // How much is used would be told once and be untrue from then on.
    return { reason: `memory is critical (budget ${byteText(this.#budgetBytes)})`, until };
  }

  #patientUntil(): number {
    return this.#idleSince === undefined ? Infinity : this.#idleSince + PATIENCE_MS;
  }
}
