import type { CoreEmitter, MemoryCleanup, MemoryFigures } from '../events.js';
import type { CleanupCallback, CleanupResult, MemoryMonitor, MemorySample } from '../memory/index.js';

/** Who is told of pressure besides the events: the gate in front of new files. */
export interface PressureListener {
  critical(figures: MemoryFigures): void;
  recovered(): void;
}

export interface MemoryManagerOptions {
  readonly monitor: MemoryMonitor;
  readonly events: CoreEmitter;
  readonly gate: PressureListener;
}

function toFigures(sample: MemorySample): MemoryFigures {
  const { rssBytes, heapUsedBytes, externalBytes, arrayBufferBytes, budgetBytes, level } = sample;
  return { rssBytes, heapUsedBytes, externalBytes, arrayBufferBytes, budgetBytes, level };
}

function toCleanup(result: CleanupResult): MemoryCleanup {
  const { reason, freedBytes, steps, seconds } = result;
  return {
    reason,
    before: toFigures(result.before),
    after: toFigures(result.after),
    freedBytes,
    steps,
    seconds,
  };
}

/**
 * Joins the MemoryMonitor to the core: its events become core events, what can be given up is registered with it, and
 * the gate in front of new files follows its level. From the start until disposed.
 */
export class MemoryManager implements Disposable {
  readonly #monitor: MemoryMonitor;
  readonly #stack = new DisposableStack();
  #lastCleanup: MemoryCleanup | undefined;
  #last: MemoryFigures | undefined;

  constructor({ monitor, events, gate }: MemoryManagerOptions) {
    this.#monitor = monitor;
    const listen = this.#stack;
    listen.use(
      monitor.on('memory.sample', (sample) => {
        this.#last = toFigures(sample);
        events.emit('memory.sample', this.#last);
      }),
    );
    listen.use(monitor.on('memory.warning', (sample) => events.emit('memory.warning', toFigures(sample))));
    listen.use(
      monitor.on('memory.critical', (sample) => {
        gate.critical(toFigures(sample));
        events.emit('memory.critical', toFigures(sample));
      }),
    );
    listen.use(
      monitor.on('memory.recovered', (sample) => {
        if (sample.level !== 'critical') gate.recovered();
        events.emit('memory.recovered', toFigures(sample));
      }),
    );
    listen.use(
      monitor.on('memory.cleanup', (result) => {
        this.#lastCleanup = toCleanup(result);
        events.emit('memory.cleanup', this.#lastCleanup);
      }),
    );
    // It may have been critical before anybody listened: a budget that is small for what is in use already.
    if (monitor.check() === 'critical') gate.critical(toFigures(monitor.sample()));
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
    return this.#last ?? toFigures(this.#monitor.sample());
  }

  async cleanup(): Promise<MemoryCleanup> {
    return toCleanup(await this.#monitor.cleanup());
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
  }
}

/** The most that this process has ever had resident, bytes. */
export function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
