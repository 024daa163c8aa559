import type { Clock } from '../clock.js';

const TICK_MS = 2_000;
const ASLEEP_MS = 15_000;

/**
 * Tells when the machine has been asleep: a timer of two seconds that comes many seconds late by the wall clock.
 * Connections from before are dead then, although nobody has said so.
 */
export class SleepDetector implements Disposable {
  readonly #clock: Clock;
  readonly #onWake: (sleptMs: number) => void;
  #timer: Disposable | undefined;
  #last = 0;

  constructor(clock: Clock, onWake: (sleptMs: number) => void) {
    this.#clock = clock;
    this.#onWake = onWake;
  }

  start(): void {
    if (this.#timer) return;
    this.#last = this.#clock.wallNow();
    this.#arm();
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #arm(): void {
    this.#timer = this.#clock.after(TICK_MS, () => {
      const now = this.#clock.wallNow();
      const late = now - this.#last - TICK_MS;
      this.#last = now;
      this.#arm();
      if (late > ASLEEP_MS) this.#onWake(late);
    });
  }
}
