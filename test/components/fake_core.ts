import { TadError } from '../../src/core/errors.js';
import type { RunSummary } from '../../src/core/events.js';
import type { DownloadRequest, LibraryView, MessageFilter, Track, TrackTags } from '../../src/core/face.js';
import type {
  AudioKind,
  AudioMessage,
  Chat,
  ChatTarget,
  ForumTopic,
  TransferSnapshot,
} from '../../src/core/types.js';
import { CHAT, FakeCore, transfer } from '../cli/fake_core.js';

export { CHAT, transfer } from '../cli/fake_core.js';

/** A noon, so that the day is the same in every time zone. */
const NOON = 1_763_899_200;

/** Message `n` of the chat of the tests. */
export function message(n: number, over: Partial<AudioMessage> = {}): AudioMessage {
  return {
    chatId: CHAT.id,
    messageId: n,
    date: NOON + n * 86_400,
    kind: 'music',
    mimeType: 'audio/mpeg',
    fileName: `${n}.mp3`,
    title: `Title ${n}`,
    performer: 'Someone',
    duration: 60 + n,
    location: {
      documentId: String(n),
      accessHash: '1',
      fileReference: new Uint8Array(),
      dcId: 2,
      size: 4_000_000 + n,
    },
    ...over,
  };
}

/** Track `n`: the file of message `n`. */
export function track(n: number, over: Partial<Track> = {}): Track {
  return {
    documentId: String(n),
    chatId: CHAT.id,
    chatTitle: CHAT.title,
    messageId: n,
    kind: 'music',
    path: `/music/${CHAT.title}/Someone - Title ${n}.mp3`,
    bytes: 4_000_000 + n,
    sha256: 'ab12'.repeat(16),
    mimeType: 'audio/mpeg',
    title: `Title ${n}`,
    performer: 'Someone',
    duration: 60 + n,
    messageDate: NOON + n * 86_400,
    completedAt: NOON + n * 86_400,
    ...over,
  };
}

type Page = { readonly offset: number; readonly limit: number };

/** A library of rows that the test puts there, newest last. */
export class Shelf implements LibraryView {
  seen: readonly AudioMessage[] = [];
  tracks: readonly Track[] = [];
  /** Chats of an earlier run. */
  known: readonly Chat[] = [];
  readonly queued = new Set<string>();
  readonly tagsOf = new Map<string, TrackTags>();
  /** Rows that were asked for in all. */
  read = 0;
  /** Whose tags were asked for, and with which signal. */
  readonly looked: { readonly documentId: string; readonly signal: AbortSignal | undefined }[] = [];

  search(query: string, page: Page): readonly Track[] {
    return this.#page(this.#matching(query), page);
  }

  count(query: string): number {
    return this.#matching(query).length;
  }

  track(documentId: string): Track | undefined {
    return this.tracks.find((one) => one.documentId === documentId);
  }

  async tags(documentId: string, signal?: AbortSignal): Promise<TrackTags | undefined> {
    this.looked.push({ documentId, signal });
    return this.tagsOf.get(documentId);
  }

  chats(): readonly Chat[] {
    return this.known;
  }

  chatCounts() {
    const seen = this.seen.length;
    return [{ chatId: CHAT.id, seen, have: this.tracks.length }];
  }

  messages(_chatId: string, page: Page, filter: MessageFilter = {}): readonly AudioMessage[] {
    return this.#page(this.#filtered(filter), page);
  }

  messageCount(_chatId: string, filter: MessageFilter = {}): number {
    return this.#filtered(filter).length;
  }

  message(_chatId: string, messageId: number): AudioMessage | undefined {
    return this.seen.find((one) => one.messageId === messageId);
  }

  unfetched(query: string, limit: number): readonly AudioMessage[] {
    if (query.trim() === '') return [];
    return this.#filtered({ text: query })
      .filter(({ location }) => this.track(location.documentId) === undefined)
      .slice(0, limit);
  }

  notYetTaken(): number {
    return this.queued.size;
  }

  isQueued(documentId: string): boolean {
    return this.queued.has(documentId);
  }

  #page<Row>(rows: readonly Row[], { offset, limit }: Page): readonly Row[] {
    this.read += limit;
    const end = rows.length - offset;
    return rows.slice(Math.max(0, end - limit), Math.max(0, end)).toReversed();
  }

  #matching(query: string): readonly Track[] {
    return query === '' ? this.tracks : this.tracks.filter(({ title = '' }) => has(title, query));
  }

  #filtered({ kind, text }: MessageFilter): readonly AudioMessage[] {
    if (kind === undefined && text === undefined) return this.seen;
    return this.seen.filter(
      (one) =>
        (kind === undefined || one.kind === kind) && (text === undefined || has(one.title ?? '', text)),
    );
  }
}

const has = (title: string, query: string) => title.toLowerCase().includes(query.trim().toLowerCase());

interface Scan {
  readonly chat: Chat;
  readonly kinds: readonly AudioKind[];
  readonly signal: AbortSignal | undefined;
}

/** A core without Telegram for the dashboard: the library is a {@link Shelf}, scans find what the test says. */
export class DashboardCore extends FakeCore {
  readonly shelf = new Shelf();
  readonly scans: Scan[] = [];
  readonly downloads: (readonly ChatTarget[])[] = [];
  readonly enqueued: (readonly AudioMessage[])[] = [];
  /** What a scan does before it ends. */
  scanWork: () => Promise<void> = async () => {};
  /** Covers by message, and which were asked for. */
  readonly covers = new Map<number, Uint8Array>();
  readonly coversAsked: number[] = [];
  chatList: readonly Chat[] = [CHAT];
  topicList: readonly ForumTopic[] = [];

  override get library(): LibraryView {
    return this.shelf;
  }

  override async chats(): Promise<readonly Chat[]> {
    return this.chatList;
  }

  override async topics(): Promise<readonly ForumTopic[]> {
    return this.topicList;
  }

  override async scan(
    { chat }: ChatTarget,
    kinds: readonly AudioKind[],
    signal?: AbortSignal,
  ): Promise<void> {
    this.scans.push({ chat, kinds, signal });
    await this.scanWork();
  }

  override async cover(_chatId: string, messageId: number): Promise<Uint8Array | undefined> {
    this.coversAsked.push(messageId);
    return this.covers.get(messageId);
  }

  override async download(
    targets: readonly ChatTarget[],
    ...rest: [DownloadRequest, AbortSignal?]
  ): Promise<RunSummary> {
    this.downloads.push(targets);
    return super.download(targets, ...rest);
  }

  /** What of the queue of the shelf is paused. */
  readonly pausedLater = new Set<string>();

  /** The queue of the shelf, as rows. */
  override notYetTaken({ offset, limit }: Page): readonly TransferSnapshot[] {
    return [...this.shelf.queued].slice(offset, offset + limit).map((documentId) =>
      transfer({
        documentId,
        state: this.pausedLater.has(documentId) ? 'paused' : 'queued',
        fileName: `${documentId}.mp3`,
        bytes: 0,
        bytesPerSecond: 0,
      }),
    );
  }

  override placeNotYetTaken(documentId: string): number {
    return [...this.shelf.queued].indexOf(documentId);
  }

  override async enqueue(messages: readonly AudioMessage[]): Promise<void> {
    this.enqueued.push(messages);
  }
}

export const OFFLINE = new TadError('unreachable', 'Telegram cannot be reached', 'check the connection');
