import { basename } from 'node:path';
import { SpeedMeter } from '../../performance/speed_meter.js';
import type { AudioMessage, TransferSnapshot, TransferState } from '../../types.js';

/** What a transfer belongs to: a call of download(), or the queue of the dashboard. */
export interface TransferOwner {
  readonly outDir: string;
}

/** What a transfer that is under way may be told to become instead. */
export type Rest = 'paused' | 'queued' | 'cancelled';

/** One document on its way to disk, as the queue and the faces see it. */
export class Transfer<Owner extends TransferOwner = TransferOwner> {
  readonly documentId: string;
  readonly speed = new SpeedMeter();
  state: TransferState = 'queued';
  reason: string | undefined;
  /** Unix seconds at which a wait ends, where that is known. */
  until: number | undefined;
  bytes = 0;
  sha256: string | undefined;
  /** On the clock's scale; when progress was last told. */
  toldAt = -Infinity;

  /**
   * @param path the one it will have when done, as far as is known
   * @param isRepair `path` has a damaged file of this document, or none though it should; it is replaced when the new one is whole
   */
  constructor(
    public message: AudioMessage,
    readonly chatTitle: string,
    readonly owner: Owner,
    public path: string,
    readonly isRepair = false,
  ) {
    this.documentId = message.location.documentId;
  }

  get totalBytes(): number {
    return this.message.location.size;
  }

  /** @returns whether anything changed; an end that is told a second earlier or later is the same one, measured anew */
  become(state: TransferState, reason?: string, until?: number): boolean {
    const isSameEnd = Math.abs((until ?? 0) - (this.until ?? 0)) <= 1;
    if (this.state === state && this.reason === reason && isSameEnd) return false;
    this.state = state;
    this.reason = reason;
    this.until = until;
    return true;
  }

  snapshot(now: number): TransferSnapshot {
    return {
      documentId: this.documentId,
      chatId: this.message.chatId,
      chatTitle: this.chatTitle,
      messageId: this.message.messageId,
      state: this.state,
      fileName: basename(this.path),
      path: this.path,
      bytes: this.bytes,
      totalBytes: this.totalBytes,
      bytesPerSecond: this.state === 'active' ? Math.round(this.speed.bytesPerSecond(now)) : 0,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.until === undefined ? {} : { until: this.until }),
      ...(this.sha256 === undefined ? {} : { sha256: this.sha256 }),
    };
  }
}
