import type { Clock } from '../clock.js';
import { BaseGate, type Closed } from './gate.js';

const POLL_MS = 2_000;
/** After a write that found the device full: when the next is tried, doubled each time up to the cap. */
const RETRY_FULL_MS = 1_000;
const MAX_RETRY_FULL_MS = 16_000;
/** A try whose outcome nobody reports stands in the way of others no longer than this. */
const TRY_MS = 30_000;

export interface DiskFloorOptions {
  readonly clock: Clock;
  /** Bytes that must stay free. */
  readonly minFreeBytes: number;
  /** Free bytes for this user where the files go (statfs: bavail x bsize). */
  readonly freeBytes: () => Promise<number>;
}

/**
 * Closed while less than `minFreeBytes` are free on the device, or after a write found it full; looks again every two
 * seconds while somebody works, and reopens once there is a little more than the floor, so that it does not flutter.
 *
 * Full is what a write says, and only a write can say otherwise (a quota does not show in statfs). So one is tried after a
 * second, then two, up to sixteen, and the others stay out meanwhile: what cannot be written is not fetched either.
 */
export class DiskFloor extends BaseGate implements Disposable {
  readonly #options: DiskFloorOptions;
  #free: number | undefined;
  #low = false;
  #lowSince: number | undefined;
  /** Since a write found the device full; only a write that succeeds shows that it no longer is. */
  #fullSince: number | undefined;
  #tooTightSince: number | undefined;
  #fullUntil = 0;
  #retryMs = RETRY_FULL_MS;
  #isTrying = false;
  #poll: Disposable | undefined;
  #disposed = false;

  constructor(options: DiskFloorOptions) {
    super();
    this.#options = options;
  }

  /** As last measured; undefined before the first measurement. */
  get free(): number | undefined {
    return this.#free;
  }

  /** For how long nothing could be written, milliseconds. */
  get closedForMs(): number {
    return this.#sinceMs(Math.min(this.#lowSince ?? Infinity, this.#fullSince ?? Infinity));
  }

  /** For how long there has been too little room for the file that was asked about, milliseconds. */
  get tooTightForMs(): number {
    return this.#sinceMs(this.#tooTightSince ?? Infinity);
  }

  /** Measures now and keeps measuring until disposed. */
  async start(): Promise<void> {
    await this.#measure();
    this.#schedule();
  }

  /** A write failed for want of room (ENOSPC, EDQUOT), whatever statfs says. */
  reportFull(): void {
    const { clock } = this.#options;
    // What was under way when the device turned out to be full tells nothing new.
    if (this.#fullSince !== undefined && !this.#isTrying && this.#fullUntil > clock.now()) return;
    this.#retryMs =
      this.#fullSince === undefined ? RETRY_FULL_MS : Math.min(this.#retryMs * 2, MAX_RETRY_FULL_MS);
    this.#fullSince ??= clock.now();
    this.#fullUntil = clock.now() + this.#retryMs;
    this.#isTrying = false;
    this.changed();
  }

  /** Something is about to be fetched and written. While the device is full it is a try, and the only one. */
  reportTry(): void {
    if (this.#fullSince === undefined) return;
    this.#isTrying = true;
    this.#fullUntil = this.#options.clock.now() + TRY_MS;
    this.changed();
  }

  /** A part was written: there is room, whatever was thought. */
  reportWritten(): void {
    if (this.#fullSince === undefined) return;
    this.#fullSince = undefined;
    this.#fullUntil = 0;
    this.#isTrying = false;
    this.changed();
  }

  /** Whether a file that still needs `bytes` fits above the floor, beside `reserved` bytes promised to others. */
  fits(bytes: number, reserved: number): boolean {
    const fits = this.#free === undefined || this.#free - reserved - bytes >= this.#options.minFreeBytes;
    if (fits) this.#tooTightSince = undefined;
    else this.#tooTightSince ??= this.#options.clock.now();
    return fits;
  }

  closed(): Closed | undefined {
    if (this.#low) return { reason: 'not enough free space on the disk', until: Infinity };
    if (this.#fullUntil > this.#options.clock.now())
      return { reason: 'the disk is full', until: this.#fullUntil };
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#poll?.[Symbol.dispose]();
  }

  #sinceMs(since: number): number {
    return since === Infinity ? 0 : this.#options.clock.now() - since;
  }

  #schedule(): void {
    if (this.#disposed) return;
    this.#poll = this.#options.clock.after(POLL_MS, () => {
      void this.#measure().then(() => this.#schedule());
    });
  }

  async #measure(): Promise<void> {
    const { clock, freeBytes, minFreeBytes } = this.#options;
    // A directory that vanished shows up as an error of the write itself, with a better message.
    const free = await freeBytes().catch(() => undefined);
    if (free === undefined || free === this.#free) return;
    this.#free = free;
    const margin = this.#low ? Math.min(minFreeBytes / 20, 64 * 2 ** 20) : 0;
    const low = free < minFreeBytes + margin;
    this.#lowSince = low ? (this.#lowSince ?? clock.now()) : undefined;
    this.#low = low;
    this.changed();
  }
}
