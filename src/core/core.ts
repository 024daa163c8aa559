import { registerCleanups } from './cleanups.js';
import type { CoreOptions } from './core_options.js';
import { CoreSession } from './core_session.js';
import { coreStatus } from './core_status.js';
import { Disposables } from './disposables.js';
import { AudioDownloader } from './download/audio_downloader.js';
import { LaneHolder } from './download/choose_lane.js';
import { systemClock } from './download/clock.js';
import { plannedPath } from './download/naming/planned_path.js';
import { startNativeLane } from './download/native/start_native_lane.js';
import { MemoryGate } from './download/policies/memory_gate.js';
import type { Transfer } from './download/queue/transfer.js';
import { survey } from './download/scan/survey.js';
import { StandingQueue } from './download/standing_queue.js';
import { TadError, toTadError } from './errors.js';
import type { CoreEmitter, RunSummary } from './events.js';
import type { Account, Core, CoreStatus, DownloadRequest, LoginPrompts } from './face.js';
import { type Library, openLibrary } from './library/library.js';
import { getMemoryMonitor } from './memory/index.js';
import { MemoryManager, peakRssBytes } from './performance/memory_manager.js';
import { PerformanceMonitor } from './performance/performance_monitor.js';
import { performanceSources } from './performance_sources.js';
import { Covers } from './telegram/covers.js';
import { createGateway } from './telegram/create_gateway.js';
import type { TelegramGateway } from './telegram/gateway.js';
import { tellingEmitter } from './telling_emitter.js';
import type {
  AudioKind,
  AudioMessage,
  Chat,
  ChatTarget,
  ForumTopic,
  TitlePart,
  TransferSnapshot,
} from './types.js';

const MB = 2 ** 20;

/**
 * Opens the library and gets everything ready; Telegram is not asked for anything before connect() or login().
 *
 * @throws TadError `not-writable`, `corrupt`, `usage` when the library cannot be opened or an option is wrong
 */
export function createCore(options: CoreOptions): Core {
  return new TadCore(options);
}

export type { CoreOptions } from './core_options.js';

class TadCore implements Core {
  readonly events: CoreEmitter;
  readonly library: Library;
  readonly #gateway: TelegramGateway;
  readonly #covers: Covers;
  readonly #lane: LaneHolder;
  readonly #downloader: AudioDownloader;
  readonly #standing: StandingQueue;
  readonly #memory: MemoryManager;
  readonly #performance: PerformanceMonitor;
  readonly #outDir: string;
  readonly #stack = new Disposables();
  readonly #session: CoreSession;
  #isDisposed = false;

  constructor(options: CoreOptions) {
    this.events = tellingEmitter();
    this.#session = this.#stack.use(new CoreSession(this.events, systemClock.wallNow()));
    this.#outDir = options.outDir;
    this.library = openLibrary({ file: options.libraryFile });
    this.#gateway = createGateway({ ...options, events: this.events });
    this.#covers = new Covers((message, signal) => this.#gateway.thumb(message, signal));
    this.#lane = new LaneHolder(
      options.lane ?? 'auto',
      {
        gramjs: () => this.#gateway.gramjsLane(),
        // The lane's connections are plain TCP: through a proxy everything goes over GramJS.
        ...(options.proxy === undefined && {
          native: (signal: AbortSignal) => startNativeLane(this.#gateway, options, this.events, signal),
        }),
      },
      this.events,
    );
    const monitor = getMemoryMonitor();
    if (options.budgetBytes !== undefined) monitor.setBudget(options.budgetBytes);
    const gate = new MemoryGate(systemClock);
    this.#memory = this.#stack.use(new MemoryManager({ monitor, events: this.events, gate }));
    this.#downloader = new AudioDownloader({
      gateway: this.#gateway,
      library: this.library,
      lane: () => this.#lane.get(),
      events: this.events,
      memory: gate,
      clock: systemClock,
      random: Math.random,
      idCacheSize: options.idCacheSize ?? 50_000,
      queueSize: options.queueSize ?? 500,
      maxBytesUnderWay: options.maxBytesUnderWay ?? 16 * MB,
      minFreeBytes: options.minFreeBytes ?? 512 * MB,
      giveUpMs: (options.giveUpSeconds ?? 600) * 1000,
      ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
      figures: () => this.#performance.figures(),
      peakRssBytes,
    });
    const [gateway, covers, downloader] = [this.#gateway, this.#covers, this.#downloader];
    const parts = {
      library: this.library,
      gateway,
      covers,
      downloader,
      lane: this.#lane,
      memory: this.#memory,
    };
    this.#performance = this.#stack.use(new PerformanceMonitor(this.events, performanceSources(parts)));
    this.#standing = this.#stack.use(
      new StandingQueue({
        downloader: this.#downloader,
        library: this.library,
        events: this.events,
        outDir: options.outDir,
        parallel: options.parallel ?? 4,
      }),
    );
    registerCleanups(parts, options.outDir, () => systemClock.wallNow());
    this.#listen();
  }

  async connect(signal: AbortSignal = new AbortController().signal): Promise<Account> {
    try {
      this.#session.account = await this.#gateway.connect(signal);
      return this.#session.account;
    } catch (error) {
      const failure = toTadError(error);
      if (failure.code === 'login-required') {
        this.events.emit('login.required', { reason: failure.message });
      }
      throw failure;
    }
  }

  async login(prompts: LoginPrompts, signal: AbortSignal = new AbortController().signal): Promise<Account> {
    this.#session.account = await this.#gateway.login(prompts, signal);
    this.#standing.goOn();
    return this.#session.account;
  }

  async logout(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#gateway.logout(signal);
    this.#session.account = undefined;
  }

  async chats(signal: AbortSignal = new AbortController().signal): Promise<readonly Chat[]> {
    const all: Chat[] = [];
    for await (const page of this.#gateway.chats(signal)) {
      this.library.saveChats(page);
      all.push(...page);
      this.events.emit('chat.list', { chats: [...all] });
    }
    return all;
  }

  async audioCount(
    chat: Chat,
    kinds: readonly AudioKind[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<number> {
    return this.#gateway.audioCount(chat, kinds, signal);
  }

  async topics(
    chatId: string,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly ForumTopic[]> {
    const chat = this.library.chat(chatId) ?? (await this.chats(signal)).find(({ id }) => id === chatId);
    if (!chat) throw new TadError('not-found', `no chat with the id ${chatId}`);
    return this.#gateway.topics(chat, signal);
  }

  async resolve(
    text: string,
    signal = new AbortController().signal,
    titles?: TitlePart,
  ): Promise<ChatTarget> {
    return this.#gateway.resolve(text, signal, titles);
  }

  async scan(
    target: ChatTarget,
    kinds: readonly AudioKind[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    await survey({
      gateway: this.#gateway,
      library: this.library,
      events: this.events,
      target,
      kinds,
      clock: systemClock,
      random: Math.random,
      signal,
      dataCentre: () => this.#downloader.engine.dataCentres.control,
    });
  }

  async cover(
    chatId: string,
    messageId: number,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Uint8Array | undefined> {
    const message = this.library.message(chatId, messageId);
    return message && this.#covers.read(message, signal);
  }

  plannedPath(message: AudioMessage): string {
    return plannedPath(this.library, this.#outDir, message);
  }

  async download(
    targets: readonly ChatTarget[],
    request: DownloadRequest,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<RunSummary> {
    return this.#downloader.download(targets, request, signal);
  }

  async enqueue(messages: readonly AudioMessage[]): Promise<void> {
    await this.#standing.add(messages);
  }

  notYetTaken(page: { readonly offset: number; readonly limit: number }): readonly TransferSnapshot[] {
    return this.#standing.notYetTaken(page);
  }

  placeNotYetTaken(documentId: string): number {
    return this.library.queue.placeWaiting(documentId);
  }

  pause(documentId?: string): boolean {
    if (documentId === undefined) return this.#downloader.pause();
    if (!this.#downloader.pause(documentId)) return this.library.queue.pauseWaiting(documentId);
    this.#standing.pause(documentId);
    return true;
  }

  resume(documentId?: string): boolean {
    const waited = this.#standing.resume(documentId);
    return this.#downloader.resume(documentId) || waited;
  }

  cancel(documentId?: string): boolean {
    const waited = this.#standing.cancel(documentId);
    return this.#downloader.cancel(documentId) || waited;
  }

  retry(documentId?: string): boolean {
    const over: Transfer[] = [];
    const isAny = this.#downloader.retry(documentId, (transfers) => over.push(...transfers));
    return this.#standing.retry(documentId, over) || isAny;
  }

  move(documentId: string, steps: number): boolean {
    if (!this.#downloader.move(documentId, steps)) return this.library.queue.move(documentId, steps);
    this.#standing.keepOrder();
    return true;
  }

  setRateLimit(bytesPerSecond: number | undefined): void {
    const { engine } = this.#downloader;
    engine.rateLimit.set(bytesPerSecond);
    engine.forgetSpeed();
  }

  cleanup() {
    return this.#memory.cleanup();
  }

  status(): CoreStatus {
    return coreStatus({
      session: this.#session.status(),
      downloader: this.#downloader,
      memory: this.#memory,
      performance: this.#performance,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#standing[Symbol.dispose]();
    await this.#downloader[Symbol.asyncDispose]();
    await this.#lane[Symbol.asyncDispose]();
    await this.#gateway[Symbol.asyncDispose]();
    this.#stack[Symbol.dispose]();
    this.library.close();
  }

  #listen(): void {
    this.#stack.use(
      this.#gateway.onNewAudio(({ chatId, messageId, location }) => {
        this.events.emit('audio.new', { chatId, messageId, documentId: location.documentId });
      }),
    );
  }
}
