import { TadError } from '../../src/core/errors.js';
import {
  type ConnectionState,
  createCoreEmitter,
  type MemoryCleanup,
  type MemoryFigures,
  type RunSummary,
} from '../../src/core/events.js';
import type {
  Account,
  Core,
  CoreStatus,
  DownloadRequest,
  LibraryView,
  LoginPrompts,
} from '../../src/core/face.js';
import type { AudioMessage, Chat, ChatTarget, ForumTopic, TransferSnapshot } from '../../src/core/types.js';

export const ACCOUNT: Account = { id: '7', name: 'Ada Demo', username: 'ada', premium: false };

export const CHAT: Chat = {
  id: '-1001',
  kind: 'channel',
  title: 'Night Music',
  username: 'nightmusic',
  accessHash: '123',
  folders: ['Music'],
  pinned: true,
};

export const MEMORY: MemoryFigures = {
  rssBytes: 100_000_000,
  heapUsedBytes: 40_000_000,
  externalBytes: 20_000_000,
  arrayBufferBytes: 10_000_000,
  budgetBytes: 512_000_000,
  usedBytes: 90_000_000,
  retainedBytes: 10_000_000,
  limitBytes: 1_000_000_000,
  loopDelaySeconds: 0.012,
  collections: { minor: 120, major: 3, seconds: 0.25, longestSeconds: 0.04 },
  level: 'normal',
};

export function transfer(changes: Partial<TransferSnapshot> = {}): TransferSnapshot {
  return {
    documentId: '42',
    chatId: CHAT.id,
    chatTitle: CHAT.title,
    messageId: 5,
    state: 'active',
    fileName: 'Song.mp3',
    path: '/music/Song.mp3',
    bytes: 500_000,
    totalBytes: 1_000_000,
    bytesPerSecond: 250_000,
    ...changes,
  };
}

export const SUMMARY: RunSummary = {
  completed: 1,
  skipped: 2,
  failed: 0,
  bytes: 1_000_000,
  seconds: 4,
  bytesPerSecond: 250_000,
  peakRssBytes: 99_000_000,
};

/** A core without Telegram: what the faces ask of it is written down, what it does is set by the test. */
export class FakeCore implements Core {
  readonly events = createCoreEmitter();
  readonly asked: string[] = [];
  loggedIn = true;
  disposed = false;
  transfers: TransferSnapshot[] = [];
  connection: ConnectionState = 'online';
  request: DownloadRequest | undefined;
  /** What a download does before it ends. */
  work: (core: FakeCore, signal: AbortSignal | undefined) => Promise<RunSummary> = async () => SUMMARY;
  /** What a login asks. */
  dialogue: (prompts: LoginPrompts) => Promise<void> = async () => {};

  async connect(): Promise<Account> {
    this.asked.push('connect');
    if (!this.loggedIn) throw new TadError('login-required', 'not logged in', 'Run: tad login');
    return ACCOUNT;
  }

  async login(prompts: LoginPrompts): Promise<Account> {
    await this.dialogue(prompts);
    this.loggedIn = true;
    return ACCOUNT;
  }

  async logout(): Promise<void> {
    this.asked.push('logout');
    this.loggedIn = false;
  }

  async chats(): Promise<readonly Chat[]> {
    return [CHAT, { ...CHAT, id: '9', kind: 'user', title: 'Bob', folders: [], pinned: false }];
  }

  /** What Telegram counts in each chat, by its id. */
  counts = new Map<string, number>();

  async audioCount(chat: Chat): Promise<number> {
    return this.counts.get(chat.id) ?? 0;
  }

  async topics(): Promise<readonly ForumTopic[]> {
    return [];
  }

  async resolve(...[text, , titles]: Parameters<Core['resolve']>): Promise<ChatTarget> {
    if (titles !== 'whole' && CHAT.title.includes(text)) return { chat: CHAT };
    if (text === CHAT.title || text === CHAT.id) return { chat: CHAT };
    throw new TadError('not-found', `no chat '${text}'`, 'Did you mean Night Music?');
  }

  async scan(..._: Parameters<Core['scan']>): Promise<void> {}

  async cover(..._: Parameters<Core['cover']>): Promise<Uint8Array | undefined> {
    return undefined;
  }

  plannedPath(message: AudioMessage): string {
    return `/music/${message.fileName ?? message.messageId}`;
  }

  async download(
    _: readonly ChatTarget[],
    request: DownloadRequest,
    signal?: AbortSignal,
  ): Promise<RunSummary> {
    this.request = request;
    const summary = await this.work(this, signal);
    this.events.emit('run.summary', summary);
    return summary;
  }

  async enqueue(..._: Parameters<Core['enqueue']>): Promise<void> {}

  notYetTaken(..._: Parameters<Core['notYetTaken']>): readonly TransferSnapshot[] {
    return [];
  }

  placeNotYetTaken(_documentId: string): number {
    return -1;
  }

  pause(id?: string): boolean {
    return this.#ask('pause', id);
  }

  resume(id?: string): boolean {
    return this.#ask('resume', id);
  }

  cancel(id?: string): boolean {
    return this.#ask('cancel', id);
  }

  retry(id?: string): boolean {
    return this.#ask('retry', id);
  }

  move(id: string, steps: number): boolean {
    return this.#ask('move', id, ` ${steps}`);
  }

  #ask(verb: string, id = 'all', more = ''): boolean {
    if (id !== 'all' && !this.transfers.some(({ documentId }) => documentId === id)) return false;
    this.asked.push(`${verb} ${id}${more}`);
    return true;
  }

  setRateLimit(bytesPerSecond: number | undefined): void {
    this.asked.push(`limit ${bytesPerSecond ?? 'none'}`);
  }

  async cleanup(): Promise<MemoryCleanup> {
    return {
      reason: 'manual',
      before: MEMORY,
      after: { ...MEMORY, rssBytes: 80_000_000, usedBytes: 70_000_000 },
      freedBytes: 20_000_000,
      steps: [
        { name: 'ids', freed: 12 },
        { name: 'covers', freed: 0, error: 'broken' },
      ],
      seconds: 0.05,
    };
  }

  status(): CoreStatus {
    return {
      account: ACCOUNT,
      connection: this.connection,
      startedAt: 0,
      transfers: this.transfers,
      underWay: 1,
      queued: 3,
      completed: 8,
      skipped: 1,
      failed: 2,
      bytes: 12_000_000,
      bytesPerSecond: 1_500_000,
      isSteady: true,
      paused: false,
      memory: MEMORY,
      caches: [{ name: 'known ids', size: 10, capacity: 50_000, hits: 3, misses: 1 }],
      pools: [{ name: 'parts', inUse: 2, idle: 6, capacity: 8, waiting: 0 }],
    };
  }

  get library(): LibraryView {
    throw new Error('not needed here');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }
}
