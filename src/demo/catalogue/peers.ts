import { hash32 } from '../random.js';
import type { CatalogueChat } from './catalogue.js';

const PEER_SPAN = 2 ** 29;

/** Ids of peers: spread over a span of 2^29 from `base`, no two the same for indexes below that. */
export function peerId(seed: number, base: number, index: number): bigint {
  const stride = (hash32(seed, base) % (PEER_SPAN / 4)) * 2 + 1;
  const spread = (BigInt(index) * BigInt(stride) + BigInt(hash32(base, seed))) % BigInt(PEER_SPAN);
  return BigInt(base) + spread;
}

/** How TL addresses the chat: forums and supergroups are channels; bots and saved messages are users. */
export function peerKind({ kind }: Pick<CatalogueChat, 'kind'>): 'user' | 'group' | 'channel' {
  if (kind === 'user' || kind === 'bot' || kind === 'saved') return 'user';
  return kind === 'group' ? 'group' : 'channel';
}

/** The id with its kind in its prefix. https://core.telegram.org/api/bots/ids */
export function markedId(chat: Pick<CatalogueChat, 'kind' | 'id'>): string {
  const prefix = { user: '', group: '-', channel: '-100' }[peerKind(chat)];
  return `${prefix}${chat.id}`;
}
