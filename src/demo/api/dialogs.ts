import type { CatalogueChat } from '../catalogue/catalogue.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import { dialogPage, topMessage } from './dialog_rows.js';
import { chatByPeer, dialogsOf } from './peers.js';
import { inputPeerOf, isChannel, isPrivate } from './rows.js';
import { child, children, int, isSet, optionalInt, type TlObject } from './tl/value.js';
import { stateOf } from './updates.js';

const MAX_PAGE = 100;
const ARCHIVE = 1;
/** Ids 0 and 1 are the main list and the archive. */
const FIRST_FILTER_ID = 2;

/** Newest top message first; by id where dates are equal. */
function newestFirst(a: CatalogueChat, b: CatalogueChat): number {
  const [newestA, newestB] = [topMessage(a), topMessage(b)];
  return (newestB?.date ?? 0) - (newestA?.date ?? 0) || (newestB?.id ?? 0) - (newestA?.id ?? 0);
}

function samePeer(peer: TlObject, chat: CatalogueChat): boolean {
  switch (peer._) {
    case 'inputPeerSelf':
      return chat.kind === 'saved';
    case 'inputPeerUser':
      return isPrivate(chat) && chat.id === peer['user_id'];
    case 'inputPeerChat':
      return chat.kind === 'group' && chat.id === peer['chat_id'];
    case 'inputPeerChannel':
      return isChannel(chat) && chat.id === peer['channel_id'];
    default:
      return false;
  }
}

/**
 * The dialogs after the offset. With an offset peer that is in the list, the page begins behind it; else behind all
 * dialogs whose newest message is not older than offset_date. https://core.telegram.org/api/offsets
 */
function afterOffset(list: readonly CatalogueChat[], request: TlObject): readonly CatalogueChat[] {
  const peer = child(request, 'offset_peer');
  const index = list.findIndex((chat) => samePeer(peer, chat));
  if (index >= 0) return list.slice(index + 1);
  const [date, id] = [int(request, 'offset_date'), int(request, 'offset_id')];
  if (date === 0 && id === 0) return list;
  return list.filter((chat) => {
    const newest = topMessage(chat);
    if (chat.pinned || !newest) return false;
    return date === 0 ? newest.id < id : newest.date < date || (newest.date === date && newest.id < id);
  });
}

/** https://core.telegram.org/method/messages.getDialogs */
const getDialogs: Handler = (call, request) => {
  const folder = optionalInt(request, 'folder_id') ?? 0;
  if (folder > ARCHIVE) throw badRequest('FOLDER_ID_INVALID');
  const all = folder === ARCHIVE ? [] : dialogsOf(call);
  const pinned = all.filter((chat) => chat.pinned);
  const others = all.filter((chat) => !chat.pinned).toSorted(newestFirst);
  const rest = afterOffset([...pinned, ...others], request);
  const wanted = isSet(request, 'exclude_pinned') ? rest.filter((chat) => !chat.pinned) : rest;
  const limit = Math.min(Math.max(int(request, 'limit'), 0) || MAX_PAGE, MAX_PAGE);
  const page = dialogPage(call, wanted.slice(0, limit));
  const listed = isSet(request, 'exclude_pinned') ? others.length : all.length;
  return wanted.length === listed && wanted.length <= limit
    ? { _: 'messages.dialogs', ...page }
    : { _: 'messages.dialogsSlice', count: listed, ...page };
};

function peerDialogs(call: Call, chats: readonly CatalogueChat[]): TlObject {
  return { _: 'messages.peerDialogs', ...dialogPage(call, chats), state: stateOf(call) };
}

/** https://core.telegram.org/method/messages.getPinnedDialogs */
const getPinnedDialogs: Handler = (call, request) => {
  const list = int(request, 'folder_id') === ARCHIVE ? [] : dialogsOf(call);
  return peerDialogs(
    call,
    list.filter((chat) => chat.pinned),
  );
};

/** https://core.telegram.org/method/messages.getPeerDialogs */
const getPeerDialogs: Handler = (call, request) =>
  peerDialogs(
    call,
    children(request, 'peers')
      .filter((peer) => peer._ === 'inputDialogPeer')
      .map((peer) => chatByPeer(call, child(peer, 'peer'))),
  );

/** https://core.telegram.org/method/messages.getDialogFilters: the catalogue's folders. */
const getDialogFilters: Handler = (call) => {
  currentUser(call);
  const folders = Map.groupBy(
    dialogsOf(call).filter((chat) => chat.folder !== undefined),
    (chat) => chat.folder ?? '',
  );
  const filters = [...folders].map(
    ([title, chats], index): TlObject => ({
      _: 'dialogFilter',
      id: FIRST_FILTER_ID + index,
      title: { _: 'textWithEntities', text: title, entities: [] },
      pinned_peers: [],
      include_peers: chats.map(inputPeerOf),
      exclude_peers: [],
    }),
  );
  return { _: 'messages.dialogFilters', filters: [{ _: 'dialogFilterDefault' }, ...filters] };
};

export const dialogMethods: MethodTable = {
  'messages.getDialogs': getDialogs,
  'messages.getPinnedDialogs': getPinnedDialogs,
  'messages.getPeerDialogs': getPeerDialogs,
  'messages.getDialogFilters': getDialogFilters,
};
