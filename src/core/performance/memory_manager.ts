import { Disposables } from '../disposables.js';
import { toTadError } from '../errors.js';
import type { CoreEmitter, MemoryCleanup, MemoryFigures } from '../events.js';
import type {
  CleanupCallback,
  CleanupResult,
  CleanupStep,
  MemoryMonitor,
  MemorySample,
} from '../memory/index.js';

/** Who is told of pressure besides the events: the gate in front of new files. */
export interface PressureListener {
  warning(): void;
  critical(figures: MemoryFigures): void;
  /** @param isTight still above what a warning is given for */
  recovered(isTight: boolean): void;
}

export interface MemoryManagerOptions {
  readonly monitor: MemoryMonitor;
  readonly events: CoreEmitter;
  readonly gate: PressureListener;
}

/** Gives up what is not memory, such as files; returns the bytes. */
export type ManualStep = () => Promise<number>;

/**
 * Joins the MemoryMonitor to the core: its events become core events, what can be given up is registered with it, and
 * the gate in front of new files follows its level. From the start until disposed.
 */
export class MemoryManager implements Disposable {
  readonly #monitor: MemoryMonitor;
  readonly #stack = new Disposables();
  readonly #manual = new Map<string, ManualStep>();
  #lastCleanup: MemoryCleanup | undefined;
  #last: MemoryFigures | undefined;

  constructor({ monitor, events, gate }: MemoryManagerOptions) {
    this.#monitor = monitor;
    const listen = this.#stack;
    listen.use(
      monitor.on('memory.sample', (sample) => {
        this.#last = this.#toFigures(sample);
        events.emit('memory.sample', this.#last);
      }),
    );
    listen.use(
      monitor.on('memory.warning', (sample) => {
        gate.warning();
        events.emit('memory.warning', this.#toFigures(sample));
      }),
    );
    listen.use(
      monitor.on('memory.critical', (sample) => {
        gate.critical(this.#toFigures(sample));
        events.emit('memory.critical', this.#toFigures(sample));
      }),
    );
    listen.use(
      monitor.on('memory.recovered', (sample) => {
        // Told first, so that what starts now is seen to start after it.
        events.emit('memory.recovered', this.#toFigures(sample));
        if (sample.level !== 'critical') gate.recovered(sample.level === 'warning');
      }),
    );
    listen.use(
      monitor.on('memory.cleanup', (result) => {
        this.#lastCleanup = this.#toCleanup(result);
        events.emit('memory.cleanup', this.#lastCleanup);
      }),
    );
    // It may have been critical before anybody listened: a budget that is small for what is in use already.
    const level = monitor.check();
    if (level === 'critical') gate.critical(this.#toFigures(monitor.sample()));
    else if (level === 'warning') gate.warning();
  }

  /** As of the last clean-up of this core's life. */
  get lastCleanup(): MemoryCleanup | undefined {
    return this.#lastCleanup;
  }

  /** Has `callback` run at every clean-up; it returns the bytes that it gave up, as far as it knows. */
  register(name: string, callback: CleanupCallback): void {
    this.#stack.use(this.#monitor.registerCleanup(name, callback));
  }

  /** As of the last sample, at most a second old. */
  figures(): MemoryFigures {
    return this.#last ?? this.#toFigures(this.#monitor.sample());
  }

  /** Has `step` run when a person asks for a clean-up, and never under pressure. */
  registerManual(name: string, step: ManualStep): void {
    this.#manual.set(name, step);
  }

  /** Every callback, a collection, then the steps that only a person may ask for. Never rejects. */
  async cleanup(): Promise<MemoryCleanup> {
    const cleanup = this.#toCleanup(await this.#monitor.cleanup());
    const steps = [...cleanup.steps];
    for (const [name, step] of this.#manual) steps.push(await outcome(name, step));
    return { ...cleanup, steps };
  }

  [Symbol.dispose](): void {
    this.#stack[Symbol.dispose]();
  }

  #toFigures(sample: MemorySample): MemoryFigures {
    const { loopDelayMs, collections, ...bytes } = sample;
    const { warningBytes, criticalBytes } = this.#monitor;
    return {
      ...bytes,
      warningBytes,
      criticalBytes,
      loopDelaySeconds: loopDelayMs / 1000,
      collections: {
        minor: collections.minor,
        major: collections.major,
        seconds: collections.totalMs / 1000,
        longestSeconds: collections.longestMs / 1000,
      },
    };
  }

  #toCleanup({ reason, before, after, freedBytes, steps, seconds }: CleanupResult): MemoryCleanup {
    return {
      reason,
      before: this.#toFigures(before),
      after: this.#toFigures(after),
      freedBytes,
      steps,
      seconds,
    };
  }
}

async function outcome(name: string, step: ManualStep): Promise<CleanupStep> {
  try {
    return { name, freed: await step() };
  } catch (error) {
    return { name, freed: 0, error: toTadError(error).message };
  }
}

/** The most that this process has ever had resident, bytes. */
export function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
