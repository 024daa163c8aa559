import { basename } from 'node:path';
import { TadError, toTadError } from '../../errors.js';
import type { CoreEmitter } from '../../events.js';
import type { DownloadRequest, Track } from '../../face.js';
import type { Library } from '../../library/library.js';
import { MemoryEfficientSet } from '../../memory/memory_efficient_set.js';
import type { TelegramGateway } from '../../telegram/gateway.js';
import type { AudioMessage, ChatTarget, TransferSnapshot } from '../../types.js';
import type { Clock } from '../clock.js';
import type { DownloadEngine } from '../engine.js';
import { TransferNames } from '../naming/transfer_names.js';
import { StallWatchdog } from '../policies/stall_watchdog.js';
import { Transfer } from '../queue/transfer.js';
import type { DownloadRun } from '../run.js';
import { scanTarget } from './chat_scan.js';

export interface RunScanOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly gateway: Pick<TelegramGateway, 'scan'>;
  readonly library: Library;
  readonly events: CoreEmitter;
  readonly engine: DownloadEngine;
  readonly run: DownloadRun;
  readonly request: DownloadRequest;
  /** Ends the scans without ending the transfers. */
  readonly signal: AbortSignal;
}

/** Chats scanned at once: enough to feed several data centres, little enough to stay polite. */
const CHATS_AT_ONCE = 3;
const PAGE = 100;
const REMEMBERED_IDS = 50_000;
/** With the watchdog's tick of a second, nothing is silent for more than five. */
const SILENT_MS = 4_000;

/** Errors that concern the account, the machine or the network rather than the one chat. */
const ENDS_THE_RUN: ReadonlySet<TadError['code']> = new Set([
  'login-required',
  'login-refused',
  'session-locked',
  'unreachable',
  'timeout',
  'disk-full',
  'not-writable',
  'cancelled',
]);

/** From the targets of a run to transfers in the queue: scan, leave out what is had, wait for room, add. */
export class RunScan {
  readonly #options: RunScanOptions;
  /** Documents seen in this run; an evicted one is found in the queue or in the library. */
  readonly #seen = MemoryEfficientSet.ofIds(REMEMBERED_IDS);
  readonly #watchdog: StallWatchdog<string>;
  /** A dry run promises names to nobody but itself. */
  readonly #names: TransferNames;

  constructor(options: RunScanOptions) {
    this.#options = options;
    this.#names = options.request.dryRun ? new TransferNames(options.library) : options.engine.names;
    this.#watchdog = new StallWatchdog(options.clock, SILENT_MS, (title, ms) =>
      options.events.emit('notice', {
        level: 'info',
        text: `${title}: no answer to the scan for ${Math.round(ms / 1000)} s, still trying`,
      }),
    );
  }

  /**
   * Scans all targets. A chat that cannot be read is told and left out.
   * @returns the failures of single chats
   * @throws TadError what concerns all of them
   */
  async scanAll(targets: readonly ChatTarget[]): Promise<readonly TadError[]> {
    const failures: TadError[] = [];
    const left = targets.values();
    const worker = async () => {
      for (const target of left) {
        try {
          await this.#scanOne(target);
        } catch (error) {
          const failure = toTadError(error);
          if (ENDS_THE_RUN.has(failure.code)) throw failure;
          failures.push(failure);
          this.#options.events.emit('notice', {
            level: 'error',
            text: `${target.chat.title}: ${failure.message}`,
            ...(failure.hint === undefined ? {} : { detail: failure.hint }),
          });
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(CHATS_AT_ONCE, targets.length) }, worker));
    } finally {
      this.#watchdog[Symbol.dispose]();
    }
    return failures;
  }

  async #scanOne(target: ChatTarget): Promise<void> {
    const { clock, random, gateway, library, engine, request, signal, events } = this.#options;
    const { chat } = target;
    let scanned = 0;
    let matched = 0;
    let total: number | undefined;
    let isWhole = false;
    const tell = (done: boolean) =>
      events.emit('chat.scan', {
        chatId: chat.id,
        chatTitle: chat.title,
        scanned,
        matched,
        ...(total === undefined ? {} : { total }),
        done,
        ...(done && !isWhole && { incomplete: true }),
      });
    library.saveChats([chat]);
    this.#watchdog.alive(chat.title);
    const pages = scanTarget({
      gateway,
      library,
      target,
      kinds: request.kinds,
      pageSize: PAGE,
      ...(request.limit === undefined ? {} : { limit: request.limit }),
      persist: {
        clock,
        random,
        signal,
        dataCentre: () => engine.dataCentres.control,
        isAnswer: true,
        onWaiting: ({ reason }) => {
          this.#watchdog.alive(chat.title);
          events.emit('notice', { level: 'info', text: `${chat.title}: the scan waits: ${reason}` });
        },
      },
      onPage: (page) => {
        this.#watchdog.alive(chat.title);
        scanned += page.looked;
        if (page.total !== undefined) total = Math.max(total ?? 0, page.total);
      },
    });
    try {
      for await (const page of pages) {
        matched += page.length;
        this.#watchdog.forget(chat.title);
        await this.#admit(target, page);
        tell(false);
        this.#watchdog.alive(chat.title);
      }
      isWhole = true;
      // A repair tells of its own what is still broken.
      if (target.messageId !== undefined && matched === 0 && !request.repair) {
        throw new TadError(
          'not-found',
          `message ${target.messageId} has no audio or does not exist`,
          `looked for: ${request.kinds.join(', ')}`,
        );
      }
    } finally {
      // Also of a scan that broke: whoever shows it as under way must hear that it is not.
      this.#watchdog.forget(chat.title);
      tell(true);
    }
  }

  async #admit(target: ChatTarget, found: readonly AudioMessage[]): Promise<void> {
    const { request, library } = this.#options;
    if (request.repair) return this.#admitRepairs(target, found);
    // What was paused waits in the library's queue, which fetches it when it is resumed.
    const page = request.goesOn
      ? found.filter(({ location: { documentId } }) => {
          return !library.queue.isCancelled(documentId) && !library.queue.isPaused(documentId);
        })
      : found;
    const present = await this.#options.engine.known.present(page.map(({ location }) => location.documentId));
    const paths = this.#pathsFor(
      target,
      page.filter(({ location: { documentId } }) => !present.has(documentId) && !this.#seen.has(documentId)),
    );
    try {
      for (const message of page) await this.#admitOne(target, message, present, paths);
    } finally {
      // Of what turned out to be no new transfer, or was not reached: others may have these names.
      for (const path of paths.values()) this.#names.release(path);
    }
  }

  async #admitOne(
    target: ChatTarget,
    message: AudioMessage,
    present: ReadonlyMap<string, Track>,
    paths: Map<string, string>,
  ): Promise<void> {
    const { engine, run, signal, request, events, clock } = this.#options;
    const { documentId } = message.location;
    const track = present.get(documentId);
    if (track) return this.#skip(target, message, track.path, 'already in the library', track);
    const other = engine.queue.get(documentId) ?? engine.dispatcher.get(documentId);
    if ((other && !other.owner.signal.aborted) || !this.#seen.add(documentId)) {
      const path = other?.path ?? engine.finished.get(documentId)?.path ?? run.outDir;
      return this.#skip(target, message, path, 'the same file as another message');
    }
    const path = paths.get(documentId) ?? this.#names.pathFor(run.outDir, target.chat, message);
    const transfer = new Transfer(message, target.chat.title, run, path);
    if (request.dryRun) {
      events.emit('transfer.queued', transfer.snapshot(clock.now()));
    } else {
      await engine.queue.space(signal);
      engine.add(transfer);
    }
    paths.delete(documentId);
  }

  /** Only what the library has: a message that was edited may carry another file by now. */
  async #admitRepairs(target: ChatTarget, page: readonly AudioMessage[]): Promise<void> {
    const { engine, library, run, signal } = this.#options;
    for (const message of page) {
      const { documentId } = message.location;
      const track = library.track(documentId);
      if (!track || engine.queue.get(documentId) || engine.dispatcher.get(documentId)) continue;
      await engine.queue.space(signal);
      engine.add(new Transfer(message, target.chat.title, run, track.path, true));
    }
  }

  /** One snapshot of the library for all names of a page. */
  #pathsFor(target: ChatTarget, messages: readonly AudioMessage[]): Map<string, string> {
    const { engine, run, library } = this.#options;
    const paths = new Map<string, string>();
    if (messages.length === 0) return paths;
    library.inReadTransaction(() => {
      for (const message of messages) {
        const { documentId } = message.location;
        if (paths.has(documentId) || engine.queue.get(documentId) || engine.dispatcher.get(documentId))
          continue;
        paths.set(documentId, this.#names.pathFor(run.outDir, target.chat, message));
      }
    });
    return paths;
  }

  #skip(target: ChatTarget, message: AudioMessage, path: string, reason: string, track?: Track): void {
    const { events, run } = this.#options;
    run.skipped++;
    const snapshot: TransferSnapshot = {
      documentId: message.location.documentId,
      chatId: message.chatId,
      chatTitle: target.chat.title,
      messageId: message.messageId,
      state: 'skipped',
      fileName: basename(path),
      path,
      bytes: track?.bytes ?? 0,
      totalBytes: message.location.size,
      bytesPerSecond: 0,
      reason,
      ...(track ? { sha256: track.sha256 } : {}),
    };
    events.emit('transfer.skipped', snapshot);
  }
}
