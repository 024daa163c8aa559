import type { CatalogueChat } from '../catalogue/catalogue.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable, unixTime } from './call.js';
import { isMember, rowOf } from './peers.js';
import { type TlObject, text } from './tl/value.js';

/** @throws RpcError INVITE_HASH_EMPTY, INVITE_HASH_INVALID, INVITE_HASH_EXPIRED */
function invited(call: Call, request: TlObject): CatalogueChat {
  const hash = text(request, 'hash');
  if (hash === '') throw badRequest('INVITE_HASH_EMPTY');
  if (!/^[\w-]{10,64}$/.test(hash)) throw badRequest('INVITE_HASH_INVALID');
  const chat = call.world.catalogue.chatByInvite(hash);
  if (!chat || chat.forbidden) throw badRequest('INVITE_HASH_EXPIRED');
  return chat;
}

/** https://core.telegram.org/method/messages.checkChatInvite */
const checkChatInvite: Handler = (call, request) => {
  const chat = invited(call, request);
  if (isMember(call, chat)) return { _: 'chatInviteAlready', chat: rowOf(call, chat) };
  const broadcast = chat.kind === 'channel';
  return {
    _: 'chatInvite',
    channel: chat.kind !== 'group',
    broadcast,
    public: chat.username !== undefined,
    megagroup: chat.kind === 'supergroup' || chat.kind === 'forum',
    title: chat.title,
    photo: { _: 'photoEmpty', id: 0 },
    participants_count: chat.memberCount,
    color: 0,
  };
};

/** https://core.telegram.org/method/messages.importChatInvite */
const importChatInvite: Handler = (call, request) => {
  const chat = invited(call, request);
  if (isMember(call, chat)) throw badRequest('USER_ALREADY_PARTICIPANT');
  call.world.memberships.join(currentUser(call).id, chat);
  const updates = {
    _: 'updates',
    updates: [],
    users: [],
    chats: [rowOf(call, chat)],
    date: unixTime(call),
    seq: 0,
  };
  return call.context.layer < JOIN_RESULT_LAYER ? updates : { _: 'messages.chatInviteJoinResultOk', updates };
};

/** From this layer on the method answers with messages.ChatInviteJoinResult instead of Updates. */
const JOIN_RESULT_LAYER = 223;

export const inviteMethods: MethodTable = {
  'messages.checkChatInvite': checkChatInvite,
  'messages.importChatInvite': importChatInvite,
};
