import { LRUCache } from 'lru-cache';
import { hash32 } from '../random.js';
import type {
  Catalogue,
  CatalogueChat,
  CatalogueDocument,
  CatalogueMessage,
  CatalogueOptions,
  CatalogueUser,
} from './catalogue.js';
import { type World, WorldChat } from './chat.js';
import type { ChatPlan } from './chat_plan.js';
import type { Forward } from './content.js';
import { createDocument } from './document.js';
import type { FileSpec } from './file_spec.js';
import { fixedCast } from './fixed_cast.js';
import { IdCipher } from './id_cipher.js';
import { musicChats } from './music_chats.js';
import { peerId, peerKind } from './peers.js';
import { createPeople } from './people.js';

const CHANNEL_ID_BASE = 1_200_000_000;
const GROUP_ID_BASE = 400_000_000;
/** Documents kept between reads; each holds its tags and cover, some 12 KB, once they were read. */
const KEPT_DOCUMENTS = 256;

/** Small enough for a look around: what `tad demo` serves. */
export const DEFAULT_CATALOGUE: CatalogueOptions = { seed: 1, chats: 5, tracks: 0, fileMb: 0 };

const LIMITS = {
  seed: { least: 0, most: Number.MAX_SAFE_INTEGER },
  chats: { least: 0, most: 10_000 },
  tracks: { least: 0, most: 100_000_000 },
  fileMb: { least: 0, most: 4000 },
} as const;
/** Smaller files have no room for the tags that make their size exact. */
const LEAST_FILE_MB = 1 / 32;

/**
 * Makes the world of a seed. Costs the same for ten messages in a chat and for a million.
 * @throws RangeError for an option that is out of its range: whole numbers (fileMb may be a fraction), chats to 10,000,
 *   tracks to 100 million, fileMb 0 or 1/32 to 4000
 */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  for (const name of ['seed', 'chats', 'tracks', 'fileMb'] as const) {
    const value = options[name];
    const { least, most } = LIMITS[name];
    const whole = name === 'fileMb' ? value === 0 || value >= LEAST_FILE_MB : Number.isSafeInteger(value);
    if (!whole || value < least || value > most) throw new RangeError(`${name} cannot be ${value}`);
  }
  return new SyntheticCatalogue(options);
}

class SyntheticCatalogue implements Catalogue {
  readonly options: CatalogueOptions;
  readonly users: readonly CatalogueUser[];
  readonly #documentIds: IdCipher;
  /** Makes the files of one seed differ from those of another. */
  readonly #keyMask: number;
  readonly #chats = new Map<number, WorldChat>();
  readonly #byPeer = new Map<string, WorldChat>();
  readonly #byUsername = new Map<string, WorldChat>();
  readonly #documents = new LRUCache<bigint, CatalogueDocument>({ max: KEPT_DOCUMENTS });

  constructor(options: CatalogueOptions) {
    const { seed } = options;
    this.options = options;
    this.#documentIds = new IdCipher(seed, 0xd0c);
    this.#keyMask = hash32(seed, 0x5ea1) >>> 4;
    const people = createPeople(seed);
    this.users = [...people.accounts, ...people.contacts, people.bot];
    const groupIds = new IdCipher(seed, 0x640);
    const world: World = {
      seed,
      chatId: (plan) => chatIdOf(seed, plan),
      groupId: (chatIndex, group) => groupIds.encode(chatIndex, group),
      document: (chatIndex, messageId, date, file) => this.#documentOf(chatIndex, messageId, date, file),
    };
    const music = musicChats(options);
    for (const plan of [...fixedCast(people, music[0]?.index), ...music])
      this.#add(new WorldChat(world, plan));
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
      const key = [chatIndex ^ this.#keyMask, messageId] as const;
      document = createDocument(this.options.seed, id, key, date, file);
      this.#documents.set(id, document);
    }
    return document;
  }
}

function chatIdOf(seed: number, plan: ChatPlan): bigint {
  if (plan.peer !== undefined) return plan.peer.id;
  return peerId(seed, plan.kind === 'group' ? GROUP_ID_BASE : CHANNEL_ID_BASE, plan.index);
}

function peerKey(chat: CatalogueChat): string {
  return `${peerKind(chat)} ${chat.id}`;
}
