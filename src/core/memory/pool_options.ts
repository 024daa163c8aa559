import type { LeakReport } from './leak_watch.js';

/** Which of the caller's functions failed. A failing `create` is told here only when nobody waits for it any more. */
export type PoolHook = 'create' | 'reset' | 'validate' | 'destroy' | 'onLeak';

export interface ObjectPoolOptions<T> {
  readonly name?: string;
  /** Objects that exist at most, in use and idle together. */
  readonly maxSize: number;
  /** Makes an object; may be asynchronous. The signal is aborted when the pool is closed. */
  readonly create: (signal: AbortSignal) => T | PromiseLike<T>;
  /** Makes a returned object as good as new; one for which it throws is destroyed. */
  readonly reset?: (object: T) => void;
  /** Asked of an idle object before it is lent; false or a throw means that it is destroyed. */
  readonly validate?: (object: T) => boolean;
  /** Frees what an object holds. */
  readonly destroy?: (object: T) => void | Promise<void>;
  /** What one object occupies, for the figures. */
  readonly objectBytes?: number;
  /** Remember where each lease was acquired, for the report when it is lost (slow: for debugging). */
  readonly traceLeaks?: boolean;
  /** Told of a lease that was dropped without release; its object was destroyed, its place is free again. */
  readonly onLeak?: (report: LeakReport) => void;
  /** Told what a hook threw; the pool itself has already coped. What it throws itself is dropped. */
  readonly onError?: (error: unknown, during: PoolHook) => void;
}

export interface AcquireOptions {
  /** Rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait at most; for ever when absent. Rejects with a PoolError `timeout`. */
  readonly timeoutMs?: number | undefined;
}

export interface ObjectPoolStats {
  readonly name: string;
  readonly capacity: number;
  readonly inUse: number;
  readonly idle: number;
  readonly waiting: number;
  /** Idle and in use, by `objectBytes`; 0 when that is not given. */
  readonly bytes: number;
  /** Objects that existed at once, at most. One is made only when all others are in use. */
  readonly peakSize: number;
  readonly acquired: number;
  readonly created: number;
  readonly destroyed: number;
  readonly leaked: number;
  readonly timeouts: number;
}
