import type { ErrorCode } from '../errors.js';
import type { CoreEvents, MemoryCleanup } from '../events.js';
import type { CoreStatus } from '../face.js';
import type { AnyEvent } from '../memory/typed_emitter.js';

/**
 * What passes over the control socket: NDJSON both ways. A request has an id, its answer has the same one; after
 * `subscribe`, events come in between. `id` (a transfer) is a document id; without one, all transfers are meant.
 */
export interface ControlMethods {
  status: { params: { readonly diskPath?: string }; result: RunningStatus };
  pause: { params: { readonly id?: string }; result: null };
  resume: { params: { readonly id?: string }; result: null };
  cancel: { params: { readonly id?: string }; result: null };
  retry: { params: { readonly id?: string }; result: null };
  move: { params: { readonly id: string; readonly steps: number }; result: null };
  /** Without a number the limit is lifted. */
  setRateLimit: { params: { readonly bytesPerSecond?: number }; result: null };
  cleanup: { params: Record<never, never>; result: MemoryCleanup };
  /** Samples allocations and writes a profile into the home of the running tad. */
  heapProfile: { params: { readonly seconds: number }; result: { readonly path: string } };
  subscribe: { params: Record<never, never>; result: null };
}

export type ControlMethod = keyof ControlMethods;

/** The core's status and what the operating system knows of its process. */
export interface RunningStatus extends CoreStatus {
  readonly process: {
    readonly pid: number;
    /** User and system time used so far. */
    readonly cpuSeconds: number;
    readonly uptimeSeconds: number;
  };
  /** Free space where the library is; absent when the system does not tell. */
  readonly diskFreeBytes?: number;
}

export interface ControlRequest {
  readonly id: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface ControlFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** An event of the core as it stands on the wire; an error in it has the fields of {@link ControlFailure} only. */
export type ControlEvent = AnyEvent<CoreEvents>;

export type ControlAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ControlFailure };

/** A longer line ends the connection: nothing that tad says is as long, except a status with many transfers. */
export const MAX_REQUEST_BYTES = 64 * 1024;
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
