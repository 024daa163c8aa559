import { TadError } from '../../errors.js';
import type { Clock } from '../clock.js';
import type { DataCentre } from '../parts/data_centre.js';
import type { Closed, Gate } from '../policies/gate.js';
import type { MemoryGate } from '../policies/memory_gate.js';
import type { DownloadRun } from '../run.js';
import { Places } from './places.js';
import type { Rest, Transfer } from './transfer.js';
import type { TransferQueue } from './transfer_queue.js';

/** Files above this are large: they leave one place to the others. */
const LARGE_BYTES = 32 * 2 ** 20;
/** A data centre that is closed for longer than this lets files of another one go first. */
const LONG_MS = 3_000;

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly queue: TransferQueue<DownloadRun>;
  readonly memory: MemoryGate;
  /** Nothing new starts while it is closed: a pause of everything. */
  readonly pause: Gate;
  readonly dataCentre: (id: number) => Pick<DataCentre, 'closed' | 'breaker' | 'depth' | 'isTroubled'>;
  /** More may be added soon, so that a place is kept free for a small file. */
  readonly isScanning: () => boolean;
  /** Works the transfer until it is done with; never rejects. */
  readonly work: (transfer: Transfer<DownloadRun>, signal: AbortSignal) => Promise<void>;
  /** The first in the queue cannot start, and why; undefined when nothing holds it. */
  readonly onHeld: (transfer: Transfer<DownloadRun>, reason: string | undefined) => void;
}

interface Active {
  readonly transfer: Transfer<DownloadRun>;
  readonly abort: AbortController;
  /** What it was told to become instead; until it has come to rest the latest wish counts. */
  becomes?: Rest;
}

/**
 * Decides which file starts next: in the order of the queue, except that large files never take the last place while
 * smaller ones wait or may come, and that others pass the files of a data centre which is closed for a while, or which is in
 * trouble and has taken all places but one: one that fails over and over has most of its files under way at any time. How many are
 * under way, {@link Places} says. `beforeDownload`: the memory gate, the pause and room on the disk are asked before each start.
 */
export class Dispatcher implements Disposable {
  readonly #options: DispatcherOptions;
  readonly #active = new Map<string, Active>();
  readonly #subscriptions: Disposable[];
  readonly #places: Places;
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#places = new Places({
      isMemoryTight: () => options.memory.isTight,
      depth: (dcId) => options.dataCentre(dcId).depth.current,
    });
    this.#subscriptions = [options.memory, options.pause].map((gate) => gate.onChange(() => this.pump()));
  }

  get active(): readonly Transfer<DownloadRun>[] {
    return [...this.#active.values()].map(({ transfer }) => transfer);
  }

  get(documentId: string): Transfer<DownloadRun> | undefined {
    return this.#active.get(documentId)?.transfer;
  }

  /** Files of more than a part at once; see {@link Places}. */
  set parallel(count: number) {
    this.#places.bound = count;
    this.pump();
  }

  get parallel(): number {
    return this.#places.bound;
  }

  /** Stops a transfer that is under way, or changes what it was told before. False when there is none. */
  tell(documentId: string, becomes: Rest): boolean {
    const active = this.#active.get(documentId);
    if (!active) return false;
    active.becomes = becomes;
    active.abort.abort(new TadError('cancelled', becomes));
    return true;
  }

  /** What a transfer that is under way is to become instead; undefined while it simply goes on. */
  told(documentId: string): Rest | undefined {
    return this.#active.get(documentId)?.becomes;
  }

  /** Makes a transfer that is under way fail, unless it was told something else. */
  fail(documentId: string, error: TadError): void {
    this.#active.get(documentId)?.abort.abort(error);
  }

  /**
   * Puts transfers for which nothing moves back into the queue, at most as many as could start in their places. They come again
   * when nothing else does.
   */
  postpone(isStuck: (dcId: number) => boolean): void {
    const stuck = [...this.#active.values()].filter(
      ({ transfer, abort }) => !abort.signal.aborted && isStuck(transfer.message.location.dcId),
    );
    if (stuck.length === 0) return;
    const startable = this.#options.queue
      .values()
      .filter((one) => one.state !== 'paused' && !this.#mustWaitLong(one) && this.#fits(one));
    const wanted = startable.length - this.#places.free(this.active);
    for (const { transfer } of stuck.slice(0, Math.max(0, wanted))) this.tell(transfer.documentId, 'queued');
  }

  /** Starts what may start. Called whenever something changes. */
  pump(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    while (!this.#isDisposed && this.#places.free(this.active) > 0 && !this.#heldBy()) {
      const next = this.#next();
      if (!next) break;
      this.#start(next);
    }
    this.#tellHeld();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }

  #heldBy() {
    return this.#options.pause.closed() ?? this.#options.memory.closed();
  }

  #next(): Transfer<DownloadRun> | undefined {
    const { queue, isScanning } = this.#options;
    const { active } = this;
    const { bound } = this.#places;
    const hasPlace = this.#places.look(active);
    const large = active.filter(isLarge).length;
    const smallMayCome =
      isScanning() || queue.values().some((transfer) => transfer.state !== 'paused' && !isLarge(transfer));
    const largeMayStart = large < bound - 1 || bound === 1 || !smallMayCome;
    const mayStart = (transfer: Transfer<DownloadRun>) =>
      hasPlace(transfer) &&
      transfer.state !== 'paused' &&
      // Its document is still under way for a run that was stopped: one after the other.
      !this.#active.has(transfer.documentId) &&
      (largeMayStart || !isLarge(transfer)) &&
      this.#fits(transfer);
    const crowded = this.#crowded(active);
    let [anyCrowds, anyWaits] = [false, false];
    const first = queue.take((transfer) => {
      if (!mayStart(transfer)) return false;
      const waits = this.#mustWaitLong(transfer);
      const crowds = !waits && crowded.has(transfer.message.location.dcId);
      anyWaits ||= waits;
      anyCrowds ||= crowds;
      return !waits && !crowds;
    });
    if (first !== undefined) return first;
    if (anyCrowds) return queue.take((transfer) => mayStart(transfer) && !this.#mustWaitLong(transfer));
    return anyWaits ? queue.take(mayStart) : undefined;
  }

  #crowded(active: readonly Transfer<DownloadRun>[]): ReadonlySet<number> {
    const { dataCentre } = this.#options;
    return new Set(this.#places.crowded(active).filter((dcId) => dataCentre(dcId).isTroubled));
  }

  #mustWaitLong({ message }: Transfer): boolean {
    const { clock, dataCentre } = this.#options;
    const there = dataCentre(message.location.dcId);
    const closed = there.closed();
    if (there.breaker.brokenForMs > 0) return true;
    return closed !== undefined && closed.until - clock.now() > LONG_MS;
  }

  #fits(transfer: Transfer<DownloadRun>): boolean {
    const { disk } = transfer.owner;
    if (disk.closed()) return false;
    let reserved = 0;
    for (const { transfer: other } of this.#active.values()) {
      if (other.owner.disk === disk) reserved += other.totalBytes - other.bytes;
    }
    return disk.fits(transfer.totalBytes - transfer.bytes, reserved);
  }

  #start(transfer: Transfer<DownloadRun>): void {
    const abort = new AbortController();
    this.#active.set(transfer.documentId, { transfer, abort });
    this.#options.memory.setActive(this.#active.size);
    const signal = AbortSignal.any([abort.signal, transfer.owner.signal]);
    const done = () => {
      this.#active.delete(transfer.documentId);
      this.#options.memory.setActive(this.#active.size);
      this.pump();
    };
    this.#options.work(transfer, signal).then(done, done);
  }

  #tellHeld(): void {
    if (this.#places.free(this.active) <= 0) return;
    const { queue, clock, memory, pause, onHeld } = this.#options;
    const first = queue.values().find(({ state }) => state !== 'paused');
    if (!first) return;
    // While everything is paused it simply waits for its turn, as those behind it do.
    const closed = pause.closed() ? undefined : (memory.closed() ?? this.#noRoomFor(first));
    if (closed !== undefined || first.state === 'waiting') onHeld(first, closed?.reason);
    const until = closed?.until ?? Infinity;
    if (until !== Infinity) this.#timer = clock.after(Math.max(1, until - clock.now()), () => this.pump());
  }

  #noRoomFor(transfer: Transfer<DownloadRun>): Closed | undefined {
    if (this.#fits(transfer)) return undefined;
    const { disk } = transfer.owner;
    return disk.closed() ?? { reason: 'not enough free space on the disk for this file', until: Infinity };
  }
}

function isLarge(transfer: Transfer): boolean {
  return transfer.totalBytes > LARGE_BYTES;
}
