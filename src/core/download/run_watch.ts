import { byteText } from '../byte_text.js';
import { TadError } from '../errors.js';
import type { Clock } from './clock.js';
import { CONTROL } from './data_centres.js';
import type { DownloadEngine } from './engine.js';
import type { DownloadRun } from './run.js';

export interface RunWatchOptions {
  readonly clock: Clock;
  readonly engine: DownloadEngine;
  /** Bytes that must stay free on the device of a run. */
  readonly minFreeBytes: number;
  readonly isScanning: () => boolean;
}

const TICK_MS = 1_000;
/** Files of a data centre that has not answered for so long give their places to others. */
const POSTPONE_MS = 20_000;

/**
 * Once a second while a run is open: whether it has waited too long for the network or for room on the disk. A run ends when
 * nothing answers any more; one data centre that does not costs only the files that live there.
 */
export class RunWatch {
  readonly #options: RunWatchOptions;
  readonly #runs = new Set<DownloadRun>();
  #tick: Disposable | undefined;
  #lostSince: ReadonlyMap<number, number> = new Map();

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
      this.#measure();
      for (const run of this.#runs) this.#look(run);
      this.#options.engine.dispatcher.postpone((id) => this.#stuckForMs(id) > POSTPONE_MS);
      if (this.#runs.size > 0) this.#arm();
    });
  }

  /** The data centres that are asked and do not answer, and for how long: what nobody asks is no trouble. */
  #measure(): void {
    const { clock, engine, isScanning } = this.#options;
    const asked = new Set(engine.dispatcher.active.map(({ message }) => message.location.dcId));
    if (isScanning()) asked.add(CONTROL);
    const lost = [...asked].filter((id) => engine.dataCentres.get(id).breaker.brokenForMs > 0);
    this.#lostSince = new Map(lost.map((id) => [id, this.#lostSince.get(id) ?? clock.now()]));
  }

  #lostForMs(id: number): number {
    const { clock } = this.#options;
    return clock.now() - (this.#lostSince.get(id) ?? clock.now());
  }

  /** Lost, or not yet to be asked: Telegram may want a wait before it lets us in. */
  #stuckForMs(id: number): number {
    const { admission } = this.#options.engine.dataCentres.get(id);
    return Math.max(this.#lostForMs(id), admission.closedForMs);
  }

  #look(run: DownloadRun): void {
    const { clock, engine, minFreeBytes } = this.#options;
    const { disk, giveUpMs, roomWaitMs } = run;
    // A file that does not fit is no trouble while others, which do, are under way.
    const noRoomForMs =
      engine.dispatcher.active.length > 0 ? disk.closedForMs : Math.max(disk.closedForMs, disk.tooTightForMs);
    const lost = [...this.#lostSince.keys()].filter((id) => this.#lostForMs(id) > giveUpMs);
    if (lost.length > 0 && clock.now() - engine.dataCentres.reachedAt() > giveUpMs) {
      engine.stop(run, unreachable('Telegram', giveUpMs));
    } else if (noRoomForMs > roomWaitMs) {
      engine.stop(run, noRoom(run.outDir, disk.free ?? 0, minFreeBytes));
    } else {
      for (const id of lost) engine.giveUp(run, id, unreachable(`data centre ${id}`, giveUpMs));
    }
  }
}

export function noRoom(outDir: string, free: number, floor: number): TadError {
  const needed = floor > 0 ? `, ${byteText(floor)} must stay free` : '';
  const remedy =
    floor > 0
      ? 'free some space, choose another directory, or lower --min-free'
      : 'free some space or choose another directory';
  return new TadError(
    'disk-full',
    `no room in ${outDir}: ${byteText(free)} free${needed}`,
    `${remedy}; the next run goes on from here`,
  );
}

function unreachable(what: string, ms: number): TadError {
  const minutes = Math.round(ms / 60_000);
  return new TadError(
    'unreachable',
    `${what} could not be reached for ${minutes <= 1 ? 'a minute' : `${minutes} minutes`}`,
    'check the network; the next run goes on from here',
  );
}
