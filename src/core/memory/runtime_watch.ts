import {
  monitorEventLoopDelay,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { CollectionCounter } from './collection_counter.js';
import type { CollectionFigures } from './memory_figures.js';

const LOOP_RESOLUTION_MS = 20;
/** Share of the time from which on an event loop has something to be late with. */
const BUSY = 0.02;

/** Watches what memory pressure does to the process: garbage collections and the event loop's delay. */
export interface RuntimeWatch extends Disposable {
  collections(): CollectionFigures;
  /**
   * Longest delay since the last call, milliseconds. 0 while the event loop rests, for the watch is a timer that would wake it
   * fifty times a second; between two calls with work, the watch begins with the second.
   */
  takeLoopDelayMs(): number;
}

/** Share of the time since the last call in which the event loop had something to do. */
function utilizationMeter(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

export function watchRuntime(takeUtilization = utilizationMeter()): RuntimeWatch {
  const counter = new CollectionCounter();
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) counter.add(kindOf(entry), entry.duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  const delays = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  return {
    collections: () => counter.figures(),
    takeLoopDelayMs: () => {
      // The histogram counts from one tick of its timer to the next, hence the resolution itself is no delay.
      const longest = delays.count === 0 ? 0 : Math.max(0, delays.max / 1e6 - LOOP_RESOLUTION_MS);
      delays.reset();
      if (takeUtilization() >= BUSY) delays.enable();
      else delays.disable();
      return longest;
    },
    [Symbol.dispose]: () => {
      observer.disconnect();
      delays.disable();
    },
  };
}

function kindOf(entry: PerformanceEntry): unknown {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined;
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
}
