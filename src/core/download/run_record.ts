import { toTadError } from '../errors.js';
import type { CoreEmitter, RunSummary } from '../events.js';
import type { Library } from '../library/library.js';
import type { Clock } from './clock.js';
import type { DownloadRun } from './run.js';

export interface RunRecordOptions {
  readonly library: Pick<Library, 'runs'>;
  readonly events: CoreEmitter;
  readonly clock: Clock;
  /** What is left in the library beside the summary. */
  readonly figures: () => unknown;
  readonly peakRssBytes: () => number;
}

/**
 * A stretch of a run's work, kept in the library: what it did from here until it is finished. A library that cannot be written costs
 * the record, which is told, and not the run.
 */
export class RunRecord {
  readonly #options: RunRecordOptions;
  readonly #run: DownloadRun;
  readonly #since;
  /** Undefined when it could not be begun. */
  readonly #id: number | undefined;

  /** @param targets what was asked for, as a person would name it */
  constructor(options: RunRecordOptions, run: DownloadRun, targets: readonly string[]) {
    this.#options = options;
    this.#run = run;
    this.#since = run.mark(options.clock.now());
    this.#id = this.#keep(() => options.library.runs.start(targets));
  }

  finish(): RunSummary {
    const { library, clock, figures, peakRssBytes } = this.#options;
    const id = this.#id;
    const summary = this.#run.summary(clock.now(), peakRssBytes(), this.#since);
    if (id !== undefined) this.#keep(() => library.runs.finish(id, summary, figures()));
    return summary;
  }

  #keep<T>(write: () => T): T | undefined {
    try {
      return write();
    } catch (error) {
      const text = `the record of this run is not kept: ${toTadError(error).message}`;
      this.#options.events.emit('notice', { level: 'warning', text });
      return undefined;
    }
  }
}
