import { type TadError, toTadError } from '../../core/errors.js';
import type { CoreEmitter } from '../../core/events.js';
import type { Core, MessageFilter } from '../../core/face.js';
import type { AudioKind, AudioMessage, Chat, TransferState } from '../../core/types.js';
import type { Frames } from '../frame_clock.js';
import { type ChatLook, FRESH_CHAT_LOOK } from '../list_looks.js';
import { ThrottledStore } from '../store.js';
import { mirrored, PagedRows, type Sliceable } from './paged_rows.js';
import type { TransfersStore } from './transfers_store.js';

/** By date; any other order would have SQLite sort the whole chat for each page. */
export type MessageOrder = 'newest' | 'oldest';

export interface MessagesView {
  readonly rows: Sliceable<AudioMessage>;
  /** How many rows there are. */
  readonly count: number;
  /** How many there would be without a filter. */
  readonly total: number;
  readonly filter: MessageFilter;
  readonly order: MessageOrder;
  /** Messages looked at so far by the scan that is under way. */
  readonly scanning: number | undefined;
  readonly problem: TadError | undefined;
  readonly topics: ReadonlyMap<number, string>;
}

/** How a message's file stands. */
export type FileState =
  | 'have'
  | 'missing'
  | Extract<TransferState, 'queued' | 'active' | 'paused' | 'waiting' | 'failed'>;

interface MessagesState {
  filter: MessageFilter;
  order: MessageOrder;
  /** Scans under way. */
  scans: number;
  scanned: number;
  problem: TadError | undefined;
  topics: ReadonlyMap<number, string>;
}

/** The audio messages of one chat: what the library has of them, while a scan brings it up to date. */
export class MessagesStore extends ThrottledStore<MessagesView> {
  readonly #core: Core;
  readonly #chat: Chat;
  readonly #transfers: Pick<TransfersStore, 'find'>;
  readonly #state: MessagesState;
  readonly #scannedKinds = new Set<AudioKind>();

  /** @param look how the list was left, where that is known */
  constructor(
    core: Core,
    chat: Chat,
    transfers: Pick<TransfersStore, 'find'>,
    frames: Frames,
    { text, kind, order }: Pick<ChatLook, 'text' | 'kind' | 'order'> = FRESH_CHAT_LOOK,
  ) {
    const state: MessagesState = {
      filter: { ...(kind !== undefined && { kind }), ...(text !== '' && { text }) },
      order,
      scans: 0,
      scanned: 0,
      problem: undefined,
      topics: new Map(),
    };
    super(() => view(core, chat.id, state), frames);
    this.#core = core;
    this.#chat = chat;
    this.#transfers = transfers;
    this.#state = state;
  }

  follow(events: CoreEmitter): Disposable {
    return events.on('chat.scan', ({ chatId, scanned }) => {
      if (chatId !== this.#chat.id) return;
      this.#state.scanned = scanned;
      this.changed();
    });
  }

  /** Brings the library up to date; what goes wrong ends up in the view, not with the caller. */
  async scan(kinds: readonly AudioKind[], signal: AbortSignal): Promise<void> {
    for (const kind of kinds) this.#scannedKinds.add(kind);
    const state = this.#state;
    state.scans++;
    state.scanned = 0;
    state.problem = undefined;
    this.changed(true);
    try {
      await Promise.all([
        this.#core.scan({ chat: this.#chat }, kinds, signal),
        this.#chat.kind === 'forum' && this.#nameTopics(signal),
      ]);
    } catch (error) {
      const problem = toTadError(error);
      if (problem.code !== 'cancelled') state.problem = problem;
      for (const kind of kinds) this.#scannedKinds.delete(kind);
    }
    state.scans--;
    this.changed(true);
  }

  /** A kind that no scan has looked for yet is looked for. */
  setKind(kind: AudioKind | undefined, signal: AbortSignal): void {
    const { text } = this.#state.filter;
    this.#state.filter = { ...(text !== undefined && { text }), ...(kind !== undefined && { kind }) };
    this.changed(true);
    if (kind !== undefined && !this.#scannedKinds.has(kind)) void this.scan([kind], signal);
  }

  setText(text: string): void {
    const { kind } = this.#state.filter;
    this.#state.filter = { ...(kind !== undefined && { kind }), ...(text !== '' && { text }) };
    // A search over very many messages takes longer than a key.
    this.asked();
  }

  setOrder(order: MessageOrder): void {
    this.#state.order = order;
    this.changed(true);
  }

  /** Two look-ups in the library at most. */
  stateOf({ location: { documentId } }: AudioMessage): FileState {
    const transfer = this.#transfers.find(documentId)?.state;
    if (transfer === 'completed') return 'have';
    if (transfer !== undefined && transfer !== 'cancelled' && transfer !== 'skipped') return transfer;
    const { library } = this.#core;
    if (library.track(documentId) !== undefined) return 'have';
    return library.isQueued(documentId) ? 'queued' : 'missing';
  }

  plannedPath(message: AudioMessage): string {
    return this.#core.plannedPath(message);
  }

  /** All rows of the list as it is filtered now, newest first, a batch at a time. */
  *batches(size: number): Generator<readonly AudioMessage[], void, undefined> {
    const { filter } = this.#state;
    for (let offset = 0; ; offset += size) {
      const batch = this.#core.library.messages(this.#chat.id, { offset, limit: size }, filter);
      if (batch.length > 0) yield batch;
      if (batch.length < size) return;
    }
  }

  async #nameTopics(signal: AbortSignal): Promise<void> {
    const topics = await this.#core.topics(this.#chat.id, signal);
    this.#state.topics = new Map(topics.map(({ id, title }) => [id, title]));
    this.changed();
  }
}

function view({ library }: Core, chatId: string, state: MessagesState): MessagesView {
  const { filter, order, scans, scanned, problem, topics } = state;
  const count = library.messageCount(chatId, filter);
  const read = (page: { offset: number; limit: number }) => library.messages(chatId, page, filter);
  return {
    rows: new PagedRows(order === 'newest' ? read : mirrored(read, count)),
    count,
    total: library.messageCount(chatId),
    filter,
    order,
    scanning: scans > 0 ? scanned : undefined,
    problem,
    topics,
  };
}
