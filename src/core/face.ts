import type { ConnectionState, CoreEmitter, MemoryCleanup, MemoryFigures, RunSummary } from './events.js';
import type {
  AudioKind,
  AudioMessage,
  Chat,
  ChatTarget,
  ForumTopic,
  TitlePart,
  TransferSnapshot,
} from './types.js';

/**
 * What a face (dashboard, command, control socket) may ask of the core, and nothing else. Every wait takes an
 * AbortSignal; every failure is a TadError. Changes are told by events; `status()` is for the first paint.
 */
export interface Core extends AsyncDisposable {
  readonly events: CoreEmitter;

  /**
   * Connects and checks the session. Throws `login-required`, `session-locked`, `unreachable`, `timeout`; after the last two it
   * goes on trying, `connection.state` tells when Telegram is back, and calling this again finishes what was begun.
   */
  connect(signal?: AbortSignal): Promise<Account>;
  login(prompts: LoginPrompts, signal?: AbortSignal): Promise<Account>;
  logout(signal?: AbortSignal): Promise<void>;

  chats(signal?: AbortSignal): Promise<readonly Chat[]>;
  /** How many audio messages of these kinds the chat has, as Telegram counts them; nothing is scanned. */
  audioCount(chat: Chat, kinds: readonly AudioKind[], signal?: AbortSignal): Promise<number>;
  topics(chatId: string, signal?: AbortSignal): Promise<readonly ForumTopic[]>;
  /**
   * A title, @name, t.me link or id. Throws `not-found` (hint: the nearest titles) or `forbidden`.
   * @param titles `part` (default): a part of a title will do where it picks one chat; a notice tells which
   */
  resolve(text: string, signal?: AbortSignal, titles?: TitlePart): Promise<ChatTarget>;

  /** Brings the library up to date with a chat's audio messages, fetching no file. Progress comes as `chat.scan`. */
  scan(target: ChatTarget, kinds: readonly AudioKind[], signal?: AbortSignal): Promise<void>;
  /**
   * The cover that a message offers, JPEG, asked of Telegram at the first look; undefined when it offers none.
   * @throws TadError `unreachable`, `login-required`, `not-found`, `cancelled`, a flood wait
   */
  cover(chatId: string, messageId: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Where the message's file is or would be put, as names are taken now. */
  plannedPath(message: AudioMessage): string;

  /** Scans the targets and works the queue until it is empty. Resolves with what this run did. */
  download(
    targets: readonly ChatTarget[],
    request: DownloadRequest,
    signal?: AbortSignal,
  ): Promise<RunSummary>;
  /** Adds single messages to the queue of the running session (dashboard). */
  enqueue(messages: readonly AudioMessage[]): Promise<void>;
  /**
   * What waits in the queue and is not with the downloader yet, which takes 500 at a time: those that {@link LibraryView.notYetTaken}
   * counts, in order.
   */
  notYetTaken(page: { readonly offset: number; readonly limit: number }): readonly TransferSnapshot[];
  /** Which of these a document is, from 0; -1 when it is none of them. Grows with the place: 2 ms for the 100,000th. */
  placeNotYetTaken(documentId: string): number;

  /**
   * Each acts on one transfer (document id) or, without an id, on all. False when there is none of which this could be asked:
   * the id is not known, or what it names is not under way (nor, for `retry`, failed or cancelled).
   */
  pause(documentId?: string): boolean;
  resume(documentId?: string): boolean;
  cancel(documentId?: string): boolean;
  retry(documentId?: string): boolean;
  /** Moves a queued transfer by `steps` (negative: earlier). False when none of that id waits. */
  move(documentId: string, steps: number): boolean;

  /** Bytes per second over all transfers; undefined lifts the limit. */
  setRateLimit(bytesPerSecond: number | undefined): void;

  /** Runs every clean-up callback and a real garbage collection, now. */
  cleanup(): Promise<MemoryCleanup>;

  status(): CoreStatus;
  readonly library: LibraryView;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly username?: string;
  readonly phone?: string;
  readonly premium: boolean;
}

/** How a login asks the person. A refused answer asks again with `problem` set, as long as Telegram allows. */
export interface LoginPrompts {
  readonly method: 'phone' | 'qr';
  phone(problem?: string): Promise<string>;
  code(info: { readonly sentTo: string; readonly length?: number }, problem?: string): Promise<string>;
  password(hint: string | undefined, problem?: string): Promise<string>;
  /** Shows a fresh tg://login?token=… link; called again whenever it changes. */
  qr?(link: string, expires: number): void;
  /** Telegram asks to wait before the next attempt. */
  wait?(seconds: number): void;
}

export interface DownloadRequest {
  /** Absolute directory under which files are placed. */
  readonly outDir: string;
  readonly kinds: readonly AudioKind[];
  /** Newest N matching messages per target; all when absent. */
  readonly limit?: number;
  /** Files of more than 1 MB at once. Up to eight smaller ones share a place, unless there is but one. */
  readonly parallel: number;
  /**
   * Fetch what the library has already, over what is on disk: only the parts that are not as they should be, where hashes can
   * tell. A file stays as it is, and so does its row, until it is whole again.
   */
  readonly repair?: boolean;
  /** It goes on with what an earlier run began: what was cancelled or paused of that stays so. */
  readonly goesOn?: boolean;
  /** Report what would be fetched and fetch nothing. */
  readonly dryRun: boolean;
  /**
   * Seconds to wait for room on the disk (visibly, going on by itself) before the run ends with `disk-full`; 60 when
   * absent, Infinity waits for ever.
   */
  readonly roomWaitSeconds?: number;
  /**
   * Seconds without reaching Telegram (visibly trying all the while) before the run ends with `unreachable`; what the core was
   * opened with when absent, Infinity never gives up.
   */
  readonly giveUpSeconds?: number;
}

export interface CacheFigures {
  readonly name: string;
  readonly size: number;
  readonly capacity: number;
  readonly hits: number;
  readonly misses: number;
}

export interface PoolFigures {
  readonly name: string;
  readonly inUse: number;
  readonly idle: number;
  readonly capacity: number;
  readonly waiting: number;
}

export interface CoreStatus {
  readonly account?: Account;
  readonly connection: ConnectionState;
  readonly dcId?: number;
  /** Unix seconds. */
  readonly startedAt: number;
  /** Those under way, then the first that wait, then the latest that ended. */
  readonly transfers: readonly TransferSnapshot[];
  /** Files under way, whatever they wait for. */
  readonly underWay: number;
  /** With the downloader, behind those. */
  readonly queued: number;
  readonly completed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly bytes: number;
  /** Of all transfers together, over the last seconds; 0 while all are paused. */
  readonly bytesPerSecond: number;
  /** As {@link Speed.isSteady}. */
  readonly isSteady: boolean;
  readonly paused: boolean;
  readonly rateLimit?: number;
  /** Unix seconds. */
  readonly floodUntil?: number;
  readonly memory: MemoryFigures;
  readonly lastCleanup?: MemoryCleanup;
  readonly caches: readonly CacheFigures[];
  readonly pools: readonly PoolFigures[];
  /** What the PerformanceMonitor has over the life of this process. */
  readonly performance?: PerformanceFigures;
}

/** What was learned about one data centre. */
export interface DataCentreFigures {
  readonly id: number;
  /** Requests under way, and how many may be at once as things are. */
  readonly underWay: number;
  readonly depth: number;
  /** How long an answer is waited for now, seconds. */
  readonly deadlineSeconds: number;
  /** Requests per second since a flood wait; absent while unlimited. */
  readonly pace?: number;
  readonly floodWaits: number;
}

/** Over the life of the process; kept in the library per run. Sizes in bytes, durations in seconds. */
export interface PerformanceFigures {
  readonly uptimeSeconds: number;
  readonly cpuSeconds: number;
  readonly completed: number;
  readonly skipped: number;
  readonly failed: number;
  /** completed / (completed + failed); 1 while nothing was tried. */
  readonly successRate: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly peakBytesPerSecond: number;
  readonly floodWaits: number;
  readonly floodSeconds: number;
  readonly memoryWarnings: number;
  readonly memoryCriticals: number;
  readonly cleanups: number;
  readonly peakRssBytes: number;
  readonly memory: MemoryFigures;
  readonly diskFreeBytes?: number;
  readonly dataCentres: readonly DataCentreFigures[];
  readonly caches: readonly CacheFigures[];
  readonly pools: readonly PoolFigures[];
}

/** A file in the library. */
export interface Track {
  readonly documentId: string;
  readonly chatId: string;
  readonly chatTitle: string;
  readonly messageId: number;
  readonly kind: AudioKind;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mimeType: string;
  readonly title?: string;
  readonly performer?: string;
  readonly duration?: number;
  readonly messageDate: number;
  readonly completedAt: number;
}

/** What is read from a file's own tags, only when somebody looks at it. */
export interface TrackTags {
  readonly title?: string;
  readonly artist?: string;
  readonly album?: string;
  readonly year?: number;
  readonly trackNumber?: number;
  readonly genre?: string;
  readonly codec?: string;
  readonly bitrate?: number;
  readonly sampleRate?: number;
  readonly cover?: { readonly mimeType: string; readonly data: Uint8Array };
}

export interface ChatCounts {
  readonly chatId: string;
  /** Audio messages seen in scans. */
  readonly seen: number;
  /** Of these, in the library. */
  readonly have: number;
}

/** Which of a chat's messages are meant: all of them when empty. */
export interface MessageFilter {
  readonly kind?: AudioKind;
  /** Words that title, performer or file name must have, each of which may be cut short. */
  readonly text?: string;
}

/** Read access to the library for the faces. Synchronous calls are indexed look-ups of one page. */
export interface LibraryView {
  /** All that were ever listed or scanned: pinned first, then by newest message. */
  chats(): readonly Chat[];
  search(query: string, page: { readonly offset: number; readonly limit: number }): readonly Track[];
  count(query: string): number;
  track(documentId: string): Track | undefined;
  tags(documentId: string, signal?: AbortSignal): Promise<TrackTags | undefined>;
  chatCounts(): readonly ChatCounts[];
  /** Newest first. With a text, the time it takes grows with the matches: 100,000 of them cost about 0.1 s. */
  messages(
    chatId: string,
    page: { readonly offset: number; readonly limit: number },
    filter?: MessageFilter,
  ): readonly AudioMessage[];
  messageCount(chatId: string, filter?: MessageFilter): number;
  message(chatId: string, messageId: number): AudioMessage | undefined;
  /**
   * Messages of any chat that match and whose file is not in the library, at most `limit`, from among the first 20,000
   * matches; none when there is no word in the query.
   */
  unfetched(query: string, limit: number): readonly AudioMessage[];
  /** Whether the document waits in the queue that outlives the process. */
  isQueued(documentId: string): boolean;
  /** How many of these are not with the downloader yet, which takes 500 at a time. 100,000 of them cost 1 ms. */
  notYetTaken(): number;
}
