import { CleanupSchedule } from './cleanup_schedule.js';
import { type CleanupCallback, CleanupSteps } from './cleanup_steps.js';
import { collectGarbage } from './collector.js';
import { Demand } from './demand.js';
import { containerLimit, defaultBudget, type ThresholdOptions, Thresholds } from './memory_budget.js';
import type {
  CleanupResult,
  CleanupStep,
  CollectionFigures,
  MemoryEvents,
  MemoryLevel,
  MemoryReading,
  MemorySample,
} from './memory_figures.js';
import { RetainedEstimate, trackedBytes } from './retained.js';
import { type RuntimeWatch, watchRuntime } from './runtime_watch.js';
import { createSampler, type MemorySampler } from './sampler.js';
import { systemTimers, type Timers } from './timers.js';
import { type AnyEvent, type ListenerErrorHandler, TypedEmitter } from './typed_emitter.js';

export interface MemoryMonitorOptions extends Partial<ThresholdOptions> {
  /** Default: 512 MiB, or three quarters of the container's limit when that is lower. */
  readonly budgetBytes?: number;
  /** Time between samples; default 1000. */
  readonly intervalMs?: number;
  /** Least time between two clean-ups for the same level; default 10,000. */
  readonly coolDownMs?: number;
  /** How long one clean-up callback is waited for; default 2000. */
  readonly callbackTimeoutMs?: number;
  readonly onListenerError?: ListenerErrorHandler;
  /** The outside world; replaced in tests. */
  readonly sampler?: MemorySampler;
  readonly timers?: Timers;
  readonly collect?: () => void;
  readonly limitBytes?: number;
}

const LEVEL_ORDER: Readonly<Record<MemoryLevel, number>> = { normal: 0, warning: 1, critical: 2 };
const NO_COLLECTIONS: CollectionFigures = { minor: 0, major: 0, totalMs: 0, longestMs: 0 };
/** A clean-up that frees less than this share of the budget has achieved nothing. */
const PROGRESS_SHARE = 0.01;

/**
 * Keeps a process inside a memory budget: samples, tells how things stand, and cleans up under pressure.
 *
 * It samples while somebody listens, waits or has registered a clean-up callback; otherwise it has no timer and costs
 * nothing. Only a clean-up under way keeps the process alive. Defaults: warning at 0.75 of the budget, critical at 0.9, hysteresis 0.05.
 */
export class MemoryMonitor extends TypedEmitter<MemoryEvents> implements Disposable {
  readonly #sampler: MemorySampler;
  readonly #timers: Timers;
  readonly #collect: () => void;
  readonly #limit: number | undefined;
  readonly #thresholdOptions: ThresholdOptions;
  readonly #intervalMs: number;
  readonly #steps: CleanupSteps;
  readonly #schedule: CleanupSchedule;
  readonly #retained = new RetainedEstimate();
  readonly #sampling = new Demand(() => this.#timers.every(this.#intervalMs, () => this.#tick()));
  readonly #watching = new Demand(() => this.#startWatch());
  readonly #end = new AbortController();
  #thresholds: Thresholds;
  #level: MemoryLevel = 'normal';
  #watch: RuntimeWatch | undefined;
  #cleaning: Promise<CleanupResult> | undefined;

  /** @throws RangeError for thresholds that make no sense */
  constructor(options: MemoryMonitorOptions = {}) {
    super(options.onListenerError);
    this.#sampler = options.sampler ?? createSampler();
    this.#timers = options.timers ?? systemTimers;
    this.#collect = options.collect ?? collectGarbage;
    this.#limit = options.limitBytes ?? containerLimit();
    this.#thresholdOptions = {
      warning: options.warning ?? 0.75,
      critical: options.critical ?? 0.9,
      hysteresis: options.hysteresis ?? 0.05,
    };
    this.#thresholds = new Thresholds(
      options.budgetBytes ?? defaultBudget(this.#limit),
      this.#thresholdOptions,
    );
    this.#intervalMs = options.intervalMs ?? 1000;
    this.#steps = new CleanupSteps(this.#timers, options.callbackTimeoutMs ?? 2000);
    this.#schedule = new CleanupSchedule(options.coolDownMs ?? 10_000);
  }

  /** Whether it was disposed: it then has no figures to give. */
  get disposed(): boolean {
    return this.#end.signal.aborted;
  }

  /** As of the last sample or check. */
  get level(): MemoryLevel {
    return this.#level;
  }

  get budgetBytes(): number {
    return this.#thresholds.budget;
  }

  /** Where the levels begin, bytes. */
  get warningBytes(): number {
    return this.#thresholds.warning;
  }

  get criticalBytes(): number {
    return this.#thresholds.critical;
  }

  /**
   * Changes the budget; thresholds given as fractions move with it.
   * @throws RangeError for thresholds that make no sense with this budget; Error when disposed
   */
  setBudget(bytes: number): void {
    this.#thresholds = new Thresholds(bytes, this.#thresholdOptions);
    this.check();
  }

  override on<Name extends keyof MemoryEvents>(
    name: Name,
    listener: (payload: MemoryEvents[Name]) => void,
  ): Disposable {
    return this.#heard(super.on(name, listener));
  }

  override onAny(listener: (event: AnyEvent<MemoryEvents>) => void): Disposable {
    return this.#heard(super.onAny(listener));
  }

  /** Has `callback` run at every clean-up until the result is disposed. */
  registerCleanup(name: string, callback: CleanupCallback): Disposable {
    return this.#sampling.during(this.#steps.add(name, callback));
  }

  /** Reads all figures now (about 14 us), judges them, and tells the listeners. @throws Error when disposed */
  sample(): MemorySample {
    const sample = this.#judge(this.#read());
    this.emit('memory.sample', sample);
    return sample;
  }

  /** The level as of now, about 2 us on Linux: for the doors of hot paths. @throws Error when disposed */
  check(): MemoryLevel {
    const reading = this.#read();
    if (this.#nextLevel(reading) !== this.#level) this.#judge(reading);
    return this.#level;
  }

  /**
   * Resolves when the level is below critical, at once when it is so now.
   * @throws the signal's reason; Error when disposed, before or meanwhile
   */
  async relieved(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.check() !== 'critical') return;
    const end = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal;
    end.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(end.reason);
    end.addEventListener('abort', abort, { once: true });
    const subscription = this.on('memory.recovered', () => resolve());
    try {
      await promise;
    } finally {
      subscription[Symbol.dispose]();
      end.removeEventListener('abort', abort);
    }
  }

  /**
   * Runs the callbacks one by one and a full collection, and tells what each freed. Calls during a clean-up get the result
   * of that one. Rejects only when disposed before; when disposed meanwhile, the result lacks the collection.
   */
  cleanup(): Promise<CleanupResult> {
    return this.#cleanup('manual');
  }

  /** Stops sampling for good, refuses whoever waits, and closes what it holds open. A second time it does nothing. */
  [Symbol.dispose](): void {
    if (this.disposed) return;
    this.#end.abort(new Error('the memory monitor is disposed'));
    this.#sampling.end();
    this.#watching.end();
    this.#sampler[Symbol.dispose]();
  }

  #cleanup(reason: CleanupResult['reason']): Promise<CleanupResult> {
    this.#cleaning ??= this.#runCleanup(reason).finally(() => {
      this.#cleaning = undefined;
    });
    return this.#cleaning;
  }

  async #runCleanup(reason: CleanupResult['reason']): Promise<CleanupResult> {
    const started = this.#timers.now();
    const level = this.#level;
    const before = this.#judge(this.#read());
    const steps = await this.#steps.run();
    // Disposed meanwhile: nothing can be measured any more, and nobody is to be told.
    if (this.disposed) return this.#result(reason, before, before, steps, started);
    const reported = steps.reduce((sum, step) => sum + step.freed, 0);
    steps.push(this.#collectionStep());
    const reading = this.#read();
    this.#retained.learn(before, reading, reported);
    const after = this.#judge(reading);
    const progressed = before.usedBytes - after.usedBytes >= this.budgetBytes * PROGRESS_SHARE;
    this.#schedule.done(level, this.#timers.now(), progressed);
    const result = this.#result(reason, before, after, steps, started);
    this.emit('memory.cleanup', result);
    return result;
  }

  #result(
    reason: CleanupResult['reason'],
    before: MemorySample,
    after: MemorySample,
    steps: readonly CleanupStep[],
    started: number,
  ): CleanupResult {
    return {
      reason,
      before,
      after,
      freedBytes: before.rssBytes - after.rssBytes,
      releasedBytes: trackedBytes(before) - trackedBytes(after),
      steps,
      seconds: (this.#timers.now() - started) / 1000,
    };
  }

  #collectionStep(): CleanupStep {
    const before = trackedBytes(this.#read());
    try {
      this.#collect();
    } catch (error) {
      return { name: 'collection', freed: 0, error: error instanceof Error ? error.message : String(error) };
    }
    return { name: 'collection', freed: Math.max(0, before - trackedBytes(this.#read())) };
  }

  #tick(): void {
    if (this.listenerCount('memory.sample') > 0) this.sample();
    else this.check();
    if (!this.disposed && !this.#cleaning && this.#schedule.isDue(this.#level, this.#timers.now())) {
      void this.#cleanup('pressure');
    }
  }

  #read(): MemoryReading {
    this.#end.signal.throwIfAborted();
    return this.#sampler.read();
  }

  #nextLevel(reading: MemoryReading): MemoryLevel {
    return this.#thresholds.next(this.#level, reading.rssBytes - this.#retained.at(reading));
  }

  /** Makes a sample of a reading, and tells when the level changed. */
  #judge(reading: MemoryReading): MemorySample {
    const level = this.#nextLevel(reading);
    const retainedBytes = this.#retained.at(reading);
    const sample: MemorySample = {
      ...reading,
      arrayBufferBytes: this.#sampler.arrayBufferBytes(),
      budgetBytes: this.budgetBytes,
      level,
      usedBytes: reading.rssBytes - retainedBytes,
      retainedBytes,
      ...(this.#limit === undefined ? {} : { limitBytes: this.#limit }),
      loopDelayMs: this.#watch?.takeLoopDelayMs() ?? 0,
      collections: this.#watch?.collections() ?? NO_COLLECTIONS,
    };
    const previous = this.#level;
    if (level === previous) return sample;
    this.#level = level;
    if (level === 'normal') this.#schedule.relax();
    if (LEVEL_ORDER[level] < LEVEL_ORDER[previous]) this.emit('memory.recovered', sample);
    else this.emit(level === 'critical' ? 'memory.critical' : 'memory.warning', sample);
    return sample;
  }

  /** A listener needs samples, and what only listeners see. */
  #heard(subscription: Disposable): Disposable {
    return this.#watching.during(this.#sampling.during(subscription));
  }

  #startWatch(): Disposable {
    const watch = watchRuntime();
    this.#watch = watch;
    return {
      [Symbol.dispose]: () => {
        watch[Symbol.dispose]();
        this.#watch = undefined;
      },
    };
  }
}
