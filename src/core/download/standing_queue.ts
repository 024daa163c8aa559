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
import { StandingRun } from './standing_run.js';

export interface StandingQueueOptions {
  readonly downloader: AudioDownloader;
  readonly library: Library;
  readonly events: CoreEmitter;
  /** Where files go that are asked for now; what was asked for before goes where it was asked for. */
  readonly outDir: string;
  readonly parallel: number;
}

/** Rows taken from the library at a time. */
const BATCH = 50;

/**
 * The queue of single messages that a person put together: kept in the library, so that it outlives the process, and
 * fed from there into the downloader as fast as its bounded queue takes it.
 */
export class StandingQueue implements Disposable {
  readonly #options: StandingQueueOptions;
  readonly #abort = new AbortController();
  readonly #stack = new Disposables();
  /** By the directory into which it fetches. */
  readonly #runs = new Map<string, Promise<StandingRun>>();
  readonly #opened = new Map<DownloadRun, StandingRun>();
  #feeding: Promise<void> = Promise.resolve();
  /** Of those, how many are not done. */
  #feeds = 0;
  /** Directories whose run ended before its time or could not begin: the account was logged out, the disk was unplugged. */
  readonly #stopped = new Set<string>();
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
        const { owner, message } = transfer;
        const standing = this.#opened.get(owner);
        if (standing) {
          library.queue.add([message], owner.outDir);
          standing.recordUntilIdle();
        }
        library.queue.take(documentId, owner.outDir);
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
        if (this.#opened.size > 0) this.#feedSoon();
      }),
    );
  }

  /**
   * Appends messages of chats that the library knows; those that are had already are left out. An empty list takes up what an
   * earlier process left, each file into the directory that it was asked for.
   *
   * @throws TadError `not-writable`, `disk-full` when there is something to fetch and nothing can be written to a directory; the
   *   others go on
   */
  async add(messages: readonly AudioMessage[], outDir: string = this.#options.outDir): Promise<void> {
    const { library, downloader } = this.#options;
    if (this.#runs.size === 0)
      library.queue.requeueInterrupted(this.#underWay().map(({ documentId }) => documentId));
    await downloader.engine.known.present(messages.map(({ location }) => location.documentId));
    library.inTransaction(() => {
      library.saveMessages(messages);
      library.queue.add(messages, outDir);
    });
    // A run keeps an eye on the disk as long as it is open: not for nothing.
    const left = new Set(library.queue.directories().map((each) => each ?? this.#options.outDir));
    const meant = messages.length === 0 ? left : left.intersection(new Set([outDir]));
    const begun = await Promise.allSettled([...meant].map((each) => this.#runInto(each)));
    if (begun.some(({ status }) => status === 'fulfilled')) this.#feedSoon();
    for (const each of begun) if (each.status === 'rejected') throw each.reason;
  }

  /** Of what waits in the library only, in order. */
  notYetTaken(page: Page): readonly TransferSnapshot[] {
    const { library, outDir: usual } = this.#options;
    return library.queue.waiting(page).map(({ message, outDir = usual }) => {
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
    if (this.#stopped.size > 0) this.#addSoon([]);
  }

  // What the person decided about single transfers, kept for the next process; the downloader carries it out in this one.

  pause(documentId: string): void {
    const transfer = this.#withDownloader(documentId);
    if (transfer && !transfer.isRepair)
      this.#options.library.queue.pause(transfer.message, transfer.owner.outDir);
  }

  /** One, or all; also goes on after something stopped it. False when none was paused. */
  resume(documentId?: string): boolean {
    const isAny = this.#options.library.queue.resume(documentId);
    if (isAny || this.#stopped.size > 0) this.#addSoon([]);
    return isAny;
  }

  /** The order of what is with the downloader, as it is now. */
  keepOrder(): void {
    const kept = this.#underWay().filter(({ isRepair }) => !isRepair);
    this.#options.library.queue.arrange(
      kept.map(({ message, owner }) => ({ message, outDir: owner.outDir })),
    );
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
  retry(documentId: string | undefined, over: readonly Transfer[]): boolean {
    const isAny = this.#options.library.queue.requeueFailed(documentId) > 0;
    for (const [outDir, own] of Map.groupBy(over, ({ owner }) => owner.outDir))
      this.#addSoon(
        own.map(({ message }) => message),
        outDir,
      );
    if (isAny || this.#stopped.size > 0) this.#addSoon([]);
    return isAny || over.length > 0;
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

  #addSoon(messages: readonly AudioMessage[], outDir?: string): void {
    this.add(messages, outDir).catch((error: unknown) => {
      this.#options.events.emit('notice', { level: 'warning', text: toTadError(error).message });
    });
  }

  #runInto(outDir: string): Promise<StandingRun> {
    const known = this.#runs.get(outDir);
    if (known) return known;
    const run = this.#openRun(outDir);
    this.#runs.set(outDir, run);
    return run;
  }

  async #openRun(outDir: string): Promise<StandingRun> {
    const { downloader, parallel, events } = this.#options;
    try {
      const run = await downloader.openRun({
        outDir,
        parallel,
        kinds: [],
        dryRun: false,
        roomWaitSeconds: Infinity,
        giveUpSeconds: Infinity,
      });
      // Nothing is to appear without a word where the person did not just say.
      if (outDir !== this.#options.outDir)
        events.emit('notice', { level: 'info', text: `files asked for before go on into ${outDir}` });
      this.#stopped.delete(outDir);
      const standing = new StandingRun(run, downloader, () => this.#feeds > 0);
      this.#opened.set(run, standing);
      run.signal.addEventListener('abort', () => {
        this.#runs.delete(outDir);
        this.#stopped.add(outDir);
        void run.idle().then(() => {
          this.#opened.delete(run);
          standing.finishRecord();
          downloader.closeRun(run);
        });
      });
      return standing;
    } catch (error) {
      this.#runs.delete(outDir);
      this.#stopped.add(outDir);
      throw error;
    }
  }

  #feedSoon(): void {
    this.#feeds++;
    this.#feeding = this.#feeding
      .then(() => this.#feed())
      .then(() => {
        this.#feeds--;
        for (const standing of this.#opened.values()) standing.lookAgain();
      });
  }

  async #feed(): Promise<void> {
    const { library, downloader, events, outDir: usual } = this.#options;
    const { engine } = downloader;
    const { signal } = this.#abort;
    try {
      for (;;) {
        const open = [...this.#opened.keys()].filter((run) => !run.signal.aborted);
        const live = new Map(open.map((run) => [run.outDir, run]));
        const outDirs = [...live.keys(), ...(live.has(usual) ? [undefined] : [])];
        const batch = library.queue.next(BATCH, outDirs);
        if (batch.length === 0) return;
        const before = this.#cancellations;
        for (const { message, outDir = usual } of batch) {
          const { documentId } = message.location;
          await engine.queue.space(signal);
          const run = live.get(outDir);
          if (run === undefined || run.signal.aborted) break;
          if (this.#cancellations !== before) break;
          // Since the batch was read. Paused ones stay in the library: in the bounded queue they would be in the way of the others.
          if (library.queue.isPaused(documentId)) continue;
          const other = this.#withDownloader(documentId);
          const isTaken = other !== undefined && !other.owner.signal.aborted;
          library.queue.take(documentId, isTaken ? other.owner.outDir : outDir);
          if (isTaken) continue;
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
