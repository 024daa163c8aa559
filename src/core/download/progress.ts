import type { CoreEmitter } from '../events.js';
import { SpeedMeter } from '../performance/speed_meter.js';
import type { Speed } from '../time_left.js';
import type { Clock } from './clock.js';
import type { Closed, Gate } from './policies/gate.js';
import { StallWatchdog } from './policies/stall_watchdog.js';
import type { Transfer } from './queue/transfer.js';
import type { DownloadRun } from './run.js';

type RunTransfer = Transfer<DownloadRun>;

/** With the watchdog's tick of a second, nothing is silent for more than five. */
const SILENT_MS = 4_000;
const PROGRESS_EVERY_MS = 250;
/** So long between two parts of whatever file a limit may hold them up: a part is no larger than a second's worth. */
const LIMITED_MS = 2_000;
/** Shorter waits are not worth a change on the screen. */
const WORTH_TELLING_MS = 1_000;

export interface ProgressOptions {
  readonly clock: Clock;
  readonly events: CoreEmitter;
  /** Everything is paused while it is closed. */
  readonly pause: Gate;
  readonly rateLimit: Gate;
}

/** What is told of transfers while they are under way: bytes, speed, and why nothing moves. */
export class Progress implements Disposable {
  /** Of all transfers together. */
  readonly speed = new SpeedMeter();
  readonly #options: ProgressOptions;
  readonly #watchdog: StallWatchdog<RunTransfer>;
  /** Said to wait for a gate, which nobody has said to be over. */
  readonly #gated = new WeakSet<RunTransfer>();

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#watchdog = new StallWatchdog(
      options.clock,
      SILENT_MS,
      (transfer, ms) => this.#stalled(transfer, ms),
      (transfer) => this.#quiet(transfer),
    );
  }

  /** Until `ended`, it is never silent for long without a reason. */
  started(transfer: RunTransfer): void {
    transfer.become('active');
    transfer.speed.reset(this.#options.clock.now());
    this.#watchdog.alive(transfer);
    this.#options.events.emit('transfer.started', this.#snapshot(transfer));
  }

  /** @param bytes that came since the last call */
  progressed(transfer: RunTransfer, bytes: number): void {
    const { clock, pause } = this.#options;
    const now = clock.now();
    // A file that is opened tells that it has begun, not that anything came.
    if (bytes > 0 || transfer.state !== 'active') this.#watchdog.alive(transfer);
    transfer.speed.add(bytes, now);
    this.speed.add(bytes, now);
    transfer.owner.bytes += bytes;
    if (!pause.closed()) this.#goesOn(transfer);
    if (now - transfer.toldAt >= PROGRESS_EVERY_MS) this.#tell(transfer, now);
  }

  /** It waits for something, or no longer does. */
  waits(transfer: RunTransfer, closed: Closed | undefined): void {
    const { clock, pause } = this.#options;
    if (pause.closed()) {
      this.change(transfer, 'paused');
    } else if (!closed) {
      if (transfer.state === 'paused' || this.#gated.has(transfer)) {
        this.#goesOn(transfer);
        this.#watchdog.alive(transfer);
      }
    } else if (closed.until - clock.now() > WORTH_TELLING_MS) {
      const until = Math.round(clock.wallNow() + closed.until - clock.now()) / 1000;
      this.change(transfer, 'waiting', closed.reason, Number.isFinite(until) ? until : undefined);
      this.#gated.add(transfer);
      this.#watchdog.alive(transfer);
    }
  }

  /** Of all transfers together. Nothing has one while all are paused, though some is still on its way. */
  speedNow(): Speed {
    const { clock, pause } = this.#options;
    return pause.closed() ? { bytesPerSecond: 0, isSteady: false } : this.speed.at(clock.now());
  }

  ended(transfer: RunTransfer): void {
    this.#watchdog.forget(transfer);
  }

  /** Changes the state and tells it, if it is a change. */
  change(
    transfer: RunTransfer,
    state: RunTransfer['state'],
    reason?: string,
    until?: number,
    since?: number,
  ): void {
    if (transfer.become(state, reason, until, since)) {
      this.#options.events.emit('transfer.changed', this.#snapshot(transfer));
    }
  }

  [Symbol.dispose](): void {
    this.#watchdog[Symbol.dispose]();
  }

  #goesOn(transfer: RunTransfer): void {
    this.#gated.delete(transfer);
    this.change(transfer, 'active');
  }

  #snapshot(transfer: RunTransfer) {
    return transfer.snapshot(this.#options.clock.now());
  }

  #tell(transfer: RunTransfer, now: number): void {
    transfer.toldAt = now;
    this.#options.events.emit('transfer.progress', this.#snapshot(transfer));
  }

  /** Its speed falls, of which nothing else would tell. */
  #quiet(transfer: RunTransfer): void {
    if (transfer.state === 'active') this.#tell(transfer, this.#options.clock.now());
  }

  #stalled(transfer: RunTransfer, silentMs: number): void {
    if (transfer.state !== 'active') return;
    const { clock, rateLimit } = this.#options;
    // Under a limit something comes all the same; where nothing does, it is not the limit that holds it up.
    if (rateLimit.closed() && this.speed.silentMs(clock.now()) < LIMITED_MS) {
      this.change(transfer, 'waiting', 'rate limit');
      return;
    }
    const reason = `no answer from data centre ${transfer.message.location.dcId}`;
    this.change(transfer, 'waiting', reason, undefined, Math.round(clock.wallNow() - silentMs) / 1000);
  }
}
