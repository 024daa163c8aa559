import type { AudioMessage, TransferState } from '../types.js';
import type { Connection } from './connection.js';
import { toSqlId } from './ids.js';
import { MESSAGE_COLUMNS, type MessageRow, type Page, present, toMessage } from './rows.js';

/** A place in the queue that outlives the process. */
export interface QueueEntry {
  readonly message: AudioMessage;
  readonly state: TransferState;
  readonly reason?: string;
}

type QueueRow = MessageRow & { readonly state: TransferState; readonly reason: string | null };

/** What the person asked for and has not got yet, in the order in which it will be fetched. */
export class QueueStore {
  readonly #connection: Connection;
  readonly #add;
  readonly #page;
  readonly #next;
  readonly #length;
  readonly #notYetTaken;
  readonly #waits;
  readonly #place;
  readonly #before;
  readonly #behind;
  readonly #setPosition;
  readonly #setState;
  readonly #interrupted;
  readonly #failed;
  readonly #failedOne;
  readonly #remove;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(`
      INSERT INTO queue (document_id, chat_id, message_id, position, state)
      SELECT :documentId, :chatId, :messageId, coalesce((SELECT max(position) FROM queue), 0) + 1, 'queued'
      WHERE NOT EXISTS (SELECT 1 FROM tracks WHERE document_id = :documentId)
      ON CONFLICT (document_id) DO UPDATE SET state = 'queued', reason = NULL
        WHERE queue.state IN ('failed', 'cancelled', 'skipped')`);
    const entries = `
      SELECT ${MESSAGE_COLUMNS}, q.state, q.reason FROM queue q
      JOIN messages m ON m.chat_id = q.chat_id AND m.message_id = q.message_id
      JOIN documents d ON d.id = q.document_id`;
    this.#page = connection.prepare<QueueRow>(`${entries} ORDER BY q.position LIMIT ? OFFSET ?`);
    this.#next = connection.prepare<QueueRow>(
      `${entries} WHERE q.state = 'queued' ORDER BY q.position LIMIT ?`,
    );
    this.#length = connection.prepare<number>('SELECT count(*) FROM queue', 'value');
    this.#notYetTaken = connection.prepare<number>(
      "SELECT count(*) FROM queue WHERE state = 'queued'",
      'value',
    );
    this.#waits = connection.prepare<number>(
      "SELECT 1 FROM queue WHERE document_id = ? AND state IN ('queued', 'waiting')",
      'value',
    );
    this.#place = connection.prepare<number>('SELECT position FROM queue WHERE document_id = ?', 'value');
    this.#before = connection.prepare<{ id: string; position: number }>(`
      SELECT CAST(document_id AS TEXT) AS id, position FROM queue WHERE position < ?
      ORDER BY position DESC LIMIT ?`);
    this.#behind = connection.prepare<{ id: string; position: number }>(`
      SELECT CAST(document_id AS TEXT) AS id, position FROM queue WHERE position > ? ORDER BY position LIMIT ?`);
    this.#setPosition = connection.prepare('UPDATE queue SET position = ? WHERE document_id = ?');
    this.#setState = connection.prepare('UPDATE queue SET state = ?, reason = ? WHERE document_id = ?');
    this.#interrupted = connection.prepare(
      "UPDATE queue SET state = 'queued', reason = NULL WHERE state IN ('active', 'waiting')",
    );
    const failed = "UPDATE queue SET state = 'queued', reason = NULL WHERE state = 'failed'";
    this.#failed = connection.prepare(failed);
    this.#failedOne = connection.prepare(`${failed} AND document_id = ?`);
    this.#remove = connection.prepare('DELETE FROM queue WHERE document_id = ?');
  }

  /**
   * Appends those that are neither in the queue nor in the library; failed and cancelled ones wait again at
   * their old place. The messages must have been saved. Returns how many now wait that did not before.
   */
  add(messages: readonly AudioMessage[]): number {
    return this.#connection.write(() => {
      let added = 0;
      for (const { chatId, messageId, location } of messages) {
        added += this.#add.run({
          documentId: toSqlId(location.documentId),
          chatId: toSqlId(chatId),
          messageId,
        });
      }
      return added;
    });
  }

  page(page: Page): readonly QueueEntry[] {
    return this.#page.all(page.limit, page.offset).map(toEntry);
  }

  /** The first `limit` that wait to be fetched. */
  next(limit: number): readonly AudioMessage[] {
    return this.#next.all(limit).map(toMessage);
  }

  length(): number {
    return this.#length.get() ?? 0;
  }

  /** How many wait for the downloader to take them. */
  notYetTaken(): number {
    return this.#notYetTaken.get() ?? 0;
  }

  /** Whether the document waits to be fetched. */
  waits(documentId: string): boolean {
    return this.#waits.get(toSqlId(documentId)) !== undefined;
  }

  /** Moves an entry by `steps` places (negative: earlier), as far as the ends allow. False for what is not in the queue. */
  move(documentId: string, steps: number): boolean {
    const id = toSqlId(documentId);
    return this.#connection.write(() => {
      let place = this.#place.get(id);
      if (place === undefined) return false;
      if (steps === 0) return true;
      const passed = (steps < 0 ? this.#before : this.#behind).all(place, Math.abs(steps));
      for (const other of passed) {
        this.#setPosition.run(place, toSqlId(other.id));
        place = other.position;
      }
      this.#setPosition.run(place, id);
      return true;
    });
  }

  setState(documentId: string, state: TransferState, reason?: string): void {
    this.#setState.run(state, reason ?? null, toSqlId(documentId));
  }

  /** What was under way when the process ended waits again. Returns how many. */
  requeueInterrupted(): number {
    return this.#interrupted.run();
  }

  /** Failed ones wait again: one, or all. Returns how many. */
  requeueFailed(documentId?: string): number {
    return documentId === undefined ? this.#failed.run() : this.#failedOne.run(toSqlId(documentId));
  }

  /** False for what is not in the queue. */
  remove(documentId: string): boolean {
    return this.#remove.run(toSqlId(documentId)) > 0;
  }
}

function toEntry(row: QueueRow): QueueEntry {
  return { message: toMessage(row), state: row.state, ...present({ reason: row.reason }) };
}
