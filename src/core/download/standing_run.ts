import type { AudioDownloader } from './audio_downloader.js';
import type { DownloadRun } from './run.js';
import type { RunRecord } from './run_record.js';

/** What its records in the library name as asked for. */
const TARGETS = ['queue'];

/** The standing queue's run into one directory, with the record that the library keeps of each stretch of its work. */
export class StandingRun {
  readonly #run: DownloadRun;
  readonly #downloader: Pick<AudioDownloader, 'record'>;
  readonly #isFed: () => boolean;
  #record: RunRecord | undefined;
  /** While it is waited for. */
  #idle: Promise<void> | undefined;

  /** @param isFed more is about to be taken from the library, or nothing: the end of that looks again */
  constructor(run: DownloadRun, downloader: Pick<AudioDownloader, 'record'>, isFed: () => boolean) {
    this.#run = run;
    this.#downloader = downloader;
    this.#isFed = isFed;
  }

  /** What is done from the first file until none is left, or the run is stopped, is one record. */
  recordUntilIdle(): void {
    this.#record ??= this.#downloader.record(this.#run, TARGETS);
    this.#idle ??= this.#run.idle().then(() => {
      this.#idle = undefined;
      if (!this.#isFed()) this.finishRecord();
    });
  }

  /** After nothing more was to be taken. */
  lookAgain(): void {
    if (this.#record) this.recordUntilIdle();
  }

  finishRecord(): void {
    this.#record?.finish();
    this.#record = undefined;
  }
}
