import type { CatalogueChat, CatalogueUser } from '../catalogue/catalogue.js';
import { badRequest, currentUser, type Viewer } from './call.js';
import { chatRow, isPrivate, userRow } from './rows.js';
import { child, int, long, type TlObject } from './tl/value.js';
import { sequenceOf } from './window.js';

/** The account's dialogs, pinned ones first. */
export function dialogsOf(call: Viewer): readonly CatalogueChat[] {
  return call.world.memberships.of(currentUser(call).id);
}

export function isMember(call: Viewer, chat: CatalogueChat): boolean {
  return call.world.memberships.has(currentUser(call).id, chat);
}

/**
 * The chat that an InputPeer names.
 * @throws RpcError PEER_ID_INVALID, CHANNEL_INVALID (wrong access hash), CHANNEL_PRIVATE (not to be read by this account)
 */
export function chatByPeer(call: Viewer, peer: TlObject): CatalogueChat {
  const self = currentUser(call);
  switch (peer._) {
    case 'inputPeerSelf':
      return privateChat(call, self.id);
    case 'inputPeerUser':
      return privateChat(call, long(peer, 'user_id'), long(peer, 'access_hash'));
    case 'inputPeerChat':
      return basicGroup(call, long(peer, 'chat_id'));
    case 'inputPeerChannel':
      return channel(call, long(peer, 'channel_id'), long(peer, 'access_hash'));
    default:
      throw badRequest('PEER_ID_INVALID');
  }
}

/** The channel that an InputChannel names. @throws RpcError as chatByPeer does */
export function chatByInputChannel(call: Viewer, input: TlObject): CatalogueChat {
  const found = channelRow(call, input);
  if (found.forbidden || !mayRead(call, found)) throw badRequest('CHANNEL_PRIVATE');
  return found;
}

/** The same without the right to read it: channels.getChannels shows forbidden ones as channelForbidden. */
export function channelRow(call: Viewer, input: TlObject): CatalogueChat {
  if (input._ !== 'inputChannel') throw badRequest('CHANNEL_INVALID');
  const found = call.world.catalogue.chat('channel', long(input, 'channel_id'));
  if (!found || found.accessHash !== long(input, 'access_hash')) throw badRequest('CHANNEL_INVALID');
  return found;
}

function channel(call: Viewer, id: bigint, accessHash: bigint): CatalogueChat {
  return chatByInputChannel(call, { _: 'inputChannel', channel_id: id, access_hash: accessHash });
}

/** Public ones are open to everybody who knows them; private ones to members. */
function mayRead(call: Viewer, chat: CatalogueChat): boolean {
  return chat.username !== undefined || isMember(call, chat);
}

function basicGroup(call: Viewer, id: bigint): CatalogueChat {
  const found = call.world.catalogue.chat('group', id);
  if (!found || !isMember(call, found)) throw badRequest('PEER_ID_INVALID');
  if (found.forbidden) throw badRequest('CHAT_FORBIDDEN');
  return found;
}

function privateChat(call: Viewer, id: bigint, accessHash?: bigint): CatalogueChat {
  const user = call.world.catalogue.user(id);
  const self = currentUser(call);
  if (!user || (user !== self && user.accessHash !== accessHash)) throw badRequest('PEER_ID_INVALID');
  const chat = call.world.catalogue.chat('user', id);
  return chat && isMember(call, chat) ? chat : chatWithoutMessages(user);
}

/** Somebody with whom the account has never spoken. */
function chatWithoutMessages({ id, accessHash, firstName }: CatalogueUser): CatalogueChat {
  return {
    kind: 'user',
    id,
    accessHash,
    title: firstName,
    memberCount: 2,
    pinned: false,
    forbidden: false,
    protected: false,
    topics: [],
    ids: () => sequenceOf([]),
    message: () => undefined,
  };
}

/** The row of the user that an InputUser names; undefined when the id or the access hash is wrong. */
export function findUser(call: Viewer, input: TlObject): TlObject | undefined {
  const self = currentUser(call);
  if (input._ === 'inputUserSelf') return userRow(self, self.id, false);
  if (input._ !== 'inputUser') return undefined;
  const id = long(input, 'user_id');
  const row = userRowById(call, id);
  return id === self.id || row?.['access_hash'] === long(input, 'access_hash') ? row : undefined;
}

function userRowById(call: Viewer, id: bigint): TlObject | undefined {
  const user = call.world.catalogue.user(id);
  const bot = call.world.catalogue.chat('user', id)?.kind === 'bot';
  return user && userRow(user, currentUser(call).id, bot);
}

export interface People {
  readonly users: readonly TlObject[];
  readonly chats: readonly TlObject[];
}

/** The rows of the given chats and of everybody named in the message rows, each once. */
export function peopleIn(
  call: Viewer,
  chats: readonly CatalogueChat[],
  messages: readonly TlObject[],
): People {
  const userIds = new Set<bigint>();
  for (const chat of chats) if (isPrivate(chat)) userIds.add(chat.id);
  for (const message of messages) {
    if (message['from_id'] !== undefined) userIds.add(long(child(message, 'from_id'), 'user_id'));
  }
  const users = [...userIds].map((id) => userRowById(call, id)).filter((row) => row !== undefined);
  return { users, chats: chats.filter((chat) => !isPrivate(chat)).map((chat) => rowOf(call, chat)) };
}

/** A group's or channel's row for the calling account. */
export function rowOf(call: Viewer, chat: CatalogueChat): TlObject {
  const first = chat.ids('all');
  const created = first.length > 0 ? (chat.message(first.at(0))?.date ?? 0) : 0;
  return chatRow(chat, isMember(call, chat), created);
}

/** The topic that a request asks for, where it does. @throws RpcError TOPIC_ID_INVALID */
export function topicOf(chat: CatalogueChat, request: TlObject, field: string): number | undefined {
  if (request[field] === undefined) return undefined;
  const id = int(request, field);
  if (!chat.topics.some((topic) => topic.id === id)) throw badRequest('TOPIC_ID_INVALID');
  return id;
}
