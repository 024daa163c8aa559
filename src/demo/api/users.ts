import { badRequest, currentUser, type Handler, type MethodTable } from './call.js';
import { NOTIFY_SETTINGS } from './dialog_rows.js';
import { findUser, rowOf } from './peers.js';
import { isPrivate, peerOf, userRow } from './rows.js';
import { child, children, long, type TlObject, text } from './tl/value.js';

/** https://core.telegram.org/method/users.getUsers: who is unknown is left out. */
const getUsers: Handler = (call, request) =>
  children(request, 'id')
    .map((input) => findUser(call, input))
    .filter((row) => row !== undefined);

/** https://core.telegram.org/method/users.getFullUser */
const getFullUser: Handler = (call, request) => {
  const user = findUser(call, child(request, 'id'));
  if (!user) throw badRequest('USER_ID_INVALID');
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
  const person = catalogue.users.find((one) => one.username?.toLowerCase() === username.toLowerCase());
  if (person) {
    const bot = catalogue.chat('user', person.id)?.kind === 'bot';
    const users = [userRow(person, currentUser(call).id, bot)];
    return { _: 'contacts.resolvedPeer', peer: { _: 'peerUser', user_id: person.id }, chats: [], users };
  }
  const chat = catalogue.chatByUsername(username);
  if (!chat || isPrivate(chat)) throw badRequest('USERNAME_NOT_OCCUPIED');
  return { _: 'contacts.resolvedPeer', peer: peerOf(chat), chats: [rowOf(call, chat)], users: [] };
};

export const userMethods: MethodTable = {
  'users.getUsers': getUsers,
  'users.getFullUser': getFullUser,
  'contacts.resolveUsername': resolveUsername,
};
