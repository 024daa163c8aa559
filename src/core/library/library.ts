import type { PartRecord } from '../download/lane.js';
import type { CacheFigures, LibraryView, MessageFilter, Track, TrackTags } from '../face.js';
import type { AudioMessage, Chat, FileLocation } from '../types.js';
import { ChatStore } from './chat_store.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { GroupCommit } from './group_commit.js';
import { MessageList } from './message_list.js';
import { MessageStore } from './message_store.js';
import { QueryCache } from './query_cache.js';
import { QueueStore } from './queue_store.js';
import type { Page } from './rows.js';
import { RunStore } from './run_store.js';
import { ScanStore } from './scan_store.js';
import { type ChatTotals, type LibraryTotals, SearchStore } from './search_store.js';
import { TagReader } from './tag_reader.js';
import { type CompletedTransfer, TrackStore } from './track_store.js';
import { type BegunTransfer, TransferStore, type UnfinishedTransfer } from './transfer_store.js';

export interface LibraryOptions extends ConnectionOptions {
  readonly clock?: { /** Milliseconds since 1970. */ wallNow(): number };
}

/**
 * Opens the library, making or migrating it as needed.
 * @throws TadError `not-writable`, `disk-full`, `corrupt`, `session-locked` (busy), `usage` (made by a newer
 * tad, or another program's file). Every method of {@link Library} may throw the first four; ids that are
 * not decimal integers of 64 bits are refused with `usage`.
 */
export function openLibrary(options: LibraryOptions): Library {
  return new Library(options);
}

/** Query results kept: a few searches being typed and the totals. */
const KEPT_QUERIES = 256;

/**
 * What tad knows and has: chats, audio messages, tracks, work begun, runs. Synchronous: every call is an
 * indexed look-up or one short transaction (costs: docs/library.md). "Had" is a document with a track.
 */
export class Library implements LibraryView, Disposable {
  /** The queue that outlives the process. */
  readonly queue: QueueStore;
  /** What was asked of the downloader, and what came of it. */
  readonly runs: RunStore;
  /** How far each chat was scanned. */
  readonly scans: ScanStore;

  readonly #connection: Connection;
  readonly #chats: ChatStore;
  readonly #messages: MessageStore;
  readonly #messageList: MessageList;
  readonly #tracks: TrackStore;
  readonly #transfers: TransferStore;
  readonly #search: SearchStore;
  readonly #queries: QueryCache;
  readonly #shared: GroupCommit;
  readonly #tags = new TagReader();

  constructor({ clock, ...options }: LibraryOptions) {
    const connection = new Connection(options);
    const now = (): number => Math.floor((clock?.wallNow() ?? Date.now()) / 1000);
    this.#connection = connection;
    this.#shared = new GroupCommit(connection);
    this.#queries = new QueryCache(() => connection.generation(), KEPT_QUERIES);
    this.#chats = new ChatStore(connection);
    this.#messages = new MessageStore(connection);
    this.#messageList = new MessageList(connection, this.#queries);
    this.#tracks = new TrackStore(connection, now);
    this.#transfers = new TransferStore(connection, now);
    this.scans = new ScanStore(connection, now);
    this.runs = new RunStore(connection, now);
    this.queue = new QueueStore(connection);
    this.#search = new SearchStore(connection, this.#queries);
  }

  // Chats and messages

  /** Inserts or updates; a chat must be saved before its messages. */
  saveChats(chats: readonly Chat[]): void {
    this.#chats.save(chats);
  }

  /** Pinned first, then by newest message. */
  chats(): readonly Chat[] {
    return this.#chats.all();
  }

  chat(id: string): Chat | undefined {
    return this.#chats.one(id);
  }

  /** One page of a scan, in one transaction. Returns how many of them were new. */
  saveMessages(page: readonly AudioMessage[]): number {
    return this.#messages.save(page);
  }

  message(chatId: string, messageId: number): AudioMessage | undefined {
    return this.#messages.one(chatId, messageId);
  }

  messages(chatId: string, page: Page, filter: MessageFilter = {}): readonly AudioMessage[] {
    return this.#messageList.page(chatId, page, filter);
  }

  /** The newest `limit` messages with a lower id, newest first: for walking down a whole chat. */
  messagesBelow(chatId: string, messageId: number, limit: number): readonly AudioMessage[] {
    return this.#messages.below(chatId, messageId, limit);
  }

  messageCount(chatId: string, filter: MessageFilter = {}): number {
    return this.#messageList.count(chatId, filter) ?? this.#search.chatCount(chatId)?.seen ?? 0;
  }

  /** After a file reference was refreshed or the file turned out to live on another data centre. */
  updateLocation(documentId: string, location: FileLocation): void {
    this.#messages.relocate({ ...location, documentId });
  }

  /** One snapshot for the look-ups in `work`, which must be synchronous: half the cost for a page of a scan. */
  inReadTransaction<T>(work: () => T): T {
    return this.#connection.read(work);
  }

  /** All that `work` writes, or nothing of it. Synchronous; may be nested. */
  inTransaction<T>(work: () => T): T {
    return this.#connection.write(work);
  }

  /**
   * As {@link inTransaction}, at the end of this turn of the event loop and together with all else that is asked for in
   * it: for the many small writes of files under way. Resolves when it is committed.
   */
  inSharedTransaction<T>(work: () => T): Promise<T> {
    return this.#shared.write(work);
  }

  // Transfers and their parts

  /** Remembers the chosen path for a resume. Parts of another part file or size are dropped. */
  beginTransfer(transfer: BegunTransfer): void {
    this.#transfers.begin(transfer);
  }

  /** The path that was chosen for an unfinished transfer. */
  transferPath(documentId: string): string | undefined {
    return this.#transfers.path(documentId);
  }

  /** Whether another document than `exceptFor` has or will have this path, in any case or Unicode form. */
  pathTaken(path: string, exceptFor?: string): boolean {
    return [this.#tracks.pathOwner(path), this.#transfers.pathOwner(path)].some(
      (owner) => owner !== undefined && owner !== exceptFor,
    );
  }

  recordPart(documentId: string, part: PartRecord): void {
    this.#transfers.savePart(documentId, part);
  }

  /** By offset. */
  parts(documentId: string): readonly PartRecord[] {
    return this.#transfers.parts(documentId);
  }

  clearParts(documentId: string): void {
    this.#transfers.clearParts(documentId);
  }

  /** Keeps the transfer and its parts: it can be resumed. */
  failTransfer(documentId: string, reason: string): void {
    this.#transfers.fail(documentId, reason);
  }

  /** Gives a transfer up for good: its path is free again. The part file is the caller's to delete. */
  dropTransfer(documentId: string): void {
    this.#transfers.remove(documentId);
  }

  /** Oldest first. */
  unfinishedTransfers(): readonly UnfinishedTransfer[] {
    return this.#transfers.unfinished();
  }

  /** In one transaction: the track in; the transfer, its parts and its place in the queue out. */
  completeTransfer(done: CompletedTransfer): void {
    this.#connection.write(() => {
      this.#transfers.remove(done.documentId);
      this.queue.remove(done.documentId);
      this.#tracks.put(done);
    });
    this.#tags.forget(done.documentId);
  }

  // Tracks

  isCompleted(documentId: string): boolean {
    return this.#tracks.has(documentId);
  }

  /** Document ids of the last `limit` tracks, newest last: to fill a cache before {@link isCompleted}. */
  completedIds(limit: number): Iterable<string> {
    return this.#tracks.recentIds(limit);
  }

  /** Differs after another process has written to the library, and only then. */
  foreignVersion(): number {
    return this.#connection.foreignVersion();
  }

  /** Its file is gone: the document counts as not had. False for an unknown one. */
  forgetTrack(documentId: string): boolean {
    this.#tags.forget(documentId);
    return this.#tracks.remove(documentId);
  }

  /** Whether any track lies in this directory or below it. */
  hasTracksIn(directory: string): boolean {
    return this.#tracks.anyIn(directory);
  }

  track(documentId: string): Track | undefined {
    return this.#tracks.one(documentId);
  }

  /** Every track, oldest first, in batches; the library may be written while this is iterated. */
  tracks(): Iterable<Track> {
    return this.#tracks.all();
  }

  async tags(documentId: string, signal?: AbortSignal): Promise<TrackTags | undefined> {
    const track = this.track(documentId);
    return track && this.#tags.read(documentId, track.path, signal);
  }

  // Search and counts

  search(query: string, page: Page): readonly Track[] {
    return this.#search.tracks(query, page);
  }

  count(query: string): number {
    return this.#search.count(query);
  }

  unfetched(query: string, limit: number): readonly AudioMessage[] {
    return this.#search.unfetched(query, limit);
  }

  isQueued(documentId: string): boolean {
    return this.queue.waits(documentId);
  }

  notYetTaken(): number {
    return this.queue.notYetTaken();
  }

  chatCounts(): readonly ChatTotals[] {
    return this.#search.chatCounts();
  }

  totals(): LibraryTotals {
    return this.#search.totals();
  }

  // Upkeep

  caches(): readonly CacheFigures[] {
    return [this.#queries.figures(), this.#tags.figures()];
  }

  /** For the MemoryMonitor: drops cached counts, tags and pages. Returns about how many bytes of cached results went. */
  trim(): number {
    this.#connection.shrink();
    return this.#queries.clear() + this.#tags.clear();
  }

  /** What is wrong with the file, one line each; empty when it is sound. Reads all of it. */
  problems(): readonly string[] {
    return this.#connection.problems();
  }

  /** Writes what waits for its turn, moves the log into the file and closes it. Calling it again does nothing. */
  close(): void {
    this.#shared.flush();
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
