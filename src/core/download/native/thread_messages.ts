import { type ErrorCode, FloodWaitError, TadError, WrongDcError } from '../../errors.js';
import type { LaneCredentials } from '../../telegram/gateway.js';
import type { FileLocation } from '../../types.js';
import type { PartRecord } from '../lane.js';
import type { Part } from '../parts/part_plan.js';

/** What the main thread asks of the lane's thread. Requests are small: no file byte ever crosses. */
export interface LaneCalls {
  /** Replaces what is known of a data centre; connections on an older key are closed. */
  credentials: { readonly argument: LaneCredentials; readonly result: undefined };
  open: {
    readonly argument: { readonly location: FileLocation; readonly path: string };
    /** Handle of the file. */
    readonly result: number;
  };
  relocate: {
    readonly argument: { readonly file: number; readonly location: FileLocation };
    readonly result: undefined;
  };
  fetch: {
    readonly argument: { readonly file: number; readonly offset: number; readonly length: number };
    readonly result: PartRecord;
  };
  salvage: {
    readonly argument: { readonly file: number; readonly ranges: readonly Part[] };
    readonly result: readonly PartRecord[];
  };
  verify: {
    readonly argument: { readonly file: number; readonly parts: readonly PartRecord[] };
    readonly result: readonly PartRecord[];
  };
  finish: {
    readonly argument: { readonly file: number; readonly modified: number };
    readonly result: { readonly bytes: number; readonly sha256: string };
  };
  reconnect: { readonly argument: undefined; readonly result: undefined };
  /** Gives up buffers that nobody uses; how many bytes. */
  shrink: { readonly argument: undefined; readonly result: number };
  closeFile: { readonly argument: { readonly file: number }; readonly result: undefined };
  /** Decrypts and hashes known messages: whether this machine can run the lane at all. The decryptor's name. */
  selfTest: { readonly argument: undefined; readonly result: string };
}

export type LaneMethod = keyof LaneCalls;

/** A failure as it crosses from thread to thread. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly flood?: { readonly seconds: number; readonly method: string };
  readonly dcId?: number;
}

export type ToLane =
  | {
      [Method in LaneMethod]: {
        readonly id: number;
        readonly method: Method;
        readonly argument: LaneCalls[Method]['argument'];
      };
    }[LaneMethod]
  | { readonly abort: number };

export type FromLane =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PlainError }
  | { readonly warning: string };

export function toPlainError(error: TadError): PlainError {
  return {
    code: error.code,
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error instanceof FloodWaitError && { flood: { seconds: error.seconds, method: error.method } }),
    ...(error instanceof WrongDcError && { dcId: error.dcId }),
  };
}

export function fromPlainError(plain: PlainError): TadError {
  if (plain.flood) return new FloodWaitError(plain.flood.seconds, plain.flood.method);
  if (plain.dcId !== undefined) return new WrongDcError(plain.dcId);
  return new TadError(plain.code, plain.message, plain.hint);
}
