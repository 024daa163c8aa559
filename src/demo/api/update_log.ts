import type { CatalogueChat } from '../catalogue/catalogue.js';
import { isChannel } from './rows.js';

/** A new message, the only event that this server makes. */
export interface LoggedUpdate {
  /** The box's pts after the event. */
  readonly pts: number;
  readonly chat: CatalogueChat;
  readonly messageId: number;
}

/** Events that one box remembers; who missed more must reload. */
const CAPACITY = 1000;

/** One sequence of events with its own pts (https://core.telegram.org/api/updates#message-related-event-sequences). */
export class UpdateBox {
  readonly #events: LoggedUpdate[] = [];
  #pts: number;

  constructor(pts: number) {
    this.#pts = pts;
  }

  get pts(): number {
    return this.#pts;
  }

  add(chat: CatalogueChat, messageId: number): LoggedUpdate {
    const event = { pts: ++this.#pts, chat, messageId };
    this.#events.push(event);
    if (this.#events.length > CAPACITY) this.#events.shift();
    return event;
  }

  /** What happened after `pts`, oldest first; undefined when that is longer ago than the box remembers. */
  since(pts: number): readonly LoggedUpdate[] | undefined {
    const first = this.#events[0]?.pts ?? this.#pts + 1;
    if (pts < first - 1) return undefined;
    return this.#events.slice(pts - (first - 1));
  }
}

/** The boxes of all accounts (private chats and basic groups) and of all channels. */
export class UpdateLog {
  readonly #accounts = new Map<bigint, UpdateBox>();
  readonly #channels = new Map<bigint, UpdateBox>();

  ofAccount(userId: bigint): UpdateBox {
    let box = this.#accounts.get(userId);
    if (!box) {
      box = new UpdateBox(1);
      this.#accounts.set(userId, box);
    }
    return box;
  }

  /** A channel's pts begins at the number of its messages, as if each had been one event. */
  ofChannel(chat: CatalogueChat): UpdateBox {
    let box = this.#channels.get(chat.id);
    if (!box) {
      box = new UpdateBox(chat.ids('all').length + 1);
      this.#channels.set(chat.id, box);
    }
    return box;
  }

  /** The box in which the account sees the chat's messages. */
  of(userId: bigint, chat: CatalogueChat): UpdateBox {
    return isChannel(chat) ? this.ofChannel(chat) : this.ofAccount(userId);
  }
}
