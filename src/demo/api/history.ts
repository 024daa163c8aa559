import type { CatalogueChat, IdSequence, MessageKind } from '../catalogue/catalogue.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import { hashOf, messagePage } from './message_pages.js';
import { chatByPeer, topicOf } from './peers.js';
import { child, children, int, long, optionalChild, type TlObject, type TlValue, text } from './tl/value.js';
import { selectWindow, sequenceOf, type WindowRequest } from './window.js';

/** Which kind of message each filter is for; the others of Telegram's filters match nothing in this world. */
const FILTERS: Readonly<Record<string, MessageKind | 'all'>> = {
  inputMessagesFilterEmpty: 'all',
  inputMessagesFilterMusic: 'music',
  inputMessagesFilterVoice: 'voice',
  inputMessagesFilterRoundVoice: 'voice',
  inputMessagesFilterDocument: 'document',
};

const NOTHING: IdSequence = sequenceOf([]);

function windowRequest(request: TlObject): WindowRequest {
  const given = (field: string): number => (request[field] === undefined ? 0 : int(request, field));
  return {
    offsetId: given('offset_id'),
    offsetDate: given('offset_date'),
    addOffset: given('add_offset'),
    limit: given('limit'),
    maxId: given('max_id'),
    minId: given('min_id'),
    minDate: given('min_date'),
    maxDate: given('max_date'),
  };
}

function page(call: Call, chat: CatalogueChat, ids: IdSequence, request: TlObject): TlObject {
  const window = selectWindow(chat, ids, windowRequest(request));
  const hash = long(request, 'hash');
  if (hash !== 0n && hash === hashOf(window.ids))
    return { _: 'messages.messagesNotModified', count: ids.length };
  return messagePage(call, chat, window, ids.length);
}

/** https://core.telegram.org/method/messages.getHistory */
const getHistory: Handler = (call, request) => {
  const chat = chatByPeer(call, child(request, 'peer'));
  return page(call, chat, chat.ids('all'), request);
};

/** https://core.telegram.org/method/messages.getReplies: here, the messages of a forum topic. */
const getReplies: Handler = (call, request) => {
  const chat = chatByPeer(call, child(request, 'peer'));
  const topic = chat.topics.find(({ id }) => id === int(request, 'msg_id'));
  if (!topic) throw badRequest('MSG_ID_INVALID');
  return page(call, chat, chat.ids('all', topic.id), request);
};

async function matching(
  call: Call,
  chat: CatalogueChat,
  filter: TlObject,
  request: TlObject,
): Promise<IdSequence> {
  const kind = FILTERS[filter._];
  const topicId = topicOf(chat, request, 'top_msg_id');
  if (kind === undefined) return NOTHING;
  const from = optionalChild(request, 'from_id');
  return call.world.searches.find(chat, {
    kind,
    topicId,
    query: request['q'] === undefined ? '' : text(request, 'q'),
    fromId: from && (from._ === 'inputPeerSelf' ? currentUser(call).id : long(from, 'user_id')),
  });
}

/** https://core.telegram.org/method/messages.search */
const search: Handler = async (call, request) => {
  const peer = child(request, 'peer');
  if (peer._ === 'inputPeerEmpty') throw badRequest('PEER_ID_INVALID');
  const chat = chatByPeer(call, peer);
  return page(call, chat, await matching(call, chat, child(request, 'filter'), request), request);
};

/** https://core.telegram.org/method/messages.getSearchCounters */
const getSearchCounters: Handler = async (call, request) => {
  const chat = chatByPeer(call, child(request, 'peer'));
  const counters = children(request, 'filters').map(async (filter): Promise<TlValue> => {
    const found = await matching(call, chat, filter, request);
    return { _: 'messages.searchCounter', filter, count: found.length };
  });
  return Promise.all(counters);
};

export const historyMethods: MethodTable = {
  'messages.getHistory': getHistory,
  'messages.getReplies': getReplies,
  'messages.search': search,
  'messages.getSearchCounters': getSearchCounters,
};
