/** Time, as the monitor needs it; replaced in tests. */
export interface Timers {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls `tick` again and again without keeping the process alive. */
  every(ms: number, tick: () => void): Disposable;
  /** Calls `ring` once, unless disposed before. The process waits for it, so that what was asked for is answered. */
  after(ms: number, ring: () => void): Disposable;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
  after: (ms, ring) => {
    const timer = setTimeout(ring, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
