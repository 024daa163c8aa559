import type { FrameTimer } from '../../src/components/frame_clock.js';

/** A timer that the test lets run out. */
export class ManualTimer implements FrameTimer {
  readonly #waiting = new Set<{ readonly due: number; readonly callback: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const entry = { due: this.#now + ms, callback };
    this.#waiting.add(entry);
    return () => {
      this.#waiting.delete(entry);
    };
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Time goes by; those whose time has come are called when it has. */
  pass(ms: number): void {
    this.#now += ms;
    for (const entry of [...this.#waiting]) {
      if (entry.due > this.#now || !this.#waiting.delete(entry)) continue;
      entry.callback();
    }
  }
}
