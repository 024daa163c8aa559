import { LRUCache } from 'lru-cache';
import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import { TadError } from '../errors.js';
import type { CacheFigures } from '../face.js';
import type { Chat } from '../types.js';
import { markedId, parseMarkedId } from './peer_id.js';

/** Two strings of twenty digits and their place in the cache (docs/benchmarks.md: lru-cache, bytes per entry). */
const ENTRY_BYTES = 175;

/**
 * Access hashes of users and channels that were seen, the one thing that GramJS would otherwise collect without
 * bound. A miss costs a look through the dialogs, never correctness.
 */
export class PeerCache {
  readonly #hashes: LRUCache<string, string>;
  #hits = 0;
  #misses = 0;
  /** The account itself: its own chat is Saved Messages. */
  selfId: string | undefined;

  constructor(capacity = 5000) {
    this.#hashes = new LRUCache({ max: capacity });
  }

  /** @param id a marked id */
  remember(id: string, accessHash: string | undefined): void {
    if (accessHash !== undefined) this.#hashes.set(id, accessHash);
  }

  /** The input peer of a marked id, if it can be addressed from what is known. */
  find(id: string): Api.TypeInputPeer | undefined {
    const peer = parseMarkedId(id);
    if (peer === undefined) return undefined;
    if (id === this.selfId) return new Api.InputPeerSelf();
    if (peer.kind === 'group') return new Api.InputPeerChat({ chatId: returnBigInt(peer.id) });
    const hash = this.#hashes.get(id);
    if (hash === undefined) this.#misses++;
    else this.#hits++;
    return hash === undefined ? undefined : inputPeer(id, hash);
  }

  figures(): CacheFigures {
    return {
      name: 'telegram peers',
      size: this.#hashes.size,
      capacity: this.#hashes.max,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  /** Forgets all but the most recent tenth. @returns about how many bytes went */
  trim(): number {
    const before = this.#hashes.size;
    const keep = Math.floor(this.#hashes.max / 10);
    while (this.#hashes.size > keep) this.#hashes.pop();
    return (before - this.#hashes.size) * ENTRY_BYTES;
  }
}

/** @throws TadError `not-found` for a chat that lacks what is needed to address it */
export function peerOfChat(chat: Chat): Api.TypeInputPeer {
  if (chat.kind === 'saved') return new Api.InputPeerSelf();
  if (chat.kind === 'group') return inputPeer(chat.id, '0');
  if (chat.accessHash === undefined)
    throw new TadError('not-found', `cannot address ${chat.title}: list it again`);
  return inputPeer(chat.id, chat.accessHash);
}

/** @throws TadError `rejected` unless it is a channel or supergroup */
export function inputChannel(peer: Api.TypeInputPeer): Api.InputChannel {
  if (!(peer instanceof Api.InputPeerChannel)) throw new TadError('rejected', 'that chat has no topics');
  return new Api.InputChannel({ channelId: peer.channelId, accessHash: peer.accessHash });
}

/** The marked id of a TL peer. */
export function idOfPeer(peer: Api.TypePeer): string {
  if (peer instanceof Api.PeerUser) return markedId('user', peer.userId.toString());
  if (peer instanceof Api.PeerChat) return markedId('group', peer.chatId.toString());
  return markedId('channel', peer.channelId.toString());
}

/** The marked id of an input peer; undefined for the empty one and for the account itself. */
export function idOfInputPeer(peer: Api.TypeInputPeer): string | undefined {
  if (peer instanceof Api.InputPeerUser) return markedId('user', peer.userId.toString());
  if (peer instanceof Api.InputPeerChat) return markedId('group', peer.chatId.toString());
  if (peer instanceof Api.InputPeerChannel) return markedId('channel', peer.channelId.toString());
  return undefined;
}

function inputPeer(id: string, accessHash: string): Api.TypeInputPeer {
  const peer = parseMarkedId(id);
  if (peer === undefined) throw new TadError('not-found', `${id} is not the id of a chat`);
  const bare = returnBigInt(peer.id);
  const hash = returnBigInt(accessHash);
  if (peer.kind === 'user') return new Api.InputPeerUser({ userId: bare, accessHash: hash });
  if (peer.kind === 'group') return new Api.InputPeerChat({ chatId: bare });
  return new Api.InputPeerChannel({ channelId: bare, accessHash: hash });
}
