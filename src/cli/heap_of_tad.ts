import type { HeapBounds } from '../core/memory/heap_bounds.js';

/**
 * What V8 may take in tad's main thread, where about 20 MB live while thousands of files come. Less costs more collections, more
 * is kept without need: docs/performance.md has the figures.
 */
export const HEAP_OF_TAD: HeapBounds = { youngBytes: 16 * 2 ** 20, oldPercent: 150, loadingMs: 1500 };
