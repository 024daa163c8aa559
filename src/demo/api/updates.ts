import type { CatalogueChat, CatalogueMessage } from '../catalogue/catalogue.js';
import { currentUser, type Handler, type MethodTable, unixTime, type Viewer } from './call.js';
import { dialogRow, topMessage } from './dialog_rows.js';
import { chatByInputChannel, peopleIn } from './peers.js';
import { messageRow } from './rows.js';
import { child, int, optionalInt, type TlObject } from './tl/value.js';
import type { LoggedUpdate } from './update_log.js';

const DEFAULT_LIMIT = 100;
/** Seconds after which a client may ask for a channel's difference again. */
const CHANNEL_TIMEOUT = 30;

function state(call: Viewer, pts: number): TlObject {
  return { _: 'updates.state', pts, qts: 0, date: unixTime(call), seq: 1, unread_count: 0 };
}

/** The account's own sequence as it is now. */
export function stateOf(call: Viewer): TlObject {
  return state(call, call.world.updates.ofAccount(currentUser(call).id).pts);
}

function rowsOf(call: Viewer, events: readonly LoggedUpdate[]): TlObject {
  const viewer = currentUser(call);
  const messages = events.flatMap(({ chat, messageId }): TlObject[] => {
    const message = chat.message(messageId);
    return message ? [messageRow(chat, message, viewer.id, call.world.files)] : [];
  });
  const chats = [...new Set(events.map(({ chat }) => chat))];
  return { _: 'rows', new_messages: messages, ...peopleIn(call, chats, messages) };
}

/** https://core.telegram.org/method/updates.getDifference */
const getDifference: Handler = (call, request) => {
  const box = call.world.updates.ofAccount(currentUser(call).id);
  const events = box.since(int(request, 'pts'));
  if (!events) return { _: 'updates.differenceTooLong', pts: box.pts };
  if (events.length === 0) return { _: 'updates.differenceEmpty', date: unixTime(call), seq: 1 };
  const limit = Math.max(optionalInt(request, 'pts_limit') ?? DEFAULT_LIMIT, 1);
  const slice = events.slice(0, limit);
  const rows = { ...rowsOf(call, slice), new_encrypted_messages: [], other_updates: [] };
  return slice.length === events.length
    ? { ...rows, _: 'updates.difference', state: state(call, box.pts) }
    : { ...rows, _: 'updates.differenceSlice', intermediate_state: state(call, slice.at(-1)!.pts) };
};

/** https://core.telegram.org/method/updates.getChannelDifference */
const getChannelDifference: Handler = (call, request) => {
  const chat = chatByInputChannel(call, child(request, 'channel'));
  const box = call.world.updates.ofChannel(chat);
  const events = box.since(int(request, 'pts'));
  if (!events) return channelTooLong(call, chat);
  if (events.length === 0) {
    return { _: 'updates.channelDifferenceEmpty', final: true, pts: box.pts, timeout: CHANNEL_TIMEOUT };
  }
  const slice = events.slice(0, Math.max(int(request, 'limit'), 1));
  return {
    ...rowsOf(call, slice),
    _: 'updates.channelDifference',
    final: slice.length === events.length,
    pts: slice.at(-1)!.pts,
    timeout: CHANNEL_TIMEOUT,
    other_updates: [],
  };
};

function channelTooLong(call: Viewer, chat: CatalogueChat): TlObject {
  const newest = topMessage(chat);
  const messages = newest ? [messageRow(chat, newest, currentUser(call).id, call.world.files)] : [];
  return {
    _: 'updates.channelDifferenceTooLong',
    final: true,
    timeout: CHANNEL_TIMEOUT,
    dialog: dialogRow(call, chat),
    messages,
    ...peopleIn(call, [chat], messages),
  };
}

/** What is pushed to one account when a message was posted. */
export function newMessageUpdates(
  call: Viewer,
  chat: CatalogueChat,
  message: CatalogueMessage,
  pts: number,
  kind: 'updateNewMessage' | 'updateNewChannelMessage',
): TlObject {
  const row = messageRow(chat, message, currentUser(call).id, call.world.files);
  const update = { _: kind, message: row, pts, pts_count: 1 };
  return { _: 'updates', updates: [update], ...peopleIn(call, [chat], [row]), date: unixTime(call), seq: 0 };
}

export const updateMethods: MethodTable = {
  'updates.getState': stateOf,
  'updates.getDifference': getDifference,
  'updates.getChannelDifference': getChannelDifference,
};
