import type { Clock } from '../clock.js';

const TICK_MS = 1_000;

/**
 * Sees to it that nothing is silent for long without a stated reason: tells once for each thing under watch that made
 * no progress for `limitMs`. Until then, whoever wants to hears of each second without any. O(watched) every second while anything is watched.
 */
export class StallWatchdog<Key> implements Disposable {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onStall: (key: Key, silentMs: number) => void;
  readonly #onQuiet: (key: Key) => void;
  readonly #watched = new Map<Key, { since: number; told: boolean }>();
  #tick: Disposable | undefined;

  constructor(
    clock: Clock,
    limitMs: number,
    onStall: (key: Key, silentMs: number) => void,
    onQuiet: (key: Key) => void = () => {},
  ) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onStall = onStall;
    this.#onQuiet = onQuiet;
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
      const silentMs = now - watched.since;
      if (watched.told || silentMs < TICK_MS) continue;
      watched.told = silentMs >= this.#limitMs;
      if (watched.told) this.#onStall(key, silentMs);
      else this.#onQuiet(key);
    }
    if (this.#watched.size > 0) this.#tick = this.#clock.after(TICK_MS, () => this.#look());
  }
}
