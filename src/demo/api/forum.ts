import type { CatalogueChat } from '../catalogue/catalogue.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import { NOTIFY_SETTINGS } from './dialog_rows.js';
import { chatByInputChannel, chatByPeer, peopleIn } from './peers.js';
import { messageRow, peerOf } from './rows.js';
import { child, int, ints, type TlObject, text } from './tl/value.js';

type Topic = CatalogueChat['topics'][number];

const MAX_PAGE = 100;
/** The first of the six colours that topic icons may have. */
const ICON_COLOR = 0x6fb9f0;

/** Since layer 216 the methods are in messages.* and name a peer instead of a channel. */
function forumOf(call: Call, request: TlObject): CatalogueChat {
  const chat =
    request['channel'] === undefined
      ? chatByPeer(call, child(request, 'peer'))
      : chatByInputChannel(call, child(request, 'channel'));
  if (chat.kind !== 'forum') throw badRequest('CHANNEL_FORUM_MISSING');
  return chat;
}

function newestOf(chat: CatalogueChat, topic: Topic): number {
  const ids = chat.ids('all', topic.id);
  return ids.length === 0 ? topic.id : ids.at(ids.length - 1);
}

function topicRow(call: Call, chat: CatalogueChat, topic: Topic): TlObject {
  const newest = newestOf(chat, topic);
  const date = chat.message(topic.id)?.date ?? chat.message(newest)?.date ?? 0;
  return {
    _: 'forumTopic',
    id: topic.id,
    date,
    peer: peerOf(chat),
    title: topic.title,
    icon_color: ICON_COLOR,
    top_message: newest,
    read_inbox_max_id: newest,
    read_outbox_max_id: newest,
    unread_count: 0,
    unread_mentions_count: 0,
    unread_reactions_count: 0,
    unread_poll_votes_count: 0,
    from_id: { _: 'peerUser', user_id: currentUser(call).id },
    notify_settings: NOTIFY_SETTINGS,
  };
}

function answer(call: Call, chat: CatalogueChat, topics: readonly TlObject[], count: number): TlObject {
  const viewer = currentUser(call);
  const messages = topics.flatMap((topic): TlObject[] => {
    const message = topic._ === 'forumTopic' ? chat.message(int(topic, 'top_message')) : undefined;
    return message ? [messageRow(chat, message, viewer.id, call.world.files)] : [];
  });
  const { pts } = call.world.updates.ofChannel(chat);
  return { _: 'messages.forumTopics', count, topics, messages, ...peopleIn(call, [chat], messages), pts };
}

/** https://core.telegram.org/method/messages.getForumTopics: newest message first, from behind offset_topic. */
const getForumTopics: Handler = (call, request) => {
  const chat = forumOf(call, request);
  const query = request['q'] === undefined ? '' : text(request, 'q').toLowerCase();
  const topics = chat.topics
    .filter(({ title }) => title.toLowerCase().includes(query))
    .toSorted((a, b) => newestOf(chat, b) - newestOf(chat, a));
  const offset = int(request, 'offset_topic');
  const start = topics.findIndex(({ id }) => id === offset) + 1;
  const limit = Math.min(Math.max(int(request, 'limit'), 0), MAX_PAGE);
  const rows = topics.slice(start, start + limit).map((topic) => topicRow(call, chat, topic));
  return answer(call, chat, rows, topics.length);
};

/** https://core.telegram.org/method/messages.getForumTopicsByID */
const getForumTopicsById: Handler = (call, request) => {
  const chat = forumOf(call, request);
  const rows = ints(request, 'topics').map((id): TlObject => {
    const topic = chat.topics.find((candidate) => candidate.id === id);
    return topic ? topicRow(call, chat, topic) : { _: 'forumTopicDeleted', id };
  });
  return answer(call, chat, rows, rows.length);
};

export const forumMethods: MethodTable = {
  'channels.getForumTopics': getForumTopics,
  'messages.getForumTopics': getForumTopics,
  'channels.getForumTopicsByID': getForumTopicsById,
  'messages.getForumTopicsByID': getForumTopicsById,
};
