import { TadError, toTadError } from '../errors.js';
import type { RunSummary } from '../events.js';
import type { DownloadRequest } from '../face.js';
import type { TelegramGateway } from '../telegram/gateway.js';
import type { ChatTarget, TransferSnapshot } from '../types.js';
import { DownloadEngine, type EngineOptions } from './engine.js';
import { Interruption } from './interruption.js';
import { freeBytes, prepareOutDir } from './out_dir.js';
import { DiskFloor } from './policies/disk_floor.js';
import { SleepDetector } from './policies/sleep_detector.js';
import type { Transfer } from './queue/transfer.js';
import { DownloadRun } from './run.js';
import { RunScan } from './scan/run_scan.js';

export interface AudioDownloaderOptions extends Omit<EngineOptions, 'isScanning' | 'gateway'> {
  readonly gateway: Pick<TelegramGateway, 'refresh' | 'scan' | 'wake'>;
  /** Bytes that must stay free on the device of the output directory. */
  readonly minFreeBytes: number;
  /** Milliseconds without reaching Telegram after which a run ends with `unreachable`, unless its request says otherwise. */
  readonly giveUpMs: number;
  /** What a run leaves in the library beside its summary. */
  readonly figures: () => unknown;
  readonly peakRssBytes: () => number;
  /** Free bytes where files go; statfs unless a test says otherwise. */
  readonly freeBytes?: (directory: string) => Promise<number>;
}

const TICK_MS = 1_000;
const ROOM_WAIT_SECONDS = 60;
const MB = 2 ** 20;

/** Mirrors the audio of chats to disk: runs, and control over what is under way. */
export class AudioDownloader implements AsyncDisposable {
  readonly engine: DownloadEngine;
  readonly #options: AudioDownloaderOptions;
  readonly #runs = new Set<DownloadRun>();
  readonly #scans = new Set<AbortController>();
  readonly #sleep: SleepDetector;
  #tick: Disposable | undefined;

  constructor(options: AudioDownloaderOptions) {
    this.#options = options;
    this.engine = new DownloadEngine({ ...options, isScanning: () => this.#scans.size > 0 });
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
    const run = await this.openRun(request);
    const { library, events, clock, peakRssBytes, figures } = this.#options;
    const stop = () => this.engine.stop(run, toTadError(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const id = library.startRun(targets.map(({ chat }) => chat.title));
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
    const summary = run.summary(clock.now(), peakRssBytes());
    library.finishRun(id, summary, figures());
    events.emit('run.summary', summary);
    if (run.signal.aborted) throw toTadError(run.signal.reason);
    if (failure) throw failure;
    return summary;
  }

  /** A run without targets of its own: transfers are added to it one by one. */
  async openRun(request: DownloadRequest): Promise<DownloadRun> {
    const { clock, minFreeBytes } = this.#options;
    if (!request.dryRun) await prepareOutDir(request.outDir);
    const measure = this.#options.freeBytes ?? freeBytes;
    const disk = new DiskFloor({ clock, minFreeBytes, freeBytes: () => measure(request.outDir) });
    if (!request.dryRun) await disk.start();
    if (disk.closed()) {
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
      startedAt: clock.now(),
    });
    disk.onChange(() => this.engine.dispatcher.pump());
    this.#runs.add(run);
    this.#setParallel();
    this.#watch();
    return run;
  }

  closeRun(run: DownloadRun): void {
    run.disk[Symbol.dispose]();
    this.#runs.delete(run);
    this.#setParallel();
    if (this.#runs.size > 0) return;
    this.#tick?.[Symbol.dispose]();
    this.#tick = undefined;
    this.#sleep.stop();
  }

  pause(documentId?: string): void {
    const { pauseGate, queue, dispatcher } = this.engine;
    if (documentId === undefined) {
      pauseGate.close('paused');
    } else if (!dispatcher.stop(documentId, new Interruption('paused'))) {
      const transfer = queue.get(documentId);
      if (transfer) this.engine.change(transfer, 'paused');
    }
  }

  resume(documentId?: string): void {
    const { pauseGate, queue, dispatcher } = this.engine;
    for (const transfer of queue.values()) {
      const isMeant = documentId === undefined || transfer.documentId === documentId;
      if (isMeant && transfer.state === 'paused') this.engine.change(transfer, 'queued');
    }
    if (documentId === undefined) pauseGate.open();
    dispatcher.pump();
  }

  /** Of all: also what a scan would still have found. */
  cancel(documentId?: string): void {
    const { queue, dispatcher } = this.engine;
    if (documentId === undefined) for (const scan of this.#scans) scan.abort(new Interruption('cancelled'));
    for (const { documentId: id } of [...dispatcher.active, ...queue.values()]) {
      if (documentId === undefined || id === documentId) this.#cancelOne(id);
    }
  }

  /** Failed and cancelled transfers wait again. */
  retry(documentId?: string): void {
    for (const transfer of this.engine.finished.values()) {
      if (documentId !== undefined && transfer.documentId !== documentId) continue;
      if (transfer.state === 'failed' || (transfer.state === 'cancelled' && documentId !== undefined)) {
        this.#retryOne(transfer);
      }
    }
  }

  move(documentId: string, steps: number): void {
    const { queue } = this.engine;
    const transfer = queue.get(documentId);
    if (!transfer || !queue.move(documentId, steps)) return;
    this.#options.events.emit('transfer.changed', this.engine.snapshot(transfer));
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
    const free = [...this.#runs].flatMap(({ disk }) => disk.free ?? []);
    return free.length > 0 ? Math.min(...free) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of [...this.#runs]) this.engine.stop(run, new TadError('cancelled', 'closed'));
    await Promise.all([...this.#runs].map((run) => run.idle()));
    for (const run of [...this.#runs]) this.closeRun(run);
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

  #cancelOne(documentId: string): void {
    if (this.engine.dispatcher.stop(documentId, new Interruption('cancelled'))) return;
    const transfer = this.engine.queue.remove(documentId);
    if (transfer) void this.engine.discard(transfer).catch((error: unknown) => this.#warn(error));
  }

  #retryOne(transfer: Transfer<DownloadRun>): void {
    if (!this.#runs.has(transfer.owner)) return;
    if (transfer.state === 'failed') transfer.owner.failed--;
    this.engine.finished.remove(transfer.documentId);
    transfer.become('queued');
    this.engine.add(transfer);
  }

  #setParallel(): void {
    this.engine.dispatcher.parallel = Math.max(1, ...[...this.#runs].map(({ parallel }) => parallel));
  }

  /** Once a second while a run is open: whether a wait has lasted too long. */
  #watch(): void {
    this.#sleep.start();
    this.#tick ??= this.#options.clock.after(TICK_MS, () => {
      this.#tick = undefined;
      this.#giveUp();
      if (this.#runs.size > 0) this.#watch();
    });
  }

  #giveUp(): void {
    const { minFreeBytes } = this.#options;
    const { dataCentres, dispatcher } = this.engine;
    const brokenForMs = dataCentres.brokenForMs();
    for (const run of this.#runs) {
      const { disk } = run;
      // A file that does not fit is no trouble while others, which do, are under way.
      const noRoomForMs =
        dispatcher.active.length > 0 ? disk.closedForMs : Math.max(disk.closedForMs, disk.tooTightForMs);
      if (brokenForMs > run.giveUpMs) this.engine.stop(run, unreachable(run.giveUpMs));
      else if (noRoomForMs > run.roomWaitMs) {
        this.engine.stop(run, noRoom(run.outDir, disk.free ?? 0, minFreeBytes));
      }
    }
  }

  #woke(ms: number): void {
    this.#options.events.emit('notice', {
      level: 'info',
      text: `the machine was asleep for ${Math.round(ms / 1000)} s; going on`,
    });
    this.engine.dataCentres.wake();
    this.#options.gateway.wake();
    // A lane that cannot start is told of by the files that need it.
    this.#options.lane().then(
      (lane) => lane.reconnect?.(),
      () => {},
    );
  }

  #warn(error: unknown): void {
    this.#options.events.emit('notice', { level: 'warning', text: toTadError(error).message });
  }
}

function noRoom(outDir: string, free: number, floor: number): TadError {
  return new TadError(
    'disk-full',
    `no room in ${outDir}: ${Math.floor(free / MB)} MB free, ${Math.ceil(floor / MB)} MB must stay free`,
    'free some space, choose another directory, or lower --min-free; the next run goes on from here',
  );
}

function unreachable(ms: number): TadError {
  return new TadError(
    'unreachable',
    `Telegram could not be reached for ${Math.round(ms / 60_000)} minutes`,
    'check the network; the next run goes on from here',
  );
}
