import type { Chat } from '../types.js';
import type { Connection } from './connection.js';
import { toSqlId, toSqlIdOrNull } from './ids.js';
import { CHAT_COLUMNS, type ChatRow, toChat } from './rows.js';

/** The chats that were ever listed or scanned. */
export class ChatStore {
  readonly #connection: Connection;
  readonly #save;
  readonly #all;
  readonly #one;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#save = connection.prepare(`
      INSERT INTO chats (id, kind, title, username, access_hash, folders, pinned, member_count, last_message_date)
      VALUES (:id, :kind, :title, :username, :accessHash, :folders, :pinned, :memberCount, :lastMessageDate)
      ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title, username = excluded.username,
        access_hash = excluded.access_hash, folders = excluded.folders, pinned = excluded.pinned,
        member_count = excluded.member_count, last_message_date = excluded.last_message_date`);
    this.#all = connection.prepare<ChatRow>(
      `SELECT ${CHAT_COLUMNS} FROM chats c ORDER BY c.pinned DESC, c.last_message_date DESC, c.id`,
    );
    this.#one = connection.prepare<ChatRow>(`SELECT ${CHAT_COLUMNS} FROM chats c WHERE c.id = ?`);
  }

  save(chats: readonly Chat[]): void {
    this.#connection.write(() => {
      for (const chat of chats) {
        this.#save.run({
          id: toSqlId(chat.id),
          kind: chat.kind,
          title: chat.title,
          username: chat.username ?? null,
          accessHash: toSqlIdOrNull(chat.accessHash),
          folders: JSON.stringify(chat.folders),
          pinned: chat.pinned ? 1 : 0,
          memberCount: chat.memberCount ?? null,
          lastMessageDate: chat.lastMessageDate ?? null,
        });
      }
    });
    this.#connection.changed();
  }

  all(): readonly Chat[] {
    return this.#all.all().map(toChat);
  }

  one(id: string): Chat | undefined {
    const row = this.#one.get(toSqlId(id));
    return row && toChat(row);
  }
}
