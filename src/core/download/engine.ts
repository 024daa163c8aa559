import { type TadError, toTadError } from '../errors.js';
import type { CoreEmitter } from '../events.js';
import type { Library } from '../library/library.js';
import type { TelegramGateway } from '../telegram/gateway.js';
import type { Speed } from '../time_left.js';
import type { Clock } from './clock.js';
import { DataCentres } from './data_centres.js';
import { Directories } from './files/directories.js';
import { discard } from './files/part_file.js';
import { freshLocation } from './fresh_location.js';
import type { FileLane } from './lane.js';
import { PART_SUFFIX } from './naming/component.js';
import { TransferNames } from './naming/transfer_names.js';
import { outDirProblem } from './out_dir.js';
import { PartScheduler } from './parts/part_scheduler.js';
import { ManualGate } from './policies/gate.js';
import type { MemoryGate } from './policies/memory_gate.js';
import { RateLimit } from './policies/rate_limit.js';
import { Progress } from './progress.js';
import { Dispatcher } from './queue/dispatcher.js';
import { FinishedTransfers } from './queue/finished_transfers.js';
import type { Transfer } from './queue/transfer.js';
import { TransferQueue } from './queue/transfer_queue.js';
import type { DownloadRun } from './run.js';
import { KnownFiles } from './scan/known_files.js';
import { TransferWork } from './transfer_work.js';

export interface EngineOptions {
  readonly gateway: Pick<TelegramGateway, 'refresh'>;
  readonly library: Library;
  readonly lane: () => Promise<FileLane>;
  readonly events: CoreEmitter;
  readonly memory: MemoryGate;
  readonly clock: Clock;
  readonly random: () => number;
  /** Known document ids kept in memory. */
  readonly idCacheSize: number;
  /** Plain rows that wait at most. */
  readonly queueSize: number;
  /** Bytes under way at most, over all files. */
  readonly maxBytesUnderWay: number;
  readonly rateLimit?: number;
  readonly isScanning: () => boolean;
}

type RunTransfer = Transfer<DownloadRun>;

const KEPT_FINISHED = 500;
const MAX_DEPTH = 32;

/**
 * What lives as long as the core: the queue, the slots, the data centres with what was learned about them, and what
 * becomes of each transfer. Runs (audio_downloader.ts) put transfers in.
 */
export class DownloadEngine implements Disposable {
  readonly queue: TransferQueue<DownloadRun>;
  readonly finished = new FinishedTransfers<DownloadRun>(KEPT_FINISHED);
  readonly dataCentres: DataCentres;
  readonly dispatcher: Dispatcher;
  readonly scheduler: PartScheduler;
  readonly rateLimit: RateLimit;
  readonly names: TransferNames;
  readonly #directories = new Directories();
  readonly known: KnownFiles;
  readonly pauseGate: ManualGate;
  readonly #options: EngineOptions;
  readonly #progress: Progress;

  constructor(options: EngineOptions) {
    const { clock, random, events, library, memory } = options;
    this.#options = options;
    this.queue = new TransferQueue(options.queueSize);
    this.dataCentres = new DataCentres(clock, random, events, MAX_DEPTH);
    this.rateLimit = new RateLimit(clock, options.rateLimit);
    this.names = new TransferNames(library);
    this.known = new KnownFiles(library, options.idCacheSize);
    this.pauseGate = new ManualGate(clock);
    this.scheduler = new PartScheduler({
      clock,
      gates: [this.pauseGate],
      rateLimit: this.rateLimit,
      maxBytesUnderWay: options.maxBytesUnderWay,
    });
    this.#progress = new Progress({ clock, events, pause: this.pauseGate, rateLimit: this.rateLimit });
    this.dispatcher = new Dispatcher({
      clock,
      queue: this.queue,
      memory,
      pause: this.pauseGate,
      dataCentre: (id) => this.dataCentres.get(id),
      isScanning: options.isScanning,
      work: (transfer, signal) => this.#work(transfer, signal),
      onHeld: (transfer, reason) =>
        this.change(transfer, reason === undefined ? 'queued' : 'waiting', reason),
    });
  }

  /** Of all transfers together. */
  speed(): Speed {
    return this.#progress.speedNow();
  }

  /** Fetched in all. */
  get bytes(): number {
    return this.#progress.speed.total;
  }

  /** What came until now says nothing of what will: a limit, or the end of a pause. */
  forgetSpeed(): void {
    const now = this.#options.clock.now();
    this.#progress.speed.reset(now);
    for (const { speed } of this.dispatcher.active) speed.reset(now);
  }

  /** Puts a transfer at the end of the queue. Whoever adds many waits for `queue.space` before each. */
  add(transfer: RunTransfer): void {
    transfer.owner.opened();
    this.queue.add(transfer);
    this.#options.events.emit('transfer.queued', this.snapshot(transfer));
    this.dispatcher.pump();
  }

  /** Fails what a run still wants of a data centre. */
  giveUp(run: DownloadRun, dcId: number, error: TadError): void {
    const isMeant = ({ owner, message }: RunTransfer) => owner === run && message.location.dcId === dcId;
    for (const { documentId } of this.dispatcher.active.filter(isMeant))
      this.dispatcher.fail(documentId, error);
    for (const transfer of this.queue.values().filter((one) => isMeant(one) && one.state !== 'paused')) {
      this.queue.remove(transfer.documentId);
      this.#fail(transfer, error);
    }
  }

  snapshot(transfer: RunTransfer) {
    return transfer.snapshot(this.#options.clock.now());
  }

  /** Changes the state and tells it, if it is a change. */
  change(transfer: RunTransfer, state: RunTransfer['state'], reason?: string): void {
    this.#progress.change(transfer, state, reason);
  }

  /** Ends a run for a reason that concerns all of it: takes out what waits; what is under way ends by the run's signal. */
  stop(run: DownloadRun, error: TadError): void {
    run.stop(error);
    for (const transfer of this.queue.values().filter(({ owner }) => owner === run)) {
      this.queue.remove(transfer.documentId);
      this.#stopped(transfer);
    }
  }

  /** Gives a transfer up for good: nothing of it stays. */
  async discard(transfer: RunTransfer): Promise<void> {
    await this.#clear(transfer);
    this.change(transfer, 'cancelled');
    this.#close(transfer);
  }

  [Symbol.dispose](): void {
    this.dispatcher[Symbol.dispose]();
    this.scheduler[Symbol.dispose]();
    this.#progress[Symbol.dispose]();
  }

  async #work(transfer: RunTransfer, signal: AbortSignal): Promise<void> {
    const { clock, random, gateway, lane, library } = this.#options;
    this.#progress.started(transfer);
    let carrier: FileLane | undefined;
    try {
      carrier = await lane();
      const work = new TransferWork(
        transfer,
        {
          clock,
          random,
          lane: carrier,
          library,
          scheduler: this.scheduler,
          dataCentre: (id) => this.dataCentres.get(id),
          names: this.names,
          directories: this.#directories,
          disk: transfer.owner.disk,
          refresh: (_, refreshSignal) =>
            freshLocation(transfer, {
              clock,
              random,
              gateway,
              library,
              dataCentre: () => this.dataCentres.control,
              signal: refreshSignal,
            }),
          onProgress: (_, bytes) => {
            this.#progress.progressed(transfer, bytes);
            // It leaves the link to others.
            if (transfer.bytes === transfer.totalBytes) this.dispatcher.pump();
          },
          onWaiting: (_, closed) => this.#progress.waits(transfer, closed),
        },
        signal,
      );
      await work.run();
      this.#completed(transfer);
    } catch (error) {
      if (carrier?.isBroken && !signal.aborted) this.#again(transfer);
      else await this.#ended(transfer, toTadError(error));
    } finally {
      this.#progress.ended(transfer);
    }
  }

  /** It was none of the transfer's doing: another lane goes on from what is recorded. */
  #again(transfer: RunTransfer): void {
    this.queue.addFirst(transfer);
    this.change(transfer, 'queued', 'the file lane broke');
  }

  #completed(transfer: RunTransfer): void {
    this.known.add(transfer.documentId);
    transfer.become('completed');
    transfer.owner.completed++;
    this.#options.events.emit('transfer.completed', this.snapshot(transfer));
    this.#close(transfer);
  }

  async #ended(transfer: RunTransfer, error: TadError): Promise<void> {
    const { owner, documentId } = transfer;
    if (this.dispatcher.told(documentId) === 'cancelled') await this.#clear(transfer);
    // Asked anew: until now the person could think otherwise.
    const becomes = this.dispatcher.told(documentId);
    if (becomes === 'cancelled') {
      this.change(transfer, 'cancelled');
      this.#close(transfer);
    } else if (owner.signal.aborted) {
      this.#stopped(transfer);
    } else if (becomes) {
      this.queue.addFirst(transfer);
      this.change(transfer, becomes);
    } else if (error.code === 'disk-full') {
      owner.disk.reportFull();
      this.queue.addFirst(transfer);
      this.change(transfer, 'waiting', 'the disk is full');
    } else if (error.code === 'login-required') {
      this.stop(owner, error);
      this.#stopped(transfer);
      this.#options.events.emit('login.required', { reason: error.message });
    } else if (error.code === 'not-found') {
      // What it has of a message that is gone is of no use; the damaged file itself stays.
      if (transfer.isRepair) await this.#clear(transfer);
      owner.skipped++;
      this.change(transfer, 'skipped', error.message);
      this.#options.events.emit('transfer.skipped', this.snapshot(transfer));
      this.#close(transfer);
    } else {
      await this.#failed(transfer, error);
    }
  }

  async #clear(transfer: RunTransfer): Promise<void> {
    const { library, events } = this.#options;
    library.dropTransfer(transfer.documentId);
    transfer.bytes = 0;
    try {
      await discard(transfer.path + PART_SUFFIX);
    } catch (error) {
      events.emit('notice', { level: 'warning', text: toTadError(error).message });
    }
  }

  async #failed(transfer: RunTransfer, error: TadError): Promise<void> {
    const { owner } = transfer;
    const problem = error.code === 'not-writable' ? await outDirProblem(owner.outDir) : undefined;
    if (problem) {
      this.stop(owner, problem);
      this.#stopped(transfer);
    } else {
      this.#fail(transfer, error);
    }
  }

  #fail(transfer: RunTransfer, error: TadError): void {
    const { events, library } = this.#options;
    transfer.owner.failed++;
    transfer.become('failed', error.message);
    library.failTransfer(transfer.documentId, error.message);
    events.emit('transfer.failed', { ...this.snapshot(transfer), error });
    this.#close(transfer);
  }

  /** None of its own doing: what it has stays, and whoever wants it next goes on from there. */
  #stopped(transfer: RunTransfer): void {
    this.change(transfer, 'cancelled', 'stopped; the next run goes on from here');
    this.#close(transfer);
  }

  #close(transfer: RunTransfer): void {
    this.names.release(transfer.path);
    this.finished.add(transfer);
    transfer.owner.closed();
  }
}
