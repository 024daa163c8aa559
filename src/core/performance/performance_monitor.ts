import { Disposables } from '../disposables.js';
import type { CoreEmitter, MemoryFigures } from '../events.js';
import type { CacheFigures, DataCentreFigures, PerformanceFigures, PoolFigures } from '../face.js';
import { peakRssBytes } from './memory_manager.js';

/** Where the figures come from that nobody tells by an event. */
export interface PerformanceSources {
  /** Fetched so far, of files under way, too. */
  readonly bytes: () => number;
  readonly bytesPerSecond: () => number;
  readonly memory: () => MemoryFigures;
  readonly caches: () => readonly CacheFigures[];
  readonly pools: () => readonly PoolFigures[];
  readonly dataCentres: () => readonly DataCentreFigures[];
  /** As last measured where files go; undefined while nothing is downloaded. */
  readonly diskFreeBytes: () => number | undefined;
}

/** Counts what happens over the life of the process: constant memory, O(1) per event. */
export class PerformanceMonitor implements Disposable {
  readonly #sources: PerformanceSources;
  readonly #stack = new Disposables();
  #completed = 0;
  #skipped = 0;
  #failed = 0;
  #peakBytesPerSecond = 0;
  #floodWaits = 0;
  #floodSeconds = 0;
  #memoryWarnings = 0;
  #memoryCriticals = 0;
  #cleanups = 0;

  constructor(events: CoreEmitter, sources: PerformanceSources) {
    this.#sources = sources;
    const listen = this.#stack;
    listen.use(
      events.on('transfer.completed', () => {
        this.#completed++;
        this.#notePeak();
      }),
    );
    listen.use(events.on('transfer.progress', () => this.#notePeak()));
    listen.use(events.on('transfer.skipped', () => void this.#skipped++));
    listen.use(events.on('transfer.failed', () => void this.#failed++));
    listen.use(
      events.on('flood.wait', ({ seconds }) => {
        this.#floodWaits++;
        this.#floodSeconds += seconds;
      }),
    );
    listen.use(events.on('memory.warning', () => void this.#memoryWarnings++));
    listen.use(events.on('memory.critical', () => void this.#memoryCriticals++));
    listen.use(events.on('memory.cleanup', () => void this.#cleanups++));
  }

  figures(): PerformanceFigures {
    const { user, system } = process.cpuUsage();
    const tried = this.#completed + this.#failed;
    const diskFreeBytes = this.#sources.diskFreeBytes();
    return {
      uptimeSeconds: process.uptime(),
      cpuSeconds: (user + system) / 1e6,
      completed: this.#completed,
      skipped: this.#skipped,
      failed: this.#failed,
      successRate: tried === 0 ? 1 : this.#completed / tried,
      bytes: this.#sources.bytes(),
      bytesPerSecond: Math.round(this.#sources.bytesPerSecond()),
      peakBytesPerSecond: Math.round(this.#peakBytesPerSecond),
      floodWaits: this.#floodWaits,
      floodSeconds: this.#floodSeconds,
      memoryWarnings: this.#memoryWarnings,
      memoryCriticals: this.#memoryCriticals,
      cleanups: this.#cleanups,
      peakRssBytes: peakRssBytes(),
      memory: this.#sources.memory(),
      ...(diskFreeBytes === undefined ? {} : { diskFreeBytes }),
      dataCentres: this.#sources.dataCentres(),
      caches: this.#sources.caches(),
      pools: this.#sources.pools(),
    };
  }

  [Symbol.dispose](): void {
    this.#stack[Symbol.dispose]();
  }

  #notePeak(): void {
    this.#peakBytesPerSecond = Math.max(this.#peakBytesPerSecond, this.#sources.bytesPerSecond());
  }
}
