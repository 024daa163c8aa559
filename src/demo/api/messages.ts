import type { CatalogueChat } from '../catalogue/catalogue.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import { messagesByIds } from './message_pages.js';
import { chatByInputChannel, dialogsOf, peopleIn } from './peers.js';
import { emptyMessageRow, isChannel, messageRow } from './rows.js';
import { child, children, int, type TlObject } from './tl/value.js';

/** Telegram looks up at most this many at once. */
const MAX_IDS = 100;

function idsIn(request: TlObject): readonly number[] {
  const inputs = children(request, 'id');
  if (inputs.length > MAX_IDS) throw badRequest('LIMIT_INVALID');
  return inputs.map((input) => {
    if (input._ !== 'inputMessageID') throw badRequest('MESSAGE_IDS_EMPTY');
    return int(input, 'id');
  });
}

/** https://core.telegram.org/method/channels.getMessages */
const getChannelMessages: Handler = (call, request) => {
  const chat = chatByInputChannel(call, child(request, 'channel'));
  const messages = messagesByIds(call, chat, idsIn(request));
  const { pts } = call.world.updates.ofChannel(chat);
  return {
    _: 'messages.channelMessages',
    pts,
    count: messages.length,
    messages,
    topics: [],
    ...peopleIn(call, [chat], messages),
  };
};

/** Messages of private chats and basic groups: their ids are unique within the account. */
function ownMessage(
  call: Call,
  id: number,
): { readonly chat: CatalogueChat; readonly row: TlObject } | undefined {
  for (const chat of dialogsOf(call)) {
    if (isChannel(chat) || chat.forbidden) continue;
    const message = chat.message(id);
    if (message) return { chat, row: messageRow(chat, message, currentUser(call).id, call.world.files) };
  }
  return undefined;
}

/** https://core.telegram.org/method/messages.getMessages */
const getMessages: Handler = (call, request) => {
  const found = idsIn(request).map((id) => ({ id, own: ownMessage(call, id) }));
  const messages = found.map(({ id, own }) => own?.row ?? emptyMessageRow(id));
  const chats = new Set(found.flatMap(({ own }) => (own ? [own.chat] : [])));
  return { _: 'messages.messages', messages, topics: [], ...peopleIn(call, [...chats], messages) };
};

export const messageMethods: MethodTable = {
  'channels.getMessages': getChannelMessages,
  'messages.getMessages': getMessages,
};
