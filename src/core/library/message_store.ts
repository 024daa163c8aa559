import type { AudioMessage, FileLocation } from '../types.js';
import type { Connection } from './connection.js';
import { toSqlId } from './ids.js';
import { MESSAGE_COLUMNS, type MessageRow, toMessage } from './rows.js';

/**
 * The audio messages that scans have seen, and the documents they carry (one document may be in many
 * messages).
 */
export class MessageStore {
  readonly #connection: Connection;
  readonly #saveDocument;
  readonly #exists;
  readonly #saveMessage;
  readonly #one;
  readonly #below;
  readonly #relocate;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#saveDocument = connection.prepare<number>(
      `
      INSERT INTO documents (id, access_hash, file_reference, dc_id, size, mime_type, file_name, title, performer,
        duration, thumb)
      VALUES (:id, :accessHash, :fileReference, :dcId, :size, :mimeType, :fileName, :title, :performer, :duration,
        :thumb)
      ON CONFLICT (id) DO UPDATE SET access_hash = excluded.access_hash, file_reference = excluded.file_reference,
        dc_id = excluded.dc_id, size = excluded.size, mime_type = excluded.mime_type, file_name = excluded.file_name,
        title = excluded.title, performer = excluded.performer, duration = excluded.duration, thumb = excluded.thumb
      RETURNING seq`,
      'value',
    );
    this.#exists = connection.prepare<number>(
      'SELECT 1 FROM messages WHERE chat_id = ? AND message_id = ?',
      'value',
    );
    this.#saveMessage = connection.prepare(`
      INSERT INTO messages (chat_id, message_id, document_seq, topic_id, date, kind, caption)
      VALUES (:chatId, :messageId, :documentSeq, :topicId, :date, :kind, :caption)
      ON CONFLICT (chat_id, message_id) DO UPDATE SET document_seq = excluded.document_seq,
        topic_id = excluded.topic_id, date = excluded.date, kind = excluded.kind, caption = excluded.caption`);
    this.#one = connection.prepare<MessageRow>(`
      SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN documents d ON d.seq = m.document_seq
      WHERE m.chat_id = ? AND m.message_id = ?`);
    this.#below = connection.prepare<MessageRow>(`
      SELECT ${MESSAGE_COLUMNS} FROM messages m JOIN documents d ON d.seq = m.document_seq
      WHERE m.chat_id = ? AND m.message_id < ? ORDER BY m.message_id DESC LIMIT ?`);
    this.#relocate = connection.prepare(`
      UPDATE documents SET access_hash = :accessHash, file_reference = :fileReference, dc_id = :dcId, size = :size
      WHERE id = :id`);
  }

  /** One transaction. Returns how many were not known before. */
  save(messages: readonly AudioMessage[]): number {
    const added = this.#connection.write(() => {
      let count = 0;
      for (const message of messages) {
        if (this.#exists.get(toSqlId(message.chatId), message.messageId) === undefined) count += 1;
        this.#saveOne(message);
      }
      return count;
    });
    this.#connection.changed();
    return added;
  }

  #saveOne(message: AudioMessage): void {
    const { location } = message;
    const documentSeq = this.#saveDocument.get({
      id: toSqlId(location.documentId),
      accessHash: toSqlId(location.accessHash),
      fileReference: location.fileReference,
      dcId: location.dcId,
      size: location.size,
      mimeType: message.mimeType,
      fileName: message.fileName ?? null,
      title: message.title ?? null,
      performer: message.performer ?? null,
      duration: message.duration ?? null,
      thumb: message.thumb === undefined ? null : JSON.stringify(message.thumb),
    });
    this.#saveMessage.run({
      chatId: toSqlId(message.chatId),
      messageId: message.messageId,
      documentSeq: documentSeq ?? null,
      topicId: message.topicId ?? null,
      date: message.date,
      kind: message.kind,
      caption: message.caption ?? null,
    });
  }

  one(chatId: string, messageId: number): AudioMessage | undefined {
    const row = this.#one.get(toSqlId(chatId), messageId);
    return row && toMessage(row);
  }

  /** Newest first. O(limit), however far down. */
  below(chatId: string, messageId: number, limit: number): readonly AudioMessage[] {
    return this.#below.all(toSqlId(chatId), messageId, limit).map(toMessage);
  }

  relocate(location: FileLocation): void {
    this.#relocate.run({
      id: toSqlId(location.documentId),
      accessHash: toSqlId(location.accessHash),
      fileReference: location.fileReference,
      dcId: location.dcId,
      size: location.size,
    });
  }
}
