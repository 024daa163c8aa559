import type { AudioKind } from '../types.js';
import type { Connection } from './connection.js';
import { toSqlId } from './ids.js';

/** How far the scans of a chat have come; a scan goes from newest to oldest. */
export interface ScanState {
  /** Highest message id seen: the next run asks for newer ones only. */
  readonly newestId: number;
  /** Lowest message id seen: an interrupted first scan goes on below it. */
  readonly oldestId: number;
  /** Whether a scan has reached the beginning of the chat. */
  readonly complete: boolean;
}

/** The state of each scan, by chat, topic (0: the chat as a whole) and kind. */
export class ScanStore {
  readonly #now: () => number;
  readonly #one;
  readonly #save;

  /** @param now Unix seconds */
  constructor(connection: Connection, now: () => number) {
    this.#now = now;
    this.#one = connection.prepare<{ newestId: number; oldestId: number; complete: number }>(`
      SELECT newest_id AS newestId, oldest_id AS oldestId, complete FROM scans
      WHERE chat_id = ? AND topic_id = ? AND kind = ?`);
    this.#save = connection.prepare(`
      INSERT INTO scans (chat_id, topic_id, kind, newest_id, oldest_id, complete, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (chat_id, topic_id, kind) DO UPDATE SET newest_id = excluded.newest_id,
        oldest_id = excluded.oldest_id, complete = excluded.complete, updated_at = excluded.updated_at`);
  }

  one(chatId: string, topicId: number, kind: AudioKind): ScanState | undefined {
    const row = this.#one.get(toSqlId(chatId), topicId, kind);
    return row && { ...row, complete: row.complete !== 0 };
  }

  save(chatId: string, topicId: number, kind: AudioKind, state: ScanState): void {
    const { newestId, oldestId, complete } = state;
    this.#save.run(toSqlId(chatId), topicId, kind, newestId, oldestId, complete ? 1 : 0, this.#now());
  }
}
