import { badRequest, type Handler, type MethodTable } from './call.js';
import { NOTIFY_SETTINGS } from './dialog_rows.js';
import { rowOf, userByInput } from './peers.js';
import { isPrivate, peerOf } from './rows.js';
import { child, children, long, type TlObject, text } from './tl/value.js';

/** https://core.telegram.org/method/users.getUsers: who is unknown is left out. */
const getUsers: Handler = (call, request) =>
  children(request, 'id').flatMap((input): TlObject[] => {
    try {
      return [userByInput(call, input)];
    } catch {
      return [];
    }
  });

/** https://core.telegram.org/method/users.getFullUser */
const getFullUser: Handler = (call, request) => {
  const user = userByInput(call, child(request, 'id'));
  const full: TlObject = {
    _: 'userFull',
    id: long(user, 'id'),
    settings: { _: 'peerSettings' },
    notify_settings: NOTIFY_SETTINGS,
    common_chats_count: 0,
    can_pin_message: user['self'] === true,
  };
  return { _: 'users.userFull', full_user: full, chats: [], users: [user] };
};

/** https://core.telegram.org/method/contacts.resolveUsername */
const resolveUsername: Handler = (call, request) => {
  const username = text(request, 'username').replace(/^@/, '');
  if (!/^[A-Za-z][A-Za-z0-9_]{3,31}$/.test(username)) throw badRequest('USERNAME_INVALID');
  const { catalogue } = call.world;
  const user = catalogue.users.find((one) => one.username?.toLowerCase() === username.toLowerCase());
  if (user) {
    const input = { _: 'inputUser', user_id: user.id, access_hash: user.accessHash };
    const peer = { _: 'peerUser', user_id: user.id };
    return { _: 'contacts.resolvedPeer', peer, chats: [], users: [userByInput(call, input)] };
  }
  const chat = catalogue.chatByUsername(username);
  if (!chat) throw badRequest('USERNAME_NOT_OCCUPIED');
  if (isPrivate(chat)) {
    const input = { _: 'inputUser', user_id: chat.id, access_hash: chat.accessHash };
    return { _: 'contacts.resolvedPeer', peer: peerOf(chat), chats: [], users: [userByInput(call, input)] };
  }
  return { _: 'contacts.resolvedPeer', peer: peerOf(chat), chats: [rowOf(call, chat)], users: [] };
};

export const userMethods: MethodTable = {
  'users.getUsers': getUsers,
  'users.getFullUser': getFullUser,
  'contacts.resolveUsername': resolveUsername,
};
