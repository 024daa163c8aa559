import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

export interface HeapBounds {
  /** Of the young generation, both halves together, bytes. V8's own bound is 128 MB (Node 24). */
  readonly youngBytes: number;
  /** What the old generation may take, of what lived in it after its last collection, in percent. V8 lets it grow to 400. */
  readonly oldPercent: number;
  /**
   * Milliseconds of the process's life in which the young generation stays as small as it is: while modules are loaded, it
   * would be far above its bound before the event loop turns.
   */
  readonly loadingMs: number;
}

/** The engine as the bounds need it; replaced in tests. */
export interface HeapEngine {
  /** What the young generation occupies, both halves, bytes. */
  youngBytes(): number;
  setFlag(flag: string): void;
  /** Calls back after each turn of the event loop with collections. */
  onCollections(listener: () => void): Disposable;
  /** Milliseconds of the process's life. */
  now(): number;
}

/** V8's own factor: the young generation doubles when more than its size has survived in it. */
const DOUBLING = 2;
const HOLDING = 1;

/**
 * Keeps V8's heap close to what lives in it, until disposed. V8 itself trades memory for work: it lets a program that allocates
 * fast have tens of megabytes of garbage in each generation, so that resident memory says more of the machine's load than
 * of the program.
 *
 * `--max-semi-space-size` and `--max-old-space-size` are read before a program's first line only; what is set here V8 reads at
 * each growth (Node 22 and 24). The factor by which the young generation grows is set after each turn of the event loop with
 * collections, so one long turn can take it beyond its bound. The flags are the process's, so one set of bounds at a time;
 * worker threads have bounds of their own (`resourceLimits`), which are to be smaller.
 */
export function boundHeap(
  { youngBytes, oldPercent, loadingMs }: HeapBounds,
  engine: HeapEngine = v8Engine,
): Disposable {
  let factor = DOUBLING;
  const setFactor = (next: number) => {
    if (next === factor) return;
    factor = next;
    engine.setFlag(`--semi-space-growth-factor=${factor}`);
  };
  const judge = () => {
    const isLoading = engine.now() < loadingMs;
    setFactor(isLoading || engine.youngBytes() >= youngBytes ? HOLDING : DOUBLING);
  };
  judge();
  engine.setFlag(`--heap-growing-percent=${oldPercent - 100}`);
  const listening = engine.onCollections(judge);
  return {
    [Symbol.dispose]: () => {
      listening[Symbol.dispose]();
      setFactor(DOUBLING);
      engine.setFlag('--heap-growing-percent=0');
    },
  };
}

const v8Engine: HeapEngine = {
  // About 4 us.
  youngBytes: () =>
    getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0,
  setFlag: setFlagsFromString,
  onCollections: (listener) => {
    const observer = new PerformanceObserver(listener);
    observer.observe({ entryTypes: ['gc'] });
    return { [Symbol.dispose]: () => observer.disconnect() };
  },
  now: () => performance.now(),
};
