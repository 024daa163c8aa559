import type { CatalogueChat, CatalogueMessage } from '../catalogue/catalogue.js';
import { currentUser, type Viewer } from './call.js';
import { peopleIn } from './peers.js';
import { emptyMessageRow, isChannel, messageRow, peerOf } from './rows.js';
import type { TlObject } from './tl/value.js';

export const NOTIFY_SETTINGS: TlObject = { _: 'peerNotifySettings' };

/** The newest message of a chat, which decides its place in the list. */
export function topMessage(chat: CatalogueChat): CatalogueMessage | undefined {
  const ids = chat.ids('all');
  return ids.length === 0 ? undefined : chat.message(ids.at(ids.length - 1));
}

export function dialogRow(call: Viewer, chat: CatalogueChat): TlObject {
  const newest = topMessage(chat)?.id ?? 0;
  return {
    _: 'dialog',
    pinned: chat.pinned,
    peer: peerOf(chat),
    top_message: newest,
    read_inbox_max_id: newest,
    read_outbox_max_id: newest,
    unread_count: 0,
    unread_mentions_count: 0,
    unread_reactions_count: 0,
    unread_poll_votes_count: 0,
    notify_settings: NOTIFY_SETTINGS,
    pts: isChannel(chat) ? call.world.updates.ofChannel(chat).pts : undefined,
  };
}

/** The four vectors that every list of dialogs has. */
export function dialogPage(
  call: Viewer,
  chats: readonly CatalogueChat[],
): Pick<TlObject, 'dialogs' | 'messages' | 'chats' | 'users'> {
  const viewer = currentUser(call);
  const messages = chats.flatMap((chat): TlObject[] => {
    const newest = topMessage(chat);
    if (!newest) return [];
    if (chat.forbidden) return [emptyMessageRow(newest.id, chat)];
    return [messageRow(chat, newest, viewer.id, call.world.files)];
  });
  return {
    dialogs: chats.map((chat) => dialogRow(call, chat)),
    messages,
    ...peopleIn(call, chats, messages),
  };
}
