import type { CatalogueChat } from '../catalogue/catalogue.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import { NOTIFY_SETTINGS, topMessage } from './dialog_rows.js';
import { channelRow, chatByInputChannel, chatByPeer, rowOf } from './peers.js';
import { userRow } from './rows.js';
import { child, children, long, longs, type TlObject } from './tl/value.js';

/** https://core.telegram.org/method/channels.getChannels */
const getChannels: Handler = (call, request) => ({
  _: 'messages.chats',
  chats: children(request, 'id').map((input) => rowOf(call, channelRow(call, input))),
});

/** https://core.telegram.org/method/messages.getChats: basic groups. */
const getChats: Handler = (call, request) => ({
  _: 'messages.chats',
  chats: longs(request, 'id').map((id) => {
    const chat = call.world.catalogue.chat('group', id);
    if (!chat) throw badRequest('CHAT_ID_INVALID');
    return rowOf(call, chat);
  }),
});

function emptyPhoto(): TlObject {
  return { _: 'photoEmpty', id: 0 };
}

/** https://core.telegram.org/method/channels.getFullChannel */
const getFullChannel: Handler = (call, request) => {
  const chat = chatByInputChannel(call, child(request, 'channel'));
  const newest = topMessage(chat)?.id ?? 0;
  const full: TlObject = {
    _: 'channelFull',
    id: chat.id,
    about: '',
    participants_count: chat.memberCount,
    read_inbox_max_id: newest,
    read_outbox_max_id: newest,
    unread_count: 0,
    chat_photo: emptyPhoto(),
    notify_settings: NOTIFY_SETTINGS,
    bot_info: [],
    pts: call.world.updates.ofChannel(chat).pts,
  };
  return fullAnswer(call, chat, full);
};

/** https://core.telegram.org/method/messages.getFullChat */
const getFullChat: Handler = (call, request) => {
  const chat = chatByPeer(call, { _: 'inputPeerChat', chat_id: long(request, 'chat_id') });
  const self = currentUser(call);
  const full: TlObject = {
    _: 'chatFull',
    id: chat.id,
    about: '',
    participants: {
      _: 'chatParticipants',
      chat_id: chat.id,
      participants: [{ _: 'chatParticipantCreator', user_id: self.id }],
      version: 1,
    },
    notify_settings: NOTIFY_SETTINGS,
  };
  return fullAnswer(call, chat, full);
};

function fullAnswer(call: Call, chat: CatalogueChat, full: TlObject): TlObject {
  const self = currentUser(call);
  return {
    _: 'messages.chatFull',
    full_chat: full,
    chats: [rowOf(call, chat)],
    users: [userRow(self, self.id, false)],
  };
}

export const chatMethods: MethodTable = {
  'channels.getChannels': getChannels,
  'messages.getChats': getChats,
  'channels.getFullChannel': getFullChannel,
  'messages.getFullChat': getFullChat,
};
