import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import { cleanNumber, cleanText } from '../clean.js';
import type { Chat, ForumTopic } from '../types.js';
import type { Caller } from './caller.js';
import { chatRow } from './chat_rows.js';
import { ARCHIVE_TITLE, type Folder, readFolder } from './folders.js';
import { idOfPeer, inputChannel, type PeerCache, peerOfChat } from './peers.js';

const PAGE = 100;
const MUTED_FOR_EVER = 0x7fffffff;

/**
 * The account's chats, a page at a time: pinned ones first, then newest first, the archive included.
 * Ids already given are remembered (a chat that gets a message meanwhile moves to the front): O(chats) strings.
 * https://core.telegram.org/method/messages.getDialogs
 */
export async function* listChats(
  caller: Caller,
  peers: PeerCache,
  signal: AbortSignal,
): AsyncGenerator<readonly Chat[], void> {
  const folders = await loadFolders(caller, peers.selfId ?? '', signal);
  const given = new Set<string>();
  let offset = { date: 0, id: 0, peer: new Api.InputPeerEmpty() as Api.TypeInputPeer };
  for (;;) {
    const request = new Api.messages.GetDialogs({
      offsetDate: offset.date,
      offsetId: offset.id,
      offsetPeer: offset.peer,
      limit: PAGE,
      hash: returnBigInt(0),
    });
    const answer = await caller.call(request, signal);
    if (answer instanceof Api.messages.DialogsNotModified) return;
    const page = readPage(answer, folders);
    const fresh = page.filter(({ chat }) => !given.has(chat.id));
    for (const { chat } of fresh) {
      given.add(chat.id);
      peers.remember(chat.id, chat.accessHash);
    }
    if (fresh.length > 0) yield fresh.map(({ chat }) => chat);
    const last = page.findLast(({ topMessage }) => topMessage > 0);
    const complete = !(answer instanceof Api.messages.DialogsSlice) || answer.dialogs.length === 0;
    if (complete || last === undefined || fresh.length === 0) return;
    offset = { date: last.chat.lastMessageDate ?? 0, id: last.topMessage, peer: peerOfChat(last.chat) };
  }
}

/** All topics of a forum, newest activity first. https://core.telegram.org/method/channels.getForumTopics */
export async function listTopics(
  caller: Caller,
  chat: Chat,
  signal: AbortSignal,
): Promise<readonly ForumTopic[]> {
  if (chat.kind !== 'forum') return [];
  const channel = inputChannel(peerOfChat(chat));
  const topics = new Map<number, ForumTopic>();
  let offset = { date: 0, message: 0, topic: 0 };
  for (;;) {
    const request = new Api.channels.GetForumTopics({
      channel,
      offsetDate: offset.date,
      offsetId: offset.message,
      offsetTopic: offset.topic,
      limit: PAGE,
    });
    const answer = await caller.call(request, signal);
    const before = topics.size;
    for (const topic of answer.topics)
      if (topic instanceof Api.ForumTopic) topics.set(topic.id, topicRow(topic));
    const last = answer.topics.findLast((topic) => topic instanceof Api.ForumTopic);
    if (last === undefined || topics.size === before || topics.size >= answer.count)
      return [...topics.values()];
    offset = {
      date: dateOf(answer.messages, last.topMessage) ?? last.date,
      message: last.topMessage,
      topic: last.id,
    };
  }
}

/** Which of these ids are topics of the forum. https://core.telegram.org/method/channels.getForumTopicsByID */
export async function findTopic(
  caller: Caller,
  chat: Chat,
  id: number,
  signal: AbortSignal,
): Promise<ForumTopic | undefined> {
  const request = new Api.channels.GetForumTopicsByID({
    channel: inputChannel(peerOfChat(chat)),
    topics: [id],
  });
  const answer = await caller.call(request, signal);
  const topic = answer.topics.find((found) => found instanceof Api.ForumTopic && found.id === id);
  return topic instanceof Api.ForumTopic ? topicRow(topic) : undefined;
}

function topicRow(topic: Api.ForumTopic): ForumTopic {
  return { id: topic.id, title: cleanText(topic.title) || `Topic ${topic.id}` };
}

async function loadFolders(caller: Caller, selfId: string, signal: AbortSignal): Promise<readonly Folder[]> {
  const { filters } = await caller.call(new Api.messages.GetDialogFilters(), signal);
  return filters.flatMap((filter) => readFolder(filter, selfId) ?? []);
}

interface DialogEntry {
  readonly chat: Chat;
  readonly topMessage: number;
}

function readPage(
  answer: Api.messages.Dialogs | Api.messages.DialogsSlice,
  folders: readonly Folder[],
): readonly DialogEntry[] {
  const entities = new Map<string, Api.TypeUser | Api.TypeChat>();
  for (const entity of [...answer.users, ...answer.chats]) {
    const id = chatRow(entity)?.id;
    if (id !== undefined) entities.set(id, entity);
  }
  const dates = new Map<string, number>();
  for (const message of answer.messages) {
    if (message instanceof Api.MessageEmpty) continue;
    dates.set(idOfPeer(message.peerId), message.date);
  }
  return answer.dialogs.flatMap((dialog) => {
    if (!(dialog instanceof Api.Dialog)) return [];
    const id = idOfPeer(dialog.peer);
    const entity = entities.get(id);
    const chat = entity && dialogRow(dialog, entity, folders, dates.get(id));
    return chat ? [{ chat, topMessage: dialog.topMessage }] : [];
  });
}

function dialogRow(
  dialog: Api.Dialog,
  entity: Api.TypeUser | Api.TypeChat,
  folders: readonly Folder[],
  date: number | undefined,
): Chat | undefined {
  const bare = chatRow(entity);
  if (bare === undefined) return undefined;
  const archived = dialog.folderId === 1;
  const candidate = {
    id: bare.id,
    kind: bare.kind,
    contact: entity instanceof Api.User && (entity.contact ?? false),
    muted: (dialog.notifySettings.muteUntil ?? 0) >= MUTED_FOR_EVER,
    unread: dialog.unreadCount > 0 || (dialog.unreadMark ?? false),
    archived,
  };
  const titles = folders.filter((folder) => folder.has(candidate)).map((folder) => folder.title);
  const lastMessageDate = cleanNumber(date, 1, 0xffff_ffff);
  return {
    ...bare,
    folders: archived ? [...titles, ARCHIVE_TITLE] : titles,
    pinned: dialog.pinned ?? false,
    ...(lastMessageDate === undefined ? {} : { lastMessageDate }),
  };
}

function dateOf(messages: readonly Api.TypeMessage[], id: number): number | undefined {
  const message = messages.find((found) => found.id === id);
  return message === undefined || message instanceof Api.MessageEmpty ? undefined : message.date;
}
