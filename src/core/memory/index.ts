/**
 * Bounded-memory building blocks, usable without the rest of the program: no dependencies, and nothing happens on import.
 */

export type { CleanupCallback } from './cleanup_steps.js';
export type { FileLines, FileLinesOptions } from './file_lines.js';
export { boundHeap, type HeapBounds, type HeapEngine } from './heap_bounds.js';
export type { Id, IdPair } from './id.js';
export type { LeakReport } from './leak_watch.js';
export { Lease } from './lease.js';
export { LineTooLongError } from './line_splitter.js';
export { LRUCache, type LRUCacheStats } from './lru_cache.js';
export {
  MemoryEfficientSet,
  type MemoryEfficientSetOptions,
  type MemoryEfficientSetStats,
} from './memory_efficient_set.js';
export type {
  CleanupResult,
  CleanupStep,
  CollectionFigures,
  MemoryEvents,
  MemoryLevel,
  MemoryReading,
  MemorySample,
} from './memory_figures.js';
export { MemoryMonitor, type MemoryMonitorOptions } from './memory_monitor.js';
export { ObjectPool } from './object_pool.js';
export { PoolError, type PoolErrorCode } from './pool_error.js';
export type { AcquireOptions, ObjectPoolOptions, ObjectPoolStats, PoolHook } from './pool_options.js';
export type { MemorySampler } from './sampler.js';
export { getMemoryMonitor, getObjectPool, getObjectPoolStats, performMemoryCleanup } from './shared.js';
export { StreamingDataProcessor, type StreamingDataProcessorOptions } from './streaming_data_processor.js';
export type { StrongTier } from './strong_tier.js';
export type { Timers } from './timers.js';
