import { basename } from 'node:path';
import { Disposables } from '../disposables.js';
import { toTadError } from '../errors.js';
import type { CoreEmitter } from '../events.js';
import type { Library } from '../library/library.js';
import type { Page } from '../library/rows.js';
import type { AudioMessage, TransferSnapshot } from '../types.js';
import type { AudioDownloader } from './audio_downloader.js';
import { plannedPath } from './naming/planned_path.js';
import { Transfer } from './queue/transfer.js';
import type { DownloadRun } from './run.js';
import type { RunRecord } from './run_record.js';

export interface StandingQueueOptions {
  readonly downloader: AudioDownloader;
  readonly library: Library;
  readonly events: CoreEmitter;
  readonly outDir: string;
  readonly parallel: number;
}

/** Rows taken from the library at a time. */
const BATCH = 50;
/** What its records in the library name as asked for. */
const TARGETS = ['queue'];

/**
 * The queue of single messages that a person put together: kept in the library, so that it outlives the process, and
 * fed from there into the downloader as fast as its bounded queue takes it.
 */
export class StandingQueue implements Disposable {
  readonly #options: StandingQueueOptions;
  readonly #abort = new AbortController();
  readonly #stack = new Disposables();
  #run: Promise<DownloadRun> | undefined;
  #opened: DownloadRun | undefined;
  #feeding: Promise<void> = Promise.resolve();
  /** Of those, how many are not done. */
  #feeds = 0;
  #record: RunRecord | undefined;
  /** While it is waited for. */
  #idle: Promise<void> | undefined;
  /** Its run ended before its time: the account was logged out, the disk was unplugged. */
  #isStopped = false;
  /** A batch that was read before one is read again. */
  #cancellations = 0;

  constructor(options: StandingQueueOptions) {
    this.#options = options;
    const { events, library, downloader } = options;
    this.#stack.use(
      events.on('transfer.failed', ({ documentId, reason }) =>
        library.queue.setState(documentId, 'failed', reason),
      ),
    );
    this.#stack.use(
      // Tried again, perhaps after its row had gone.
      events.on('transfer.queued', ({ documentId }) => {
        const transfer = downloader.engine.queue.get(documentId);
        if (!transfer) return;
        if (transfer.owner === this.#opened) {
          library.queue.add([transfer.message]);
          this.#recordUntilIdle(this.#opened);
        }
        library.queue.take(documentId);
      }),
    );
    this.#stack.use(
      events.on('transfer.skipped', ({ documentId }) => {
        // Skipped may also be a second message of a document that is under way.
        const transfer = this.#withDownloader(documentId);
        if (transfer === undefined || transfer.state === 'skipped') library.queue.remove(documentId);
      }),
    );
    this.#stack.use(
      events.on('transfer.changed', ({ documentId, state }) => {
        if (state !== 'cancelled') return;
        // What a person cancels is cancelled in the library's queue before; what is not was stopped by something else.
        library.queue.giveBack(documentId);
        if (this.#opened && !this.#opened.signal.aborted) this.#feedFrom(this.#opened);
      }),
    );
  }

  /**
   * Appends messages of chats that the library knows; those that are had already are left out. Also takes up what an
   * earlier process left, so that an empty list does just that.
   *
   * @throws TadError `not-writable`, `disk-full` when there is something to fetch and nothing can be written to the output
   *   directory
   */
  async add(messages: readonly AudioMessage[]): Promise<void> {
    const { library, downloader } = this.#options;
    if (!this.#run) library.queue.requeueInterrupted(this.#underWay().map(({ documentId }) => documentId));
    await downloader.engine.known.present(messages.map(({ location }) => location.documentId));
    library.inTransaction(() => {
      library.saveMessages(messages);
      library.queue.add(messages);
    });
    // A run keeps an eye on the disk as long as it is open: not for nothing.
    if (library.queue.next(1).length === 0) return;
    this.#run ??= this.#openRun();
    this.#feedFrom(await this.#run);
  }

  /** Of what waits in the library only, in order. */
  notYetTaken(page: Page): readonly TransferSnapshot[] {
    const { library, outDir } = this.#options;
    return library.queue.waiting(page).map((message) => {
      const { chatId, messageId, location } = message;
      const path = plannedPath(library, outDir, message);
      return {
        documentId: location.documentId,
        chatId,
        chatTitle: library.chat(chatId)?.title ?? '',
        messageId,
        state: library.queue.isPaused(location.documentId) ? 'paused' : 'queued',
        fileName: basename(path),
        path,
        bytes: 0,
        totalBytes: location.size,
        bytesPerSecond: 0,
      };
    });
  }

  /** After something stopped it: takes up what is left, if the reason is gone. */
  goOn(): void {
    if (this.#isStopped) this.#addSoon([]);
  }

  // What the person decided about single transfers, kept for the next process; the downloader carries it out in this one.

  pause(documentId: string): void {
    const transfer = this.#withDownloader(documentId);
    if (transfer && !transfer.isRepair) this.#options.library.queue.pause(transfer.message);
  }

  /** One, or all; also goes on after something stopped it. False when none was paused. */
  resume(documentId?: string): boolean {
    const isAny = this.#options.library.queue.resume(documentId);
    if (isAny || this.#isStopped) this.#addSoon([]);
    return isAny;
  }

  /** The order of what is with the downloader, as it is now. */
  keepOrder(): void {
    const kept = this.#underWay().filter(({ isRepair }) => !isRepair);
    this.#options.library.queue.arrange(kept.map(({ message }) => message));
  }

  /**
   * One message, which stays cancelled until it is asked for again; or forgets all that wait here. Those already with the downloader
   * are its own to cancel.
   */
  cancel(documentId?: string): boolean {
    const { library } = this.#options;
    this.#cancellations++;
    if (documentId !== undefined) {
      const transfer = this.#withDownloader(documentId);
      return library.queue.cancel(documentId, transfer?.isRepair ? undefined : transfer?.message);
    }
    for (;;) {
      const page = library.queue.page({ offset: 0, limit: 500 });
      if (page.length === 0) return true;
      for (const { message } of page) library.queue.remove(message.location.documentId);
    }
  }

  /**
   * What failed waits again: one message, or all, also of an earlier process.
   * @param over what failed in runs that are over
   * @returns whether there was any
   */
  retry(documentId: string | undefined, over: readonly AudioMessage[]): boolean {
    const isAny = this.#options.library.queue.requeueFailed(documentId) + over.length > 0;
    if (isAny || this.#isStopped) this.#addSoon(over);
    return isAny;
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    this.#stack[Symbol.dispose]();
  }

  #withDownloader(documentId: string): Transfer<DownloadRun> | undefined {
    const { queue, dispatcher } = this.#options.downloader.engine;
    return queue.get(documentId) ?? dispatcher.get(documentId);
  }

  #underWay(): readonly Transfer<DownloadRun>[] {
    const { queue, dispatcher } = this.#options.downloader.engine;
    return [...dispatcher.active, ...queue.values()];
  }

  #addSoon(messages: readonly AudioMessage[]): void {
    this.add(messages).catch((error: unknown) => {
      this.#options.events.emit('notice', { level: 'warning', text: toTadError(error).message });
    });
  }

  async #openRun(): Promise<DownloadRun> {
    const { downloader, outDir, parallel } = this.#options;
    try {
      const run = await downloader.openRun({
        outDir,
        parallel,
        kinds: [],
        dryRun: false,
        roomWaitSeconds: Infinity,
        giveUpSeconds: Infinity,
      });
      this.#isStopped = false;
      this.#opened = run;
      run.signal.addEventListener('abort', () => {
        this.#run = undefined;
        this.#isStopped = true;
        void run.idle().then(() => {
          this.#finishRecord();
          downloader.closeRun(run);
        });
      });
      return run;
    } catch (error) {
      this.#run = undefined;
      throw error;
    }
  }

  /** What is done from the first file until none is left, or the run is stopped, is one record in the library. */
  #recordUntilIdle(run: DownloadRun): void {
    this.#record ??= this.#options.downloader.record(run, TARGETS);
    this.#idle ??= run.idle().then(() => {
      this.#idle = undefined;
      // More is about to be taken from the library, or nothing: the end of that looks again.
      if (this.#feeds === 0) this.#finishRecord();
    });
  }

  #finishRecord(): void {
    this.#record?.finish();
    this.#record = undefined;
  }

  #feedFrom(run: DownloadRun): void {
    this.#feeds++;
    this.#feeding = this.#feeding
      .then(() => this.#feed(run))
      .then(() => {
        this.#feeds--;
        if (this.#record) this.#recordUntilIdle(run);
      });
  }

  async #feed(run: DownloadRun): Promise<void> {
    const { library, downloader, events } = this.#options;
    const { engine } = downloader;
    const signal = AbortSignal.any([this.#abort.signal, run.signal]);
    try {
      for (;;) {
        const batch = library.queue.next(BATCH);
        if (batch.length === 0) return;
        const before = this.#cancellations;
        for (const message of batch) {
          const { documentId } = message.location;
          await engine.queue.space(signal);
          if (this.#cancellations !== before) break;
          // Since the batch was read. Paused ones stay in the library: in the bounded queue they would be in the way of the others.
          if (library.queue.isPaused(documentId)) continue;
          library.queue.take(documentId);
          const other = this.#withDownloader(documentId);
          if (other && !other.owner.signal.aborted) continue;
          const chat = library.chat(message.chatId) ?? { id: message.chatId, title: '' };
          const path = engine.names.pathFor(run.outDir, chat, message);
          engine.add(new Transfer(message, chat.title, run, path));
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      events.emit('notice', { level: 'error', text: `the queue stopped: ${toTadError(error).message}` });
    }
  }
}
