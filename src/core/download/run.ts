import type { TadError } from '../errors.js';
import type { RunSummary } from '../events.js';
import type { DiskFloor } from './policies/disk_floor.js';
import type { TransferOwner } from './queue/transfer.js';

/** Counts of a run so far. */
export type RunTally = Pick<RunSummary, 'completed' | 'skipped' | 'failed' | 'bytes'>;

/** The counts at a moment of the run's clock, milliseconds. */
export type RunMark = RunTally & { readonly at: number };

export interface DownloadRunOptions {
  readonly outDir: string;
  readonly disk: DiskFloor;
  readonly parallel: number;
  /** Milliseconds to wait for room on the disk before the run ends; Infinity for ever. */
  readonly roomWaitMs: number;
  /** Milliseconds to try to reach Telegram before the run ends; Infinity for ever. */
  readonly giveUpMs: number;
}

/**
 * One call of download(), or the standing run of the dashboard's own queue: what its transfers have in common, how many
 * are open, and what became of the others.
 */
export class DownloadRun implements TransferOwner {
  readonly abort = new AbortController();
  completed = 0;
  skipped = 0;
  failed = 0;
  /** Fetched in this run, not what was on disk before. */
  bytes = 0;
  #open = 0;
  #whenIdle: (() => void)[] = [];

  readonly outDir: string;
  readonly disk: DiskFloor;
  readonly parallel: number;
  readonly roomWaitMs: number;
  readonly giveUpMs: number;

  constructor({ outDir, disk, parallel, roomWaitMs, giveUpMs }: DownloadRunOptions) {
    this.outDir = outDir;
    this.disk = disk;
    this.parallel = parallel;
    this.roomWaitMs = roomWaitMs;
    this.giveUpMs = giveUpMs;
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Transfers queued, waiting or under way. */
  get open(): number {
    return this.#open;
  }

  opened(): void {
    this.#open++;
  }

  closed(): void {
    this.#open--;
    if (this.#open > 0) return;
    const waiters = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiters) resolve();
  }

  /** Resolves when no transfer of the run is open. */
  idle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Ends the run for a reason that concerns all of it. */
  stop(error: TadError): void {
    if (!this.signal.aborted) this.abort.abort(error);
  }

  /** Where the counts stand now: the beginning of a stretch that is to be told by itself. */
  mark(now: number): RunMark {
    const { completed, skipped, failed, bytes } = this;
    return { completed, skipped, failed, bytes, at: now };
  }

  /** What was done since the mark. */
  summary(now: number, peakRssBytes: number, since: RunMark): RunSummary {
    const seconds = (now - since.at) / 1000;
    const bytes = this.bytes - since.bytes;
    return {
      completed: this.completed - since.completed,
      skipped: this.skipped - since.skipped,
      // What failed before and is tried again counts as failed no more: that is not this stretch's.
      failed: Math.max(0, this.failed - since.failed),
      bytes,
      seconds: Math.round(seconds * 1000) / 1000,
      bytesPerSecond: seconds > 0 ? Math.round(bytes / seconds) : 0,
      peakRssBytes,
    };
  }
}
