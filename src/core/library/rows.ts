import { TadError } from '../errors.js';
import type { Track } from '../face.js';
import type { AudioKind, AudioMessage, Chat, ChatKind, ThumbInfo } from '../types.js';

/** A slice of a list, as the faces ask for it. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** The fields that are there: SQL's NULL is an absent field to us. */
export function present<T extends Record<string, unknown>>(
  fields: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept: { [K in keyof T]?: NonNullable<T[K]> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== null && value !== undefined) kept[key] = value;
  }
  return kept;
}

/** Hex to the bytes that are stored. @throws TadError `internal` when it is not so many bytes in hex */
export function bytesOfHex(hex: string, length: number): Uint8Array {
  if (hex.length !== 2 * length || !/^[0-9a-f]*$/i.test(hex)) {
    throw new TadError('internal', `not ${length} bytes in hex`);
  }
  return Buffer.from(hex, 'hex');
}

export interface ChatRow {
  readonly id: string;
  readonly kind: ChatKind;
  readonly title: string;
  readonly username: string | null;
  readonly accessHash: string | null;
  readonly folders: string;
  readonly pinned: number;
  readonly memberCount: number | null;
  readonly lastMessageDate: number | null;
}

/** 64-bit columns leave SQLite as text: as numbers they would lose their last digits. */
export const CHAT_COLUMNS = `
  CAST(c.id AS TEXT) AS id, c.kind, c.title, c.username, CAST(c.access_hash AS TEXT) AS accessHash, c.folders,
  c.pinned, c.member_count AS memberCount, c.last_message_date AS lastMessageDate`;

export function toChat(row: ChatRow): Chat {
  const { username, accessHash, memberCount, lastMessageDate, folders, pinned, ...rest } = row;
  return {
    ...rest,
    folders: JSON.parse(folders) as string[],
    pinned: pinned !== 0,
    ...present({ username, accessHash, memberCount, lastMessageDate }),
  };
}

export interface MessageRow {
  readonly chatId: string;
  readonly messageId: number;
  readonly topicId: number | null;
  readonly date: number;
  readonly kind: AudioKind;
  readonly caption: string | null;
  readonly documentId: string;
  readonly accessHash: string;
  readonly fileReference: Uint8Array;
  readonly dcId: number;
  readonly size: number;
  readonly mimeType: string;
  readonly fileName: string | null;
  readonly title: string | null;
  readonly performer: string | null;
  readonly duration: number | null;
  readonly thumb: string | null;
}

/** Of `messages m JOIN documents d`. */
export const MESSAGE_COLUMNS = `
  CAST(m.chat_id AS TEXT) AS chatId, m.message_id AS messageId, m.topic_id AS topicId, m.date, m.kind, m.caption,
  CAST(d.id AS TEXT) AS documentId, CAST(d.access_hash AS TEXT) AS accessHash, d.file_reference AS fileReference,
  d.dc_id AS dcId, d.size, d.mime_type AS mimeType, d.file_name AS fileName, d.title, d.performer, d.duration, d.thumb`;

export function toMessage(row: MessageRow): AudioMessage {
  const { topicId, fileName, title, performer, duration, caption, thumb } = row;
  return {
    chatId: row.chatId,
    messageId: row.messageId,
    date: row.date,
    kind: row.kind,
    location: {
      documentId: row.documentId,
      accessHash: row.accessHash,
      fileReference: Uint8Array.from(row.fileReference),
      dcId: row.dcId,
      size: row.size,
    },
    mimeType: row.mimeType,
    ...present({ topicId, fileName, title, performer, duration, caption }),
    ...(thumb === null ? {} : { thumb: JSON.parse(thumb) as ThumbInfo }),
  };
}

export interface TrackRow {
  readonly documentId: string;
  readonly chatId: string;
  readonly chatTitle: string;
  readonly messageId: number;
  readonly kind: AudioKind;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mimeType: string;
  readonly title: string | null;
  readonly performer: string | null;
  readonly duration: number | null;
  readonly messageDate: number;
  readonly completedAt: number;
}

/** A track with what its document, message and chat say of it; conditions on `t` go behind. */
export const SELECT_TRACK = `
  SELECT CAST(t.document_id AS TEXT) AS documentId, CAST(t.chat_id AS TEXT) AS chatId, c.title AS chatTitle,
    t.message_id AS messageId, m.kind, t.path, t.bytes, lower(hex(t.sha256)) AS sha256, d.mime_type AS mimeType,
    d.title, d.performer, d.duration, m.date AS messageDate, t.completed_at AS completedAt
  FROM tracks t
  JOIN documents d ON d.id = t.document_id
  JOIN messages m ON m.chat_id = t.chat_id AND m.message_id = t.message_id
  JOIN chats c ON c.id = t.chat_id`;

export function toTrack(row: TrackRow): Track {
  const { title, performer, duration, ...rest } = row;
  return { ...rest, ...present({ title, performer, duration }) };
}
