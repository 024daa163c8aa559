import { basename } from 'node:path';
import { SpeedMeter } from '../../performance/speed_meter.js';
import { type Speed, timeLeft } from '../../time_left.js';
import type { AudioMessage, TransferSnapshot, TransferState } from '../../types.js';

/** What a transfer belongs to: a call of download(), or the queue of the dashboard. */
export interface TransferOwner {
  readonly outDir: string;
}

/** What a transfer that is under way may be told to become instead. */
export type Rest = 'paused' | 'queued' | 'cancelled';

const RESTS: Speed = { bytesPerSecond: 0, isSteady: false };

/** One document on its way to disk, as the queue and the faces see it. */
export class Transfer<Owner extends TransferOwner = TransferOwner> {
  readonly documentId: string;
  readonly speed = new SpeedMeter();
  state: TransferState = 'queued';
  reason: string | undefined;
  /** Unix seconds at which a wait ends, where that is known. */
  until: number | undefined;
  /** Unix seconds since when it waits, where that is told. */
  since: number | undefined;
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
  become(state: TransferState, reason?: string, until?: number, since?: number): boolean {
    const isSameEnd = Math.abs((until ?? 0) - (this.until ?? 0)) <= 1;
    if (this.state === state && this.reason === reason && isSameEnd) return false;
    this.state = state;
    this.reason = reason;
    this.until = until;
    this.since = since;
    return true;
  }

  snapshot(now: number): TransferSnapshot {
    const speed = this.state === 'active' ? this.speed.at(now) : RESTS;
    const secondsLeft = timeLeft(this.totalBytes - this.bytes, speed);
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
      bytesPerSecond: Math.round(speed.bytesPerSecond),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.until === undefined ? {} : { until: this.until }),
      ...(this.since === undefined ? {} : { since: this.since }),
      ...(this.sha256 === undefined ? {} : { sha256: this.sha256 }),
    };
  }
}
