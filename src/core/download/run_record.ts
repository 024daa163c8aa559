import type { RunSummary } from '../events.js';
import type { Library } from '../library/library.js';
import type { Clock } from './clock.js';
import type { DownloadRun } from './run.js';

export interface RunRecordOptions {
  readonly library: Pick<Library, 'startRun' | 'finishRun'>;
  readonly clock: Clock;
  /** What is left in the library beside the summary. */
  readonly figures: () => unknown;
  readonly peakRssBytes: () => number;
}

/** A stretch of a run's work, kept in the library: what it did from here until it is finished. */
export class RunRecord {
  readonly #options: RunRecordOptions;
  readonly #run: DownloadRun;
  readonly #since;
  readonly #id: number;

  /** @param targets what was asked for, as a person would name it */
  constructor(options: RunRecordOptions, run: DownloadRun, targets: readonly string[]) {
    this.#options = options;
    this.#run = run;
    this.#since = run.mark(options.clock.now());
    this.#id = options.library.startRun(targets);
  }

  finish(): RunSummary {
    const { library, clock, figures, peakRssBytes } = this.#options;
    const summary = this.#run.summary(clock.now(), peakRssBytes(), this.#since);
    library.finishRun(this.#id, summary, figures());
    return summary;
  }
}
