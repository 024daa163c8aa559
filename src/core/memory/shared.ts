import type { CleanupResult } from './memory_figures.js';
import { MemoryMonitor } from './memory_monitor.js';
import { ObjectPool } from './object_pool.js';
import type { ObjectPoolOptions, ObjectPoolStats } from './pool_options.js';

const DEFAULT_POOL_SIZE = 10;

let monitor: MemoryMonitor | undefined;
const pools = new Map<string, ObjectPool<unknown>>();
/** Registered while there is a pool: without one the monitor needs no timer for it. */
let shrinking: Disposable | undefined;

/**
 * The monitor that this process shares, made with defaults at the first call, and anew when it was disposed. (Its budget can be
 * set; who wants other thresholds makes a monitor of its own.)
 */
export function getMemoryMonitor(): MemoryMonitor {
  if (monitor === undefined || monitor.disposed) {
    monitor = new MemoryMonitor();
    if (pools.size > 0) shrinking = monitor.registerCleanup('object pools', shrinkPools);
  }
  return monitor;
}

/** Runs the shared monitor's clean-up callbacks and a full garbage collection now. Never rejects. */
export function performMemoryCleanup(): Promise<CleanupResult> {
  return getMemoryMonitor().cleanup();
}

/**
 * The pool of this name that the process shares, made at the first call; later calls get that one, whatever they pass, until
 * it is closed. Its idle objects go when the shared monitor cleans up.
 * @param maxSize objects that exist at most, in use and idle together
 */
export function getObjectPool<T>(
  name: string,
  create: ObjectPoolOptions<T>['create'],
  maxSize: number = DEFAULT_POOL_SIZE,
  options: Omit<ObjectPoolOptions<T>, 'name' | 'create' | 'maxSize'> = {},
): ObjectPool<T> {
  const known = pools.get(name);
  if (known) return known as ObjectPool<T>;
  const pool = new SharedPool<T>({ ...options, name, create, maxSize });
  const shared = getMemoryMonitor();
  if (pools.size === 0) shrinking = shared.registerCleanup('object pools', shrinkPools);
  pools.set(name, pool as ObjectPool<unknown>);
  return pool;
}

/** The figures of all shared pools, as of now. */
export function getObjectPoolStats(): readonly ObjectPoolStats[] {
  return [...pools.values()].map((pool) => pool.stats());
}

/** Leaves the shared ones when it is closed. */
class SharedPool<T> extends ObjectPool<T> {
  override close(): Promise<void> {
    if (!this.closed) {
      pools.delete(this.name);
      if (pools.size === 0) shrinking?.[Symbol.dispose]();
    }
    return super.close();
  }
}

function shrinkPools(): number {
  let freed = 0;
  for (const pool of pools.values()) freed += pool.shrink() * pool.objectBytes;
  return freed;
}
