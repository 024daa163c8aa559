import { LRUCache } from 'lru-cache';
import { type ChatPlan, castOf } from './cast.js';
import type {
  Catalogue,
  CatalogueChat,
  CatalogueDocument,
  CatalogueMessage,
  CatalogueOptions,
  CatalogueUser,
} from './catalogue.js';
import { type World, WorldChat } from './chat.js';
import type { Forward } from './content.js';
import { createDocument } from './document.js';
import { IdCipher, peerId } from './document_ids.js';
import type { FileSpec } from './file_spec.js';
import { createPeople } from './people.js';

const CHANNEL_ID_BASE = 1_200_000_000;
const GROUP_ID_BASE = 400_000_000;
/** Documents kept between reads; each holds its tags and cover, some 20 KB, once they were read. */
const KEPT_DOCUMENTS = 256;

/** Makes the world of a seed. Costs the same for ten messages and for a million. */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  return new SyntheticCatalogue(options);
}

class SyntheticCatalogue implements Catalogue {
  readonly options: CatalogueOptions;
  readonly users: readonly CatalogueUser[];
  readonly #documentIds: IdCipher;
  readonly #chats = new Map<number, WorldChat>();
  readonly #byPeer = new Map<string, WorldChat>();
  readonly #byUsername = new Map<string, WorldChat>();
  readonly #documents = new LRUCache<bigint, CatalogueDocument>({ max: KEPT_DOCUMENTS });

  constructor(options: CatalogueOptions) {
    const { seed } = options;
    this.options = options;
    this.#documentIds = new IdCipher(seed, 0xd0c);
    const people = createPeople(seed);
    this.users = [...people.accounts, ...people.contacts, people.bot];
    const groupIds = new IdCipher(seed, 0x640);
    const world: World = {
      seed,
      chatId: (plan) => chatIdOf(seed, plan),
      groupId: (chatIndex, messageId) => groupIds.encode(chatIndex, messageId),
      document: (chatIndex, messageId, date, file) => this.#documentOf(chatIndex, messageId, date, file),
    };
    for (const plan of castOf(options, people)) this.#add(new WorldChat(world, plan));
  }

  user(id: bigint): CatalogueUser | undefined {
    return this.users.find((user) => user.id === id);
  }

  chats(userId: bigint): readonly CatalogueChat[] {
    return [...this.#chats.values()]
      .filter(
        ({ plan: { listedFor } }) => listedFor === 'all' || (listedFor !== 'none' && listedFor.id === userId),
      )
      .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.newestDate - a.newestDate);
  }

  allChats(): readonly CatalogueChat[] {
    return [...this.#chats.values()];
  }

  chat(kind: 'user' | 'group' | 'channel', id: bigint): CatalogueChat | undefined {
    return this.#byPeer.get(`${kind} ${id}`);
  }

  chatByUsername(username: string): CatalogueChat | undefined {
    return this.#byUsername.get(username.toLowerCase());
  }

  chatByInvite(hash: string): CatalogueChat | undefined {
    return this.allChats().find((chat) => chat.inviteHash === hash);
  }

  document(id: bigint): CatalogueDocument | undefined {
    const known = this.#documents.get(id);
    if (known !== undefined) return known;
    const place = this.#documentIds.decode(id);
    if (place === undefined) return undefined;
    const document = this.#chats.get(place.high)?.message(place.low)?.document;
    return document?.id === id ? document : undefined;
  }

  post(chat: CatalogueChat, date = Math.floor(Date.now() / 1000)): CatalogueMessage {
    const own = this.#byPeer.get(peerKey(chat));
    if (own === undefined) throw new RangeError(`no chat ${chat.id} in this world`);
    return own.post(date);
  }

  #add(chat: WorldChat): void {
    this.#chats.set(chat.plan.index, chat);
    this.#byPeer.set(peerKey(chat), chat);
    if (chat.username !== undefined && chat.kind !== 'saved') {
      this.#byUsername.set(chat.username.toLowerCase(), chat);
    }
  }

  #documentOf(chatIndex: number, messageId: number, date: number, file: FileSpec | Forward) {
    if ('chatIndex' in file) return this.#chats.get(file.chatIndex)?.originalMusic(file.ordinal);
    const id = this.#documentIds.encode(chatIndex, messageId);
    let document = this.#documents.get(id);
    if (document === undefined) {
      document = createDocument(this.options.seed, id, date, file);
      this.#documents.set(id, document);
    }
    return document;
  }
}

function chatIdOf(seed: number, plan: ChatPlan): bigint {
  if (plan.peer !== undefined) return plan.peer.id;
  return peerId(seed, plan.kind === 'group' ? GROUP_ID_BASE : CHANNEL_ID_BASE, plan.index);
}

/** How TL addresses the chat: forums and supergroups are channels; bots and saved messages are users. */
export function peerKind({ kind }: CatalogueChat): 'user' | 'group' | 'channel' {
  if (kind === 'user' || kind === 'bot' || kind === 'saved') return 'user';
  return kind === 'group' ? 'group' : 'channel';
}

function peerKey(chat: CatalogueChat): string {
  return `${peerKind(chat)} ${chat.id}`;
}
