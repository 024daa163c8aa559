import type { StoreTimer } from './store.js';

/** Four frames a second: enough for numbers to read, and the cost of a redraw does not depend on what changed in it. */
const FRAME_MS = 250;

/**
 * Calls back at common moments, so that what several stores publish is drawn as one frame. A wait lasts as long as was asked for,
 * rounded to frames. No timer runs while nobody waits.
 */
export class FrameTimer implements StoreTimer {
  readonly #waiting = new Map<object, { frames: number; readonly callback: () => void }>();
  #timer: NodeJS.Timeout | undefined;

  after(ms: number, callback: () => void): () => void {
    const key = {};
    this.#waiting.set(key, { frames: Math.max(1, Math.round(ms / FRAME_MS)), callback });
    this.#timer ??= setTimeout(() => this.#frame(), FRAME_MS);
    return () => {
      this.#waiting.delete(key);
    };
  }

  #frame(): void {
    this.#timer = undefined;
    const due: (() => void)[] = [];
    for (const [key, wait] of this.#waiting) {
      if (--wait.frames > 0) continue;
      this.#waiting.delete(key);
      due.push(wait.callback);
    }
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => this.#frame(), FRAME_MS);
    // In one task: React makes one commit of it, and Ink one frame.
    for (const callback of due) callback();
  }
}
