import { type TadError, toTadError } from '../../core/errors.js';
import type { CoreEmitter } from '../../core/events.js';
import type { ChatCounts, Core } from '../../core/face.js';
import type { Chat } from '../../core/types.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';

export interface ChatRow {
  readonly chat: Chat;
  readonly counts: ChatCounts | undefined;
  /** A scan of this chat is under way: messages looked at so far. */
  readonly scanning: number | undefined;
  /** Audio messages that came since the dashboard was opened. */
  readonly fresh: number;
}

export interface ChatsView {
  readonly rows: readonly ChatRow[];
  readonly isLoading: boolean;
  readonly problem: TadError | undefined;
}

interface ChatsState {
  chats: readonly Chat[];
  isLoading: boolean;
  problem: TadError | undefined;
  readonly scanning: Map<string, number>;
  readonly fresh: Map<string, number>;
}

/** The account's chats with what the library knows of each. */
export class ChatsStore extends ThrottledStore<ChatsView> {
  readonly #core: Core;
  readonly #state: ChatsState;

  constructor(core: Core, frames: Frames) {
    const state: ChatsState = {
      chats: [],
      isLoading: true,
      problem: undefined,
      scanning: new Map(),
      fresh: new Map(),
    };
    super(() => view(core, state), frames);
    this.#core = core;
    this.#state = state;
  }

  /** Asks Telegram for the list; failures end up in the view, not with the caller. */
  async load(signal: AbortSignal): Promise<void> {
    this.#state.isLoading = true;
    this.#state.problem = undefined;
    this.changed(true);
    try {
      this.#state.chats = await this.#core.chats(signal);
    } catch (error) {
      const problem = toTadError(error);
      if (problem.code !== 'cancelled') this.#state.problem = problem;
    }
    this.#state.isLoading = false;
    this.changed(true);
  }

  follow(events: CoreEmitter): Disposable {
    const { scanning, fresh } = this.#state;
    return events.onAny((event) => {
      switch (event.name) {
        case 'chat.list':
          this.#state.chats = event.payload.chats;
          this.changed();
          return;
        case 'chat.scan':
          if (event.payload.done) scanning.delete(event.payload.chatId);
          else scanning.set(event.payload.chatId, event.payload.scanned);
          this.changed();
          return;
        case 'audio.new':
          fresh.set(event.payload.chatId, (fresh.get(event.payload.chatId) ?? 0) + 1);
          this.changed();
          return;
        case 'transfer.completed':
          this.changed();
          return;
        default:
          return;
      }
    });
  }
}

function view(core: Core, { chats, isLoading, problem, scanning, fresh }: ChatsState): ChatsView {
  const counts = new Map(core.library.chatCounts().map((count) => [count.chatId, count]));
  const rows = chats.map((chat) => ({
    chat,
    counts: counts.get(chat.id),
    scanning: scanning.get(chat.id),
    fresh: fresh.get(chat.id) ?? 0,
  }));
  return { rows, isLoading, problem };
}
