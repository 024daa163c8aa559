import type { TadError } from './errors.js';
import { TypedEmitter } from './memory/typed_emitter.js';
import type { Chat, TransferSnapshot } from './types.js';

export type NoticeLevel = 'debug' | 'info' | 'warning' | 'error';

export type MemoryLevel = 'normal' | 'warning' | 'critical';

/** How the core stands with Telegram. */
export type ConnectionState = 'closed' | 'connecting' | 'online' | 'reconnecting' | 'offline';

export interface MemoryFigures {
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  readonly arrayBufferBytes: number;
  readonly budgetBytes: number;
  /** What the level is judged by: resident bytes without the retained ones. */
  readonly usedBytes: number;
  /** Given up by the program, kept by the C library for reuse: resident, but no pressure. An estimate. */
  readonly retainedBytes: number;
  /** What the container allows the process; absent without a limit. */
  readonly limitBytes?: number;
  /** Longest delay of the event loop since the figures before. */
  readonly loopDelaySeconds: number;
  readonly collections: CollectionTimes;
  /** Where the levels begin. */
  readonly warningBytes?: number;
  readonly criticalBytes?: number;
  readonly level: MemoryLevel;
}

/** Garbage collections since the start. */
export interface CollectionTimes {
  readonly minor: number;
  readonly major: number;
  /** Spent in all of them. */
  readonly seconds: number;
  readonly longestSeconds: number;
}

export interface MemoryCleanup {
  readonly reason: 'manual' | 'pressure';
  readonly before: MemoryFigures;
  readonly after: MemoryFigures;
  /** RSS before minus after; negative when memory grew meanwhile. */
  readonly freedBytes: number;
  readonly steps: readonly { readonly name: string; readonly freed: number; readonly error?: string }[];
  readonly seconds: number;
}

export interface RunSummary {
  readonly completed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly bytesPerSecond: number;
  readonly peakRssBytes: number;
}

/** All that a face may know of the core passes here. Names and fields are those of the NDJSON contract. */
export interface CoreEvents {
  'connection.state': { readonly state: ConnectionState; readonly dcId?: number; readonly reason?: string };
  /** An attempt to connect (no `method`) or a call to the account's own data centre failed, and is made again. */
  'connection.retry': { readonly method?: string; readonly reason: string };
  'login.required': { readonly reason: string };
  'chat.list': { readonly chats: readonly Chat[] };
  'chat.scan': {
    readonly chatId: string;
    readonly chatTitle: string;
    readonly scanned: number;
    readonly matched: number;
    readonly total?: number;
    readonly done: boolean;
    /** With `done`: it ended before it had read all that it was to read. */
    readonly incomplete?: true;
  };
  /** A new audio message was posted while connected. */
  'audio.new': { readonly chatId: string; readonly messageId: number; readonly documentId: string };
  'transfer.queued': TransferSnapshot;
  'transfer.started': TransferSnapshot;
  'transfer.progress': TransferSnapshot;
  'transfer.completed': TransferSnapshot;
  'transfer.skipped': TransferSnapshot;
  'transfer.failed': TransferSnapshot & { readonly error: TadError };
  /** Paused, resumed, waiting, cancelled or moved: the new state is in the snapshot. */
  'transfer.changed': TransferSnapshot;
  /** `until`: Unix seconds. One event per wait; whoever shows a countdown derives it from `until`. */
  'flood.wait': { readonly seconds: number; readonly method: string; readonly until: number };
  'memory.sample': MemoryFigures;
  'memory.warning': MemoryFigures;
  'memory.critical': MemoryFigures;
  'memory.recovered': MemoryFigures;
  'memory.cleanup': MemoryCleanup;
  /** Something worth a line in the activity strip or on stderr. */
  notice: { readonly level: NoticeLevel; readonly text: string; readonly detail?: string };
  'run.summary': RunSummary;
}

export type CoreEmitter = TypedEmitter<CoreEvents>;

export function createCoreEmitter(onListenerError?: (error: unknown, event: string) => void): CoreEmitter {
  return new TypedEmitter<CoreEvents>(onListenerError);
}
