import type { HeapBounds } from '../core/memory/heap_bounds.js';

/**
 * What V8 may take in tad's main thread, whose 20 MB of living objects make some 15 MB of garbage a second when small files come.
 * Less costs more collections, more is kept without need: docs/performance.md has the figures.
 */
export const HEAP_OF_TAD: HeapBounds = { youngBytes: 16 * 2 ** 20, oldPercent: 150, loadingMs: 3000 };
