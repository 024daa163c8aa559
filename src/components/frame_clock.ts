/** When something changed on the screen, it is drawn with the next frame. */
export interface Frames {
  /**
   * Calls `draw` with the next frame, once, however often it was asked for: at once after a rest, or when it is urgent (an answer
   * to a key).
   */
  next(draw: () => void, isUrgent?: boolean): void;
  /** For an answer to a key that may be dear: at once when `draw` itself has rested for a frame, with the next one otherwise. */
  soon(draw: () => void): void;
  forget(draw: () => void): void;
}

/** The part of a clock that the screen needs; tests pass their own. */
export interface FrameTimer {
  /** Milliseconds on any scale that does not jump back. */
  now(): number;
  /** Calls back once after `ms`; the result cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemTimer: FrameTimer = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Four frames a second: enough for numbers to read. */
const FRAME_MS = 250;
/** Of the time, what drawing may take at most: on a busy machine, or on a very large screen, frames come less often. */
const SHARE = 0.1;
/** However long the last one took. */
const LONGEST_WAIT_MS = 1000;

/**
 * Common moments for all stores, for what a redraw costs depends on how often the screen changes, not on what changed: whatever
 * changed since the last frame is one frame. No timer runs while nobody waits.
 */
export class FrameClock implements Frames {
  readonly #timer: FrameTimer;
  readonly #waiting = new Set<() => void>();
  /** Those of the frame that is being drawn. */
  readonly #drawn = new Set<() => void>();
  readonly #drawnAt = new WeakMap<() => void, number>();
  #isOpen = false;
  #begun = 0;
  /** When the next frame may be. */
  #next = 0;
  #stopWaiting: (() => void) | undefined;

  constructor(timer: FrameTimer = systemTimer) {
    this.#timer = timer;
  }

  next(draw: () => void, isUrgent = false): void {
    if (this.#isOpen && !this.#drawn.has(draw)) {
      this.#draw(draw);
      return;
    }
    this.#waiting.add(draw);
    if (isUrgent) this.#frame();
    else if (this.#stopWaiting === undefined) this.#wait();
  }

  soon(draw: () => void): void {
    const last = this.#drawnAt.get(draw) ?? Number.NEGATIVE_INFINITY;
    this.next(draw, this.#timer.now() - last >= FRAME_MS);
  }

  forget(draw: () => void): void {
    this.#waiting.delete(draw);
    if (this.#waiting.size === 0) this.#stop();
  }

  #wait(): void {
    const ms = this.#next - this.#timer.now();
    if (ms <= 0) {
      this.#frame();
      return;
    }
    this.#stopWaiting = this.#timer.after(ms, () => {
      this.#stopWaiting = undefined;
      this.#wait();
    });
  }

  #stop(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  #frame(): void {
    this.#stop();
    const due = [...this.#waiting];
    this.#waiting.clear();
    this.#drawn.clear();
    this.#begun = this.#timer.now();
    this.#next = this.#begun + FRAME_MS;
    this.#isOpen = true;
    for (const draw of due) this.#draw(draw);
    // React renders what it was told of in a microtask, and Ink writes it to the terminal there. Until then, whatever else the
    // same event changes still gets into this frame.
    queueMicrotask(() => this.#close());
  }

  #draw(draw: () => void): void {
    this.#drawn.add(draw);
    this.#drawnAt.set(draw, this.#timer.now());
    draw();
  }

  #close(): void {
    this.#isOpen = false;
    const now = this.#timer.now();
    const wait = Math.min(LONGEST_WAIT_MS, (now - this.#begun) / SHARE);
    this.#next = Math.max(this.#next, now + wait);
  }
}
