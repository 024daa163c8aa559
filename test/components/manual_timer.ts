import type { StoreTimer } from '../../src/components/store.js';

/** A timer that the test lets run out. */
export class ManualTimer implements StoreTimer {
  readonly #waiting = new Set<{ readonly due: number; readonly callback: () => void }>();
  #now = 0;

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

  pass(ms: number): void {
    this.#now += ms;
    for (const entry of [...this.#waiting]) {
      if (entry.due > this.#now) continue;
      this.#waiting.delete(entry);
      entry.callback();
    }
  }
}
