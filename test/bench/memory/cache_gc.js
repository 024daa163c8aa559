// node cache_gc.js LIBRARY CAPACITY PUTS: garbage collections while putting fresh strings.
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { caches } from './caches.js';
import { report } from './child.js';
import { stringId } from './ids.js';

const [library, capacity, puts] = process.argv.slice(2);
const cache = await caches[library](Number(capacity));
const result = { minor: 0, major: 0, totalMs: 0, longestMs: 0, alive: 0 };
const observer = new PerformanceObserver((list) => {
  for (const { duration, detail } of list.getEntries()) {
    if (detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) result.minor++;
    // The beginning of marking and weak callbacks are told as well: they are no collections of their own.
    else if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) result.major++;
    result.totalMs += duration;
    result.longestMs = Math.max(result.longestMs, duration);
  }
});
observer.observe({ entryTypes: ['gc'] });
for (let n = 0; n < Number(puts); n++) cache.put(stringId(n), 1);
await new Promise((resolve) => setTimeout(resolve, 100));
result.alive = cache.get(stringId(Number(puts) - 1));
report({ ...result, peakRssBytes: process.resourceUsage().maxRSS * 1024 });
