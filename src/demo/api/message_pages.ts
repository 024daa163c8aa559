import type { CatalogueChat } from '../catalogue/catalogue.js';
import { currentUser, type Viewer } from './call.js';
import { peopleIn } from './peers.js';
import { emptyMessageRow, isChannel, messageRow } from './rows.js';
import type { TlObject } from './tl/value.js';
import type { MessageWindow } from './window.js';

/** https://core.telegram.org/api/offsets#hash-generation */
export function hashOf(ids: readonly number[]): bigint {
  let hash = 0n;
  for (const id of ids) {
    hash ^= hash >> 21n;
    hash = BigInt.asUintN(64, hash ^ (hash << 35n));
    hash ^= hash >> 4n;
    hash = BigInt.asUintN(64, hash + BigInt(id));
  }
  return BigInt.asIntN(64, hash);
}

/**
 * A page of one chat's list: channelMessages for channels, else messages when it is the whole list, else messagesSlice.
 * @param total length of the whole list
 */
export function messagePage(
  call: Viewer,
  chat: CatalogueChat,
  window: MessageWindow,
  total: number,
): TlObject {
  const rows = messagesByIds(call, chat, window.ids);
  const counted = { count: total, offset_id_offset: window.offsetIndex };
  const parts = { messages: rows, topics: [], ...peopleIn(call, [chat], rows) };
  if (isChannel(chat)) {
    const { pts } = call.world.updates.ofChannel(chat);
    return { _: 'messages.channelMessages', pts, ...counted, ...parts };
  }
  return rows.length === total
    ? { _: 'messages.messages', ...parts }
    : { _: 'messages.messagesSlice', ...counted, ...parts };
}

/** Rows in the order of the ids; what was deleted is messageEmpty. */
export function messagesByIds(call: Viewer, chat: CatalogueChat, ids: readonly number[]): TlObject[] {
  const viewer = currentUser(call);
  return ids.map((id) => {
    const message = chat.message(id);
    return message ? messageRow(chat, message, viewer.id, call.world.files) : emptyMessageRow(id);
  });
}
