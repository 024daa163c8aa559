import type { Clock } from '../clock.js';

const TICK_MS = 1_000;

/**
 * Sees to it that nothing is silent for long without a stated reason: tells once for each thing under watch that made
 * no progress for `limitMs`. O(watched) every second while anything is watched.
 */
export class StallWatchdog<Key> implements Disposable {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onStall: (key: Key, silentMs: number) => void;
  readonly #watched = new Map<Key, { since: number; told: boolean }>();
  #tick: Disposable | undefined;

  constructor(clock: Clock, limitMs: number, onStall: (key: Key, silentMs: number) => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onStall = onStall;
  }

  /** Starts to watch, or notes progress (or a reason that has just been stated). */
  alive(key: Key): void {
    this.#watched.set(key, { since: this.#clock.now(), told: false });
    this.#tick ??= this.#clock.after(TICK_MS, () => this.#look());
  }

  forget(key: Key): void {
    this.#watched.delete(key);
  }

  [Symbol.dispose](): void {
    this.#watched.clear();
    this.#tick?.[Symbol.dispose]();
    this.#tick = undefined;
  }

  #look(): void {
    this.#tick = undefined;
    const now = this.#clock.now();
    for (const [key, watched] of this.#watched) {
      if (watched.told || now - watched.since < this.#limitMs) continue;
      watched.told = true;
      this.#onStall(key, now - watched.since);
    }
    if (this.#watched.size > 0) this.#tick = this.#clock.after(TICK_MS, () => this.#look());
  }
}
