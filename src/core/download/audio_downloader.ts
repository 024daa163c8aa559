import { TadError, toTadError } from '../errors.js';
import type { RunSummary } from '../events.js';
import type { DownloadRequest } from '../face.js';
import type { TelegramGateway } from '../telegram/gateway.js';
import type { ChatTarget, TransferSnapshot } from '../types.js';
import { DownloadEngine, type EngineOptions } from './engine.js';
import type { FileLane } from './lane.js';
import { freeBytes, prepareOutDir } from './out_dir.js';
import { DiskFloor } from './policies/disk_floor.js';
import { SleepDetector } from './policies/sleep_detector.js';
import type { Transfer } from './queue/transfer.js';
import { DownloadRun } from './run.js';
import { RunRecord, type RunRecordOptions } from './run_record.js';
import { noRoom, RunWatch } from './run_watch.js';
import { RunScan } from './scan/run_scan.js';

export interface AudioDownloaderOptions
  extends Omit<EngineOptions, 'isScanning' | 'gateway'>,
    Pick<RunRecordOptions, 'figures' | 'peakRssBytes'> {
  readonly gateway: Pick<TelegramGateway, 'refresh' | 'scan' | 'wake'>;
  /** Bytes that must stay free on the device of the output directory. */
  readonly minFreeBytes: number;
  /** Milliseconds without reaching Telegram after which a run ends with `unreachable`, unless its request says otherwise. */
  readonly giveUpMs: number;
  /** Free bytes where files go; statfs unless a test says otherwise. */
  readonly freeBytes?: (directory: string) => Promise<number>;
}

const ROOM_WAIT_SECONDS = 60;

/** Mirrors the audio of chats to disk: runs, and control over what is under way. */
export class AudioDownloader implements AsyncDisposable {
  readonly engine: DownloadEngine;
  readonly #options: AudioDownloaderOptions;
  readonly #watch: RunWatch;
  readonly #scans = new Set<AbortController>();
  readonly #sleep: SleepDetector;

  constructor(options: AudioDownloaderOptions) {
    this.#options = options;
    const { clock, minFreeBytes } = options;
    const isScanning = () => this.#scans.size > 0;
    this.engine = new DownloadEngine({ ...options, isScanning });
    this.#watch = new RunWatch({ clock, engine: this.engine, minFreeBytes, isScanning });
    this.#sleep = new SleepDetector(options.clock, (ms) => this.#woke(ms));
  }

  /**
   * Scans the targets and fetches what is not had, until nothing is left. Emits `run.summary` however it ends.
   *
   * @throws TadError what ended the run before its time: `cancelled`, `disk-full`, `not-writable`, `unreachable`,
   *   `login-required`; or why the only target could not be read. Nothing that was fetched is lost.
   */
  async download(
    targets: readonly ChatTarget[],
    request: DownloadRequest,
    signal: AbortSignal,
  ): Promise<RunSummary> {
    const { goesOn, dryRun, repair, kinds } = request;
    // Before anything is waited for: whoever goes on with this run, however early it dies, finds nothing cancelled before it.
    if (!goesOn && !dryRun && !repair) this.#options.library.queue.forgetCancelled(targets, kinds);
    const run = await this.openRun(request);
    const stop = () => this.engine.stop(run, toTadError(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    // Ready when the first page is. Should it fail, the first file that needs it will be told.
    if (!request.dryRun) this.#options.lane().catch(() => {});
    const record = this.record(
      run,
      targets.map(({ chat }) => chat.title),
    );
    let failure: TadError | undefined;
    try {
      failure = await this.#scan(run, targets, request);
      await run.idle();
    } catch (error) {
      this.engine.stop(run, toTadError(error));
      await run.idle();
    } finally {
      signal.removeEventListener('abort', stop);
      this.closeRun(run);
    }
    const summary = record.finish();
    this.#options.events.emit('run.summary', summary);
    if (run.signal.aborted) throw toTadError(run.signal.reason);
    if (failure) throw failure;
    return summary;
  }

  /** A run without targets of its own: transfers are added to it one by one. */
  async openRun(request: DownloadRequest): Promise<DownloadRun> {
    const { clock, minFreeBytes } = this.#options;
    if (!request.dryRun) await prepareOutDir(request.outDir, this.#options.library);
    const measure = this.#options.freeBytes ?? freeBytes;
    const disk = new DiskFloor({ clock, minFreeBytes, freeBytes: () => measure(request.outDir) });
    if (!request.dryRun) await disk.start();
    // Who waits for ever has the first files wait, visibly, for the room that is not there yet.
    if (disk.closed() && request.roomWaitSeconds !== Infinity) {
      disk[Symbol.dispose]();
      throw noRoom(request.outDir, disk.free ?? 0, minFreeBytes);
    }
    const { outDir, parallel, roomWaitSeconds = ROOM_WAIT_SECONDS, giveUpSeconds } = request;
    const run = new DownloadRun({
      outDir,
      disk,
      parallel,
      roomWaitMs: roomWaitSeconds * 1000,
      giveUpMs: giveUpSeconds === undefined ? this.#options.giveUpMs : giveUpSeconds * 1000,
    });
    disk.onChange(() => this.engine.dispatcher.pump());
    this.#watch.add(run);
    this.#setParallel();
    this.#sleep.start();
    return run;
  }

  /** Begins what the run leaves in the library. @param targets what was asked for, as a person would name it */
  record(run: DownloadRun, targets: readonly string[]): RunRecord {
    return new RunRecord(this.#options, run, targets);
  }

  closeRun(run: DownloadRun): void {
    run.disk[Symbol.dispose]();
    this.#watch.remove(run);
    this.#setParallel();
    if (this.#watch.runs.size === 0) this.#sleep.stop();
  }

  // Each acts on one transfer or, without an id, on all. False: there is none of which this could be asked.

  pause(documentId?: string): boolean {
    const { pauseGate, queue, dispatcher } = this.engine;
    if (documentId === undefined) {
      pauseGate.close('paused');
      return true;
    }
    if (dispatcher.told(documentId) === 'cancelled') return false;
    if (dispatcher.tell(documentId, 'paused')) return true;
    const transfer = queue.get(documentId);
    if (transfer) this.engine.change(transfer, 'paused');
    return transfer !== undefined;
  }

  resume(documentId?: string): boolean {
    const { pauseGate, queue, dispatcher } = this.engine;
    const isMeant = (transfer: Transfer) => documentId === undefined || transfer.documentId === documentId;
    const active = dispatcher.active.filter(isMeant);
    const waiting = queue.values().filter(isMeant);
    for (const { documentId: id } of active) {
      if (dispatcher.told(id) === 'paused') dispatcher.tell(id, 'queued');
    }
    for (const transfer of waiting) {
      if (transfer.state === 'paused') this.engine.change(transfer, 'queued');
    }
    if (documentId === undefined) {
      pauseGate.open();
      this.engine.forgetSpeed();
    }
    dispatcher.pump();
    return documentId === undefined || active.length + waiting.length > 0;
  }

  /** Of all: also what a scan would still have found. */
  cancel(documentId?: string): boolean {
    const { queue, dispatcher } = this.engine;
    if (documentId === undefined)
      for (const scan of this.#scans) scan.abort(new TadError('cancelled', 'cancelled'));
    const ids =
      documentId === undefined
        ? [...dispatcher.active, ...queue.values()].map((transfer) => transfer.documentId)
        : [documentId];
    return ids.filter((id) => this.#cancelOne(id)).length > 0 || documentId === undefined;
  }

  /**
   * Failed transfers wait again; a cancelled one when it is meant by its id.
   * @param whenOver takes those whose run is over, in the order in which they ended
   */
  retry(documentId?: string, whenOver: (transfers: readonly Transfer[]) => void = () => {}): boolean {
    const { dispatcher, finished } = this.engine;
    if (documentId !== undefined && dispatcher.told(documentId) === 'cancelled') {
      return dispatcher.tell(documentId, 'queued');
    }
    const meant = finished.values().filter(({ documentId: id, state }) => {
      if (documentId === undefined) return state === 'failed';
      return id === documentId && (state === 'failed' || state === 'cancelled');
    });
    const over: Transfer[] = [];
    for (const transfer of meant) {
      finished.remove(transfer.documentId);
      if (this.#watch.runs.has(transfer.owner)) this.#retryOne(transfer);
      else over.push(transfer);
    }
    if (over.length > 0) whenOver(over);
    return meant.length > 0;
  }

  move(documentId: string, steps: number): boolean {
    const { queue } = this.engine;
    const transfer = queue.get(documentId);
    if (!transfer) return false;
    if (queue.move(documentId, steps)) {
      this.#options.events.emit('transfer.changed', this.engine.snapshot(transfer));
    }
    return true;
  }

  /** Under way, then waiting in order, then the latest that ended; at most `limit` of each. */
  transfers(limit: number): readonly TransferSnapshot[] {
    const { dispatcher, queue, finished } = this.engine;
    return [
      ...dispatcher.active,
      ...queue.values().slice(0, limit),
      ...finished.values().slice(-limit).reverse(),
    ].map((transfer) => this.engine.snapshot(transfer));
  }

  /** As last measured by a run that is open: the least of them. */
  get diskFreeBytes(): number | undefined {
    const free = [...this.#watch.runs].flatMap(({ disk }) => disk.free ?? []);
    return free.length > 0 ? Math.min(...free) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of [...this.#watch.runs]) this.engine.stop(run, new TadError('cancelled', 'closed'));
    await Promise.all([...this.#watch.runs].map((run) => run.idle()));
    for (const run of [...this.#watch.runs]) this.closeRun(run);
    this.engine[Symbol.dispose]();
  }

  async #scan(
    run: DownloadRun,
    targets: readonly ChatTarget[],
    request: DownloadRequest,
  ): Promise<TadError | undefined> {
    const { clock, random, gateway, library, events } = this.#options;
    const abort = new AbortController();
    this.#scans.add(abort);
    const signal = AbortSignal.any([run.signal, abort.signal]);
    const scan = new RunScan({
      clock,
      random,
      gateway,
      library,
      events,
      engine: this.engine,
      run,
      request,
      signal,
    });
    try {
      const failures = await scan.scanAll(targets);
      run.failed += failures.length;
      return failures.length === targets.length ? failures[0] : undefined;
    } catch (error) {
      if (abort.signal.aborted && !run.signal.aborted) return undefined;
      throw error;
    } finally {
      this.#scans.delete(abort);
      this.engine.dispatcher.pump();
    }
  }

  #cancelOne(documentId: string): boolean {
    const isActive = this.engine.dispatcher.tell(documentId, 'cancelled');
    const waiting = this.engine.queue.remove(documentId);
    if (waiting) void this.engine.discard(waiting);
    return isActive || waiting !== undefined;
  }

  #retryOne(transfer: Transfer<DownloadRun>): void {
    const { owner, message, chatTitle } = transfer;
    const { engine } = this;
    if (transfer.state === 'failed') owner.failed--;
    // Its name was given back when it ended: somebody else may have it.
    if (!transfer.isRepair)
      transfer.path = engine.names.pathFor(owner.outDir, { id: message.chatId, title: chatTitle }, message);
    transfer.become('queued');
    engine.add(transfer);
  }

  #setParallel(): void {
    this.engine.dispatcher.parallel = Math.max(1, ...[...this.#watch.runs].map(({ parallel }) => parallel));
  }

  #woke(ms: number): void {
    this.#options.events.emit('notice', {
      level: 'info',
      text: `the machine was asleep for ${Math.round(ms / 1000)} s; going on`,
    });
    this.engine.dataCentres.wake();
    this.#options.gateway.wake();
    const reconnect = (lane: FileLane) => lane.reconnect?.();
    // A lane that cannot start is told of by the files that need it.
    this.#options.lane().then(reconnect, () => {});
  }
}
