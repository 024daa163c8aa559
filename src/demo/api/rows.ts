import type {
  CatalogueChat,
  CatalogueDocument,
  CatalogueMessage,
  CatalogueUser,
} from '../catalogue/catalogue.js';
import { Random } from '../random.js';
import type { FileRegistry } from './file_registry.js';
import type { TlObject } from './tl/value.js';

/** Chats whose messages are numbered on their own; all others share the account's numbering. */
export function isChannel(chat: CatalogueChat): boolean {
  return chat.kind === 'supergroup' || chat.kind === 'channel' || chat.kind === 'forum';
}

export function isPrivate(chat: CatalogueChat): boolean {
  return chat.kind === 'user' || chat.kind === 'bot' || chat.kind === 'saved';
}

export function peerOf(chat: CatalogueChat): TlObject {
  if (isChannel(chat)) return { _: 'peerChannel', channel_id: chat.id };
  if (chat.kind === 'group') return { _: 'peerChat', chat_id: chat.id };
  return { _: 'peerUser', user_id: chat.id };
}

export function inputPeerOf(chat: CatalogueChat): TlObject {
  if (isChannel(chat)) {
    return { _: 'inputPeerChannel', channel_id: chat.id, access_hash: chat.accessHash };
  }
  if (chat.kind === 'group') return { _: 'inputPeerChat', chat_id: chat.id };
  if (chat.kind === 'saved') return { _: 'inputPeerSelf' };
  return { _: 'inputPeerUser', user_id: chat.id, access_hash: chat.accessHash };
}

export function userRow(user: CatalogueUser, viewerId: bigint, bot: boolean): TlObject {
  const self = user.id === viewerId;
  return {
    _: 'user',
    self,
    bot,
    id: user.id,
    access_hash: user.accessHash,
    first_name: user.firstName,
    last_name: user.lastName,
    username: user.username,
    phone: self ? user.phone : undefined,
    premium: user.premium,
    status: bot ? undefined : { _: 'userStatusRecently' },
    bot_info_version: bot ? 1 : undefined,
  };
}

/** A basic group, supergroup, forum or channel as an account sees it. */
export function chatRow(chat: CatalogueChat, member: boolean, created: number): TlObject {
  const broadcast = chat.kind === 'channel';
  if (chat.kind === 'group') {
    return chat.forbidden
      ? { _: 'chatForbidden', id: chat.id, title: chat.title }
      : {
          _: 'chat',
          noforwards: chat.protected,
          id: chat.id,
          title: chat.title,
          photo: { _: 'chatPhotoEmpty' },
          participants_count: chat.memberCount,
          date: created,
          version: 1,
        };
  }
  const common = { id: chat.id, access_hash: chat.accessHash, title: chat.title };
  if (chat.forbidden) return { _: 'channelForbidden', broadcast, megagroup: !broadcast, ...common };
  return {
    _: 'channel',
    ...common,
    broadcast,
    megagroup: !broadcast,
    forum: chat.kind === 'forum',
    left: !member,
    noforwards: chat.protected,
    username: chat.username,
    photo: { _: 'chatPhotoEmpty' },
    date: created,
    participants_count: chat.memberCount,
  };
}

export function messageRow(
  chat: CatalogueChat,
  message: CatalogueMessage,
  viewerId: bigint,
  files: FileRegistry,
): TlObject {
  const post = chat.kind === 'channel';
  const saved = chat.kind === 'saved';
  const replies = message.topicId !== undefined && message.topicId !== GENERAL_TOPIC_ID;
  return {
    _: 'message',
    out: saved || message.fromId === viewerId,
    post,
    id: message.id,
    // In private chats the other side is the peer itself, and from_id is left out.
    from_id:
      message.fromId === undefined || isPrivate(chat)
        ? undefined
        : { _: 'peerUser', user_id: message.fromId },
    peer_id: peerOf(chat),
    saved_peer_id: saved ? { _: 'peerUser', user_id: viewerId } : undefined,
    reply_to: replies
      ? { _: 'messageReplyHeader', forum_topic: true, reply_to_msg_id: message.topicId }
      : undefined,
    date: message.date,
    message: message.text,
    media: message.document && mediaRow(message.document, files),
    views: post ? viewsOf(chat, message) : undefined,
    forwards: post ? 0 : undefined,
    grouped_id: message.groupedId,
  };
}

/** https://core.telegram.org/api/forum: the topic that each forum has, and whose messages are no replies. */
export const GENERAL_TOPIC_ID = 1;

function viewsOf(chat: CatalogueChat, message: CatalogueMessage): number {
  return new Random(Number(BigInt.asUintN(32, chat.id)), message.id).int(1, Math.max(chat.memberCount, 1));
}

/** A message that was deleted, or that the account may not see. */
export function emptyMessageRow(id: number, chat?: CatalogueChat): TlObject {
  return { _: 'messageEmpty', id, peer_id: chat && peerOf(chat) };
}

function mediaRow(document: CatalogueDocument, files: FileRegistry): TlObject {
  return {
    _: 'messageMediaDocument',
    voice: document.voice,
    document: documentRow(document, files),
  };
}

function documentRow(document: CatalogueDocument, files: FileRegistry): TlObject {
  const { thumb } = document;
  return {
    _: 'document',
    id: document.id,
    access_hash: document.accessHash,
    file_reference: files.references.issue(document.id),
    date: document.date,
    mime_type: document.mimeType,
    size: document.size,
    thumbs: thumb && [
      { _: 'photoSize', type: thumb.type, w: thumb.width, h: thumb.height, size: thumb.size },
    ],
    dc_id: files.dcOf(document),
    attributes: attributesOf(document),
  };
}

function attributesOf(document: CatalogueDocument): TlObject[] {
  const attributes: TlObject[] = [];
  if (document.audioAttribute) {
    attributes.push({
      _: 'documentAttributeAudio',
      voice: document.voice,
      duration: document.duration,
      title: document.title,
      performer: document.performer,
      waveform: document.voice ? waveformOf(document) : undefined,
    });
  }
  if (document.fileName !== undefined) {
    attributes.push({ _: 'documentAttributeFilename', file_name: document.fileName });
  }
  return attributes;
}

/** 100 values of 5 bits each, packed (https://core.telegram.org/api/files#audio-and-video-files). */
function waveformOf(document: CatalogueDocument): Buffer {
  const random = new Random(Number(BigInt.asUintN(32, document.id)), 0x3a7e);
  return Buffer.from(Array.from({ length: 63 }, () => random.int(0, 255)));
}
