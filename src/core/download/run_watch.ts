import { TadError } from '../errors.js';
import type { Clock } from './clock.js';
import type { DownloadEngine } from './engine.js';
import type { DownloadRun } from './run.js';

export interface RunWatchOptions {
  readonly clock: Clock;
  readonly engine: DownloadEngine;
  /** Bytes that must stay free on the device of a run. */
  readonly minFreeBytes: number;
}

const TICK_MS = 1_000;
const MB = 2 ** 20;

/** Once a second while a run is open: whether it has waited too long for the network or for room on the disk. */
export class RunWatch {
  readonly #options: RunWatchOptions;
  readonly #runs = new Set<DownloadRun>();
  #tick: Disposable | undefined;

  constructor(options: RunWatchOptions) {
    this.#options = options;
  }

  get runs(): ReadonlySet<DownloadRun> {
    return this.#runs;
  }

  add(run: DownloadRun): void {
    this.#runs.add(run);
    this.#arm();
  }

  remove(run: DownloadRun): void {
    this.#runs.delete(run);
    if (this.#runs.size > 0) return;
    this.#tick?.[Symbol.dispose]();
    this.#tick = undefined;
  }

  #arm(): void {
    this.#tick ??= this.#options.clock.after(TICK_MS, () => {
      this.#tick = undefined;
      for (const run of this.#runs) this.#look(run);
      if (this.#runs.size > 0) this.#arm();
    });
  }

  #look(run: DownloadRun): void {
    const { engine, minFreeBytes } = this.#options;
    const { disk, giveUpMs, roomWaitMs } = run;
    // A file that does not fit is no trouble while others, which do, are under way.
    const noRoomForMs =
      engine.dispatcher.active.length > 0 ? disk.closedForMs : Math.max(disk.closedForMs, disk.tooTightForMs);
    if (engine.dataCentres.brokenForMs() > giveUpMs) engine.stop(run, unreachable(giveUpMs));
    else if (noRoomForMs > roomWaitMs) engine.stop(run, noRoom(run.outDir, disk.free ?? 0, minFreeBytes));
  }
}

export function noRoom(outDir: string, free: number, floor: number): TadError {
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
