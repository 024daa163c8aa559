import type { AudioMessage, TransferState } from '../types.js';
import { toSqlId } from './ids.js';
import { type MessageRow, present, toMessage } from './rows.js';

/** A place in the queue that outlives the process. */
export interface QueueEntry {
  readonly message: AudioMessage;
  readonly state: TransferState;
  readonly reason?: string;
}

/** What waits to be fetched, and where its file goes. */
export interface WaitingEntry {
  readonly message: AudioMessage;
  /** Undefined when an older tad put it in. */
  readonly outDir: string | undefined;
}

export type QueueRow = MessageRow & { readonly state: TransferState; readonly reason: string | null };
export type WaitingRow = MessageRow & { readonly outDir: string | null };

export const keysOf = ({ chatId, messageId, location }: AudioMessage) => ({
  documentId: toSqlId(location.documentId),
  chatId: toSqlId(chatId),
  messageId,
});

export const toEntry = (row: QueueRow): QueueEntry => ({
  message: toMessage(row),
  state: row.state,
  ...present({ reason: row.reason }),
});

export const toWaiting = (row: WaitingRow): WaitingEntry => ({
  message: toMessage(row),
  outDir: row.outDir ?? undefined,
});
