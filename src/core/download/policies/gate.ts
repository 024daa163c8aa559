import { abortError, type Clock } from '../clock.js';

/** Why nothing may pass now, in words for a person, and when to look again. */
export interface Closed {
  readonly reason: string;
  /** On {@link Clock.now}'s scale; Infinity when the gate will say by itself. */
  readonly until: number;
}

/**
 * What the policies have in common: each lets work pass or says why not. A gate opens by time passing (`until`) or
 * tells its listeners.
 */
export interface Gate {
  closed(): Closed | undefined;
  /** Calls back when the gate opened, closed, or stays closed for another time than it said. */
  onChange(listener: () => void): Disposable;
}

/** Keeps a gate's listeners. */
export abstract class BaseGate implements Gate {
  readonly #listeners = new Set<() => void>();

  abstract closed(): Closed | undefined;

  onChange(listener: () => void): Disposable {
    const entry = () => listener();
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => void this.#listeners.delete(entry) };
  }

  protected changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Opened and closed by hand: a pause, a back-off, a reference being refreshed. */
export class ManualGate extends BaseGate {
  readonly #clock: Clock;
  #closed: Closed | undefined;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  closed(): Closed | undefined {
    return this.#closed && this.#closed.until > this.#clock.now() ? this.#closed : undefined;
  }

  /** @param ms for how long; until opened by hand when absent */
  close(reason: string, ms = Infinity): void {
    this.#closed = { reason, until: this.#clock.now() + ms };
    this.changed();
  }

  open(): void {
    if (!this.#closed) return;
    this.#closed = undefined;
    this.changed();
  }
}

/** Several gates as one: closed while any of them is. */
export class GateGroup implements Gate {
  readonly #gates: readonly Gate[];

  constructor(gates: readonly Gate[]) {
    this.#gates = gates;
  }

  closed(): Closed | undefined {
    return firstClosed(this.#gates);
  }

  onChange(listener: () => void): Disposable {
    const subscriptions = this.#gates.map((gate) => gate.onChange(listener));
    return {
      [Symbol.dispose]: () => {
        for (const subscription of subscriptions) subscription[Symbol.dispose]();
      },
    };
  }
}

/** Of several gates, the one that stays closed longest; undefined when all are open. */
export function firstClosed(gates: Iterable<Gate>): Closed | undefined {
  let longest: Closed | undefined;
  for (const gate of gates) {
    const closed = gate.closed();
    if (closed && (!longest || closed.until > longest.until)) longest = closed;
  }
  return longest;
}

/**
 * Resolves when all gates are open at once.
 *
 * @param onWait told each new reason to wait
 * @throws TadError `cancelled` (or the signal's own) when aborted meanwhile
 */
export function whenOpen(
  gates: readonly Gate[],
  clock: Clock,
  signal: AbortSignal,
  onWait: (closed: Closed) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: Disposable | undefined;
    const subscriptions: Disposable[] = [];
    const settle = (finish: () => void) => {
      timer?.[Symbol.dispose]();
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
      signal.removeEventListener('abort', look);
      finish();
    };
    let told: string | undefined;
    const look = () => {
      timer?.[Symbol.dispose]();
      timer = undefined;
      if (signal.aborted) return settle(() => reject(abortError(signal)));
      const closed = firstClosed(gates);
      if (!closed) return settle(resolve);
      if (closed.reason !== told) {
        told = closed.reason;
        onWait(closed);
      }
      if (closed.until !== Infinity) timer = clock.after(Math.max(1, closed.until - clock.now()), look);
    };
    for (const gate of gates) subscriptions.push(gate.onChange(look));
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}
