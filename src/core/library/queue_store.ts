import type { AudioKind, AudioMessage, ChatTarget, TransferState } from '../types.js';
import type { Connection } from './connection.js';
import { toSqlId } from './ids.js';
import {
  keysOf,
  type QueueEntry,
  type QueueRow,
  toEntry,
  toWaiting,
  type WaitingEntry,
  type WaitingRow,
} from './queue_entries.js';
import { MESSAGE_COLUMNS, type Page } from './rows.js';

/**
 * What the person asked for and has not got yet, in the order in which it will be fetched; and what the person decided about single
 * documents of a download of whole chats (paused, moved, cancelled), so that the next process goes by it. A cancelled one is no
 * longer in the queue, and is known to have been cancelled until it is asked for again.
 */
export class QueueStore {
  readonly #connection: Connection;
  readonly #add;
  readonly #page;
  readonly #next;
  readonly #waiting;
  readonly #length;
  readonly #directories;
  readonly #notYetTaken;
  readonly #placeWaiting;
  readonly #waits;
  readonly #place;
  readonly #before;
  readonly #behind;
  readonly #setPosition;
  readonly #setState;
  readonly #take;
  readonly #interrupted;
  readonly #failed;
  readonly #failedOne;
  readonly #remove;
  readonly #hold;
  readonly #holdWaiting;
  readonly #isPaused;
  readonly #goOn;
  readonly #goOnAll;
  readonly #cancelOne;
  readonly #cancelNew;
  readonly #isCancelled;
  readonly #forgetCancelled;
  readonly #giveBack;
  readonly #first;
  readonly #arrange;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(`
      INSERT INTO queue (document_id, chat_id, message_id, position, state, out_dir)
      SELECT :documentId, :chatId, :messageId, coalesce((SELECT max(position) FROM queue), 0) + 1, 'queued', :outDir
      WHERE NOT EXISTS (SELECT 1 FROM tracks WHERE document_id = :documentId)
      ON CONFLICT (document_id) DO UPDATE SET state = 'queued', reason = NULL, out_dir = excluded.out_dir
        WHERE queue.state IN ('failed', 'cancelled', 'skipped')`);
    const entries = `
      SELECT ${MESSAGE_COLUMNS}, q.state, q.reason, q.out_dir AS outDir FROM queue q
      JOIN messages m ON m.chat_id = q.chat_id AND m.message_id = q.message_id
      JOIN documents d ON d.id = q.document_id`;
    this.#page = connection.prepare<QueueRow>(
      `${entries} WHERE q.state <> 'cancelled' ORDER BY q.position LIMIT ? OFFSET ?`,
    );
    this.#next = connection.prepare<WaitingRow>(`${entries}
      WHERE q.state = 'queued' AND q.paused = 0
        AND coalesce(q.out_dir, '') IN (SELECT value FROM json_each(?)) ORDER BY q.position LIMIT ?`);
    this.#directories = connection.prepare<string>(
      "SELECT DISTINCT coalesce(out_dir, '') FROM queue WHERE state = 'queued' AND paused = 0",
      'value',
    );
    this.#length = connection.prepare<number>(
      "SELECT count(*) FROM queue WHERE state <> 'cancelled'",
      'value',
    );
    // The places first: rows that an offset leaves out are not to be joined.
    this.#waiting = connection.prepare<WaitingRow>(`
      SELECT ${MESSAGE_COLUMNS}, q.out_dir AS outDir FROM (
        SELECT document_id, chat_id, message_id, position, out_dir FROM queue
        WHERE state = 'queued' ORDER BY position LIMIT ? OFFSET ?) q
      JOIN messages m ON m.chat_id = q.chat_id AND m.message_id = q.message_id
      JOIN documents d ON d.id = q.document_id ORDER BY q.position`);
    this.#notYetTaken = connection.prepare<number>(
      "SELECT count(*) FROM queue WHERE state = 'queued'",
      'value',
    );
    this.#placeWaiting = connection.prepare<number>(
      `SELECT (SELECT count(*) FROM queue WHERE state = 'queued' AND position < mine.position)
      FROM queue mine WHERE document_id = ? AND state = 'queued'`,
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
    this.#take = connection.prepare(
      "UPDATE queue SET state = 'waiting', reason = NULL, paused = 0, out_dir = ? WHERE document_id = ?",
    );
    this.#interrupted = connection.prepare(`
      UPDATE queue SET state = 'queued', reason = NULL WHERE state IN ('active', 'waiting')
        AND document_id NOT IN (SELECT CAST(value AS INTEGER) FROM json_each(?))`);
    const waitAgain = "UPDATE queue SET state = 'queued', reason = NULL WHERE";
    this.#failed = connection.prepare(`${waitAgain} state = 'failed'`);
    this.#failedOne = connection.prepare(`${waitAgain} state IN ('failed', 'cancelled') AND document_id = ?`);
    this.#giveBack = connection.prepare(`${waitAgain} state <> 'cancelled' AND document_id = ?`);
    this.#remove = connection.prepare('DELETE FROM queue WHERE document_id = ?');
    const values = ':documentId, :chatId, :messageId, coalesce((SELECT max(position) FROM queue), 0) + 1';
    const put = 'INSERT INTO queue (document_id, chat_id, message_id, position, state, paused, out_dir)';
    this.#hold = connection.prepare(`
      ${put} VALUES (${values}, 'waiting', 1, :outDir)
      ON CONFLICT (document_id) DO UPDATE SET paused = 1, out_dir = excluded.out_dir`);
    this.#holdWaiting = connection.prepare(
      "UPDATE queue SET paused = 1 WHERE document_id = ? AND state = 'queued'",
    );
    this.#isPaused = connection.prepare<number>(
      "SELECT paused FROM queue WHERE document_id = ? AND state IN ('queued', 'active', 'waiting')",
      'value',
    );
    this.#goOnAll = connection.prepare('UPDATE queue SET paused = 0 WHERE paused = 1');
    this.#goOn = connection.prepare('UPDATE queue SET paused = 0 WHERE paused = 1 AND document_id = ?');
    this.#cancelOne = connection.prepare(`
      UPDATE queue SET state = 'cancelled', reason = NULL, paused = 0
      WHERE document_id = ? AND state <> 'cancelled'`);
    this.#cancelNew = connection.prepare(`
      ${put} VALUES (${values}, 'cancelled', 0, NULL) ON CONFLICT (document_id) DO NOTHING`);
    this.#isCancelled = connection.prepare<number>(
      "SELECT 1 FROM queue WHERE document_id = ? AND state = 'cancelled'",
      'value',
    );
    // By document: a file that was cancelled in another chat is asked for again as well.
    this.#forgetCancelled = connection.prepare(`
      DELETE FROM queue WHERE state = 'cancelled' AND EXISTS (
        SELECT 1 FROM documents d JOIN messages m ON m.document_seq = d.seq
        WHERE d.id = queue.document_id AND m.chat_id = :chatId
          AND (:topicId IS NULL OR m.topic_id = :topicId) AND (:messageId IS NULL OR m.message_id = :messageId)
          AND m.kind IN (SELECT value FROM json_each(:kinds)))`);
    this.#first = connection.prepare<number>('SELECT coalesce(min(position), 0) FROM queue', 'value');
    this.#arrange = connection.prepare(`
      ${put} VALUES (:documentId, :chatId, :messageId, :position, 'waiting', 0, :outDir)
      ON CONFLICT (document_id) DO UPDATE SET position = excluded.position, out_dir = excluded.out_dir`);
  }

  /**
   * Appends those that are neither in the queue nor in the library; failed and cancelled ones wait again at
   * their old place, for `outDir`. The messages must have been saved. Returns how many now wait that did not before.
   */
  add(messages: readonly AudioMessage[], outDir: string): number {
    return this.#connection.write(() => {
      let added = 0;
      for (const message of messages) added += this.#add.run({ ...keysOf(message), outDir });
      return added;
    });
  }

  page(page: Page): readonly QueueEntry[] {
    return this.#page.all(page.limit, page.offset).map(toEntry);
  }

  /**
   * The first `limit` that wait to be fetched into one of these directories (undefined: of an older tad) and are not paused.
   */
  next(limit: number, outDirs: readonly (string | undefined)[]): readonly WaitingEntry[] {
    return this.#next.all(JSON.stringify(outDirs.map((each) => each ?? '')), limit).map(toWaiting);
  }

  /** Where what waits to be fetched and is not paused goes. Looks at every row that waits. */
  directories(): readonly (string | undefined)[] {
    return this.#directories.all().map((each) => each || undefined);
  }

  length(): number {
    return this.#length.get() ?? 0;
  }

  /** Those that the downloader has not taken yet, in order. 100,000 rows that the offset leaves out cost 2 ms. */
  waiting({ limit, offset }: Page): readonly WaitingEntry[] {
    return this.#waiting.all(limit, offset).map(toWaiting);
  }

  /** How many wait for the downloader to take them. */
  notYetTaken(): number {
    return this.#notYetTaken.get() ?? 0;
  }

  /** Which of them a document is, from 0; -1 when it is none of them. */
  placeWaiting(documentId: string): number {
    return this.#placeWaiting.get(toSqlId(documentId)) ?? -1;
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

  /** The downloader has it now, to be fetched into `outDir`: also what was paused here, when it was asked for again. */
  take(documentId: string, outDir: string): void {
    this.#take.run(outDir, toSqlId(documentId));
  }

  /** What was under way when a process ended waits again. @param underWay is so in this process. Returns how many. */
  requeueInterrupted(underWay: readonly string[] = []): number {
    return this.#interrupted.run(JSON.stringify(underWay));
  }

  /** Of what was taken: it waits to be taken again, unless it was cancelled. */
  giveBack(documentId: string): void {
    this.#giveBack.run(toSqlId(documentId));
  }

  /** Failed ones wait again: one, also when it was cancelled, or all. Returns how many. */
  requeueFailed(documentId?: string): number {
    return documentId === undefined ? this.#failed.run() : this.#failedOne.run(toSqlId(documentId));
  }

  /** False for what is not in the queue. */
  remove(documentId: string): boolean {
    return this.#remove.run(toSqlId(documentId)) > 0;
  }

  /** Also of a message that is not in the queue, but with the downloader; it must have been saved. */
  pause(message: AudioMessage, outDir: string): void {
    this.#hold.run({ ...keysOf(message), outDir });
  }

  /** One that nobody has taken yet. False for anything else. */
  pauseWaiting(documentId: string): boolean {
    return this.#holdWaiting.run(toSqlId(documentId)) > 0;
  }

  /** Of what is still to be fetched. */
  isPaused(documentId: string): boolean {
    return this.#isPaused.get(toSqlId(documentId)) === 1;
  }

  /** One, or all. False when none was paused. */
  resume(documentId?: string): boolean {
    return (documentId === undefined ? this.#goOnAll.run() : this.#goOn.run(toSqlId(documentId))) > 0;
  }

  /** @param message when it is with the downloader and perhaps not in the queue. False for what is in neither. */
  cancel(documentId: string, message?: AudioMessage): boolean {
    if (this.#cancelOne.run(toSqlId(documentId)) > 0) return true;
    return message !== undefined && this.#cancelNew.run(keysOf(message)) > 0;
  }

  isCancelled(documentId: string): boolean {
    return this.#isCancelled.get(toSqlId(documentId)) !== undefined;
  }

  /** What was cancelled of these is asked for again. Looks at every row of the queue: 100,000 cost some milliseconds a target. */
  forgetCancelled(targets: readonly ChatTarget[], kinds: readonly AudioKind[]): void {
    const of = { kinds: JSON.stringify(kinds) };
    this.#connection.write(() => {
      for (const { chat, topicId = null, messageId = null } of targets)
        this.#forgetCancelled.run({ ...of, chatId: toSqlId(chat.id), topicId, messageId });
    });
  }

  /** Puts these, which are with the downloader, in this order before all others. O(entries), one transaction. */
  arrange(entries: readonly { readonly message: AudioMessage; readonly outDir: string }[]): void {
    this.#connection.write(() => {
      let position = (this.#first.get() ?? 0) - entries.length;
      for (const { message, outDir } of entries)
        this.#arrange.run({ ...keysOf(message), outDir, position: position++ });
    });
  }
}
