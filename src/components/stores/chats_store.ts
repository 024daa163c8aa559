import { type ErrorCode, type TadError, toTadError } from '../../core/errors.js';
import type { CoreEmitter } from '../../core/events.js';
import type { ChatCounts, Core } from '../../core/face.js';
import type { AudioKind, Chat } from '../../core/types.js';
import { type Frames, type FrameTimer, systemTimer } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';

export interface ChatRow {
  readonly chat: Chat;
  readonly counts: ChatCounts | undefined;
  /** A scan of this chat is under way: messages looked at so far. */
  readonly scanning: number | undefined;
  /** Audio messages that came since the dashboard was opened. */
  readonly fresh: number;
  /** Audio messages in all, as far as Telegram or a scan has told. */
  readonly total: number | undefined;
  /** Telegram has been asked since the dashboard opened, so that `total` is not what an old scan saw. */
  readonly isCounted: boolean;
  /** It was asked and did not answer. */
  readonly isUncountable: boolean;
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
  /** As Telegram counts them. */
  readonly totals: Map<string, number>;
  /** Those of which the count could not be had. */
  readonly uncountable: Set<string>;
}

/** What may be another time. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['unreachable', 'timeout', 'server']);
/** Until the list is asked for again; twice as long each time. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

/** The account's chats with what the library knows of each. */
export class ChatsStore extends ThrottledStore<ChatsView> {
  readonly #core: Core;
  readonly #state: ChatsState;
  /** Chats to be counted, one request at a time. */
  #uncounted: readonly Chat[] = [];
  #isCounting = false;
  #isAsking = false;
  readonly #asked = new Set<string>();
  readonly #timer: FrameTimer;
  /** In a row. */
  #failures = 0;
  #stopWaiting: (() => void) | undefined;

  constructor(core: Core, frames: Frames, timer: FrameTimer = systemTimer) {
    const state: ChatsState = {
      // As an earlier run saw them, until Telegram answers.
      chats: core.library.chats(),
      isLoading: true,
      problem: undefined,
      scanning: new Map(),
      fresh: new Map(),
      totals: new Map(),
      uncountable: new Set(),
    };
    super(() => view(core, state), frames);
    this.#core = core;
    this.#state = state;
    this.#timer = timer;
  }

  /**
   * Asks Telegram for the list, after it has connected where that was not possible before; failures end up in the view, not with
   * the caller. Where Telegram is connected and yet gave no answer, it is asked again after a while; that it is back where it was
   * not connected, whoever calls this is told by `connection.state`.
   */
  async load(signal: AbortSignal): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#stopWaiting?.();
    this.#state.isLoading = true;
    this.#state.problem = undefined;
    this.#asked.clear();
    this.#state.uncountable.clear();
    this.changed(true);
    try {
      if (this.#core.status().account === undefined) await this.#core.connect(signal);
      this.#state.chats = await this.#core.chats(signal);
      this.#failures = 0;
    } catch (error) {
      const problem = toTadError(error);
      if (problem.code !== 'cancelled') this.#state.problem = problem;
      if (PASSING.has(problem.code) && this.#core.status().connection === 'online') this.#askLater(signal);
    }
    this.#state.isLoading = false;
    this.#isAsking = false;
    this.changed(true);
  }

  override [Symbol.dispose](): void {
    this.#stopWaiting?.();
    super[Symbol.dispose]();
  }

  #askLater(signal: AbortSignal): void {
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    this.#stopWaiting = this.#timer.after(wait, () => void this.load(signal));
  }

  /**
   * Asks Telegram how much audio these chats have, where that is not known yet: those that are on the screen, the first first.
   * What was asked for before and is no longer there is given up. A count that cannot be had is only shown as unknown. Nothing is
   * asked before the list is there.
   */
  async count(chats: readonly Chat[], kinds: readonly AudioKind[], signal: AbortSignal): Promise<void> {
    if (this.#state.isLoading || this.#state.problem !== undefined) return;
    this.#uncounted = chats.filter(({ id }) => !this.#asked.has(id));
    if (this.#isCounting) return;
    this.#isCounting = true;
    for (let [chat] = this.#uncounted; chat && !signal.aborted; [chat] = this.#uncounted) {
      const { id } = chat;
      this.#asked.add(id);
      const total = await this.#core.audioCount(chat, kinds, signal).catch(() => undefined);
      if (total !== undefined) this.#state.totals.set(id, total);
      else if (!signal.aborted) this.#state.uncountable.add(id);
      this.#uncounted = this.#uncounted.filter((other) => other.id !== id);
      this.changed();
    }
    this.#isCounting = false;
  }

  follow(events: CoreEmitter): Disposable {
    const { scanning, fresh } = this.#state;
    return events.onAny((event) => {
      switch (event.name) {
        case 'chat.list':
          // The first pages are no better than the whole list of an earlier run.
          if (event.payload.chats.length < this.#state.chats.length) return;
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

function view(
  core: Core,
  { chats, isLoading, problem, scanning, fresh, totals, uncountable }: ChatsState,
): ChatsView {
  const counts = new Map(core.library.chatCounts().map((count) => [count.chatId, count]));
  const rows = chats.map((chat) => ({
    chat,
    counts: counts.get(chat.id),
    scanning: scanning.get(chat.id),
    fresh: fresh.get(chat.id) ?? 0,
    total: larger(totals.get(chat.id), counts.get(chat.id)?.seen),
    isCounted: totals.has(chat.id),
    isUncountable: uncountable.has(chat.id),
  }));
  return { rows, isLoading, problem };
}

function larger(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
