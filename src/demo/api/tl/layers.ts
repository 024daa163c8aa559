/**
 * Where the layers differ, for what this server says and understands. A client that announced layer N in
 * invokeWithLayer gets each constructor in its newest version with `since` <= N; layer 198 is the schema itself.
 *
 * A line without fields keeps those of layer 198: that version only added optional fields (or widened the type of
 * one), which this server never sets, and moved none that it does. Sources: the schema of layer 227 as @mtcute/core
 * 0.30.3 ships it, its table of retired constructors, and https://core.telegram.org/api/layers.
 *
 * Layers 198 and 227 are checked by clients that speak them. Between the two, the layer of a change is the first in
 * which it was seen. Clients older than 198 get 198.
 */
export const LAYER_CHANGES: readonly { readonly since: number; readonly line: string }[] = [
  { since: 200, line: 'user#20b1422' },
  { since: 217, line: 'user#31774388' },
  { since: 200, line: 'userFull#d2234ea0' },
  { since: 201, line: 'userFull#99e78045' },
  { since: 210, line: 'userFull#29de80be' },
  { since: 211, line: 'userFull#7e63ce1f' },
  { since: 212, line: 'userFull#c577b5ad' },
  { since: 215, line: 'userFull#a02bc13e' },
  { since: 224, line: 'userFull#6cbe645' },
  { since: 200, line: 'channel#7482147e' },
  { since: 204, line: 'channel#fe685355' },
  { since: 217, line: 'channel#1c32b11c' },
  { since: 205, line: 'channelFull#e07429de' },
  { since: 212, line: 'channelFull#e4e0b29d' },
  { since: 226, line: 'channelFull#a04e8d3a' },
  { since: 200, line: 'message#eabcdd4d' },
  { since: 205, line: 'message#9815cec8' },
  { since: 217, line: 'message#b92f76cf' },
  { since: 221, line: 'message#9cb490e9' },
  { since: 223, line: 'message#3ae56482' },
  { since: 225, line: 'message#95ef6f2b' },
  { since: 226, line: 'message#7600b9d3' },
  { since: 205, line: 'messageService#7a800e0a' },
  { since: 206, line: 'messageReplyHeader#6917560b' },
  { since: 225, line: 'messageReplyHeader#1b97dd66' },
  {
    since: 201,
    line: 'peerSettings#f47741f7',
  },
  {
    since: 211,
    line: 'messages.messagesSlice#762b263d flags:# inexact:flags.1?true count:int next_rate:flags.0?int offset_id_offset:flags.2?int search_flood:flags.3?SearchPostsFlood messages:Vector<Message> chats:Vector<Chat> users:Vector<User> = messages.Messages;',
  },
  {
    since: 216,
    line: 'messages.messages#1d73e7ea messages:Vector<Message> topics:Vector<ForumTopic> chats:Vector<Chat> users:Vector<User> = messages.Messages;',
  },
  {
    since: 216,
    line: 'messages.messagesSlice#5f206716 flags:# inexact:flags.1?true count:int next_rate:flags.0?int offset_id_offset:flags.2?int search_flood:flags.3?SearchPostsFlood messages:Vector<Message> topics:Vector<ForumTopic> chats:Vector<Chat> users:Vector<User> = messages.Messages;',
  },
  {
    since: 216,
    line: 'forumTopic#cdff0eca flags:# my:flags.1?true closed:flags.2?true pinned:flags.3?true short:flags.5?true hidden:flags.6?true title_missing:flags.7?true id:int date:int peer:Peer title:string icon_color:int icon_emoji_id:flags.0?long top_message:int read_inbox_max_id:int read_outbox_max_id:int unread_count:int unread_mentions_count:int unread_reactions_count:int from_id:Peer notify_settings:PeerNotifySettings draft:flags.4?DraftMessage = ForumTopic;',
  },
  {
    since: 225,
    line: 'forumTopic#fcdad815 flags:# my:flags.1?true closed:flags.2?true pinned:flags.3?true short:flags.5?true hidden:flags.6?true title_missing:flags.7?true id:int date:int peer:Peer title:string icon_color:int icon_emoji_id:flags.0?long top_message:int read_inbox_max_id:int read_outbox_max_id:int unread_count:int unread_mentions_count:int unread_reactions_count:int unread_poll_votes_count:int from_id:Peer notify_settings:PeerNotifySettings draft:flags.4?DraftMessage = ForumTopic;',
  },
  {
    since: 225,
    line: 'dialog#fc89f7f3 flags:# pinned:flags.2?true unread_mark:flags.3?true view_forum_as_messages:flags.6?true peer:Peer top_message:int read_inbox_max_id:int read_outbox_max_id:int unread_count:int unread_mentions_count:int unread_reactions_count:int unread_poll_votes_count:int notify_settings:PeerNotifySettings pts:flags.0?int draft:flags.1?DraftMessage folder_id:flags.4?int ttl_period:flags.5?int = Dialog;',
  },
  {
    since: 223,
    line: 'chatParticipant#38e79fde flags:# user_id:long inviter_id:long date:int rank:flags.0?string = ChatParticipant;',
  },
  {
    since: 223,
    line: 'chatParticipantCreator#e1f867b8 flags:# user_id:long rank:flags.0?string = ChatParticipant;',
  },
  {
    since: 223,
    line: 'chatParticipantAdmin#360d5d2 flags:# user_id:long inviter_id:long date:int rank:flags.0?string = ChatParticipant;',
  },
  {
    since: 216,
    line: 'messages.getForumTopics#3ba47bff flags:# peer:InputPeer q:flags.0?string offset_date:int offset_id:int offset_topic:int limit:int = messages.ForumTopics;',
  },
  {
    since: 216,
    line: 'messages.getForumTopicsByID#af0a4a08 peer:InputPeer topics:Vector<int> = messages.ForumTopics;',
  },
  {
    since: 223,
    line: 'messages.importChatInvite#de91436e hash:string = messages.ChatInviteJoinResult;',
  },
  {
    since: 223,
    line: 'messages.chatInviteJoinResultOk#445663a7 updates:Updates = messages.ChatInviteJoinResult;',
  },
];
