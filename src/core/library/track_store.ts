import { basename, join, sep } from 'node:path';
import type { Track } from '../face.js';
import type { Connection } from './connection.js';
import { toSqlId } from './ids.js';
import { pathKey } from './path_key.js';
import { bytesOfHex, SELECT_TRACK, type TrackRow, toTrack } from './rows.js';

/** A finished file, as the downloader reports it. */
export interface CompletedTransfer {
  readonly documentId: string;
  readonly chatId: string;
  readonly messageId: number;
  /** Absolute path of the finished file. */
  readonly path: string;
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
  /** Unix seconds; now when absent. */
  readonly completedAt?: number;
}

/** Rows read at a time by {@link TrackStore.all}. */
const BATCH = 500;

/** The files that are done. `seq` counts up in the order in which they were. */
export class TrackStore {
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #exists;
  readonly #recentIds;
  readonly #one;
  readonly #after;
  readonly #insert;
  readonly #delete;
  readonly #pathOwner;
  readonly #anyBetween;

  /** @param now Unix seconds */
  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
    this.#exists = connection.prepare<number>('SELECT 1 FROM tracks WHERE document_id = ?', 'value');
    this.#recentIds = connection.prepare<string>(
      `SELECT CAST(document_id AS TEXT) FROM tracks
       WHERE seq > coalesce((SELECT seq FROM tracks ORDER BY seq DESC LIMIT 1 OFFSET ?), 0) ORDER BY seq`,
      'value',
    );
    this.#one = connection.prepare<TrackRow>(`${SELECT_TRACK} WHERE t.document_id = ?`);
    this.#after = connection.prepare<TrackRow & { seq: number }>(
      `${SELECT_TRACK.replace('SELECT', 'SELECT t.seq,')} WHERE t.seq > ? ORDER BY t.seq LIMIT ?`,
    );
    this.#insert = connection.prepare(`
      INSERT INTO tracks (document_id, chat_id, message_id, path, path_key, file_name, bytes, sha256, completed_at)
      VALUES (:documentId, :chatId, :messageId, :path, :pathKey, :fileName, :bytes, :sha256, :completedAt)`);
    this.#delete = connection.prepare('DELETE FROM tracks WHERE document_id = ?');
    this.#anyBetween = connection.prepare<number>(
      'SELECT 1 FROM tracks WHERE path_key >= ? AND path_key < ? LIMIT 1',
      'value',
    );
    this.#pathOwner = connection.prepare<string>(
      'SELECT CAST(document_id AS TEXT) FROM tracks WHERE path_key = ?',
      'value',
    );
  }

  has(documentId: string): boolean {
    return this.#exists.get(toSqlId(documentId)) !== undefined;
  }

  /** Document ids of the last `limit` finished files, newest last. */
  recentIds(limit: number): readonly string[] {
    return this.#recentIds.all(limit);
  }

  one(documentId: string): Track | undefined {
    const row = this.#one.get(toSqlId(documentId));
    return row && toTrack(row);
  }

  /**
   * Every track in the order in which they were finished, read in batches: the library may be written
   * meanwhile.
   */
  *all(): Generator<Track, void, undefined> {
    let last = 0;
    for (;;) {
      const rows = this.#after.all(last, BATCH);
      for (const { seq, ...row } of rows) {
        last = seq;
        yield toTrack(row);
      }
      if (rows.length < BATCH) return;
    }
  }

  /** Writes the row, over an older one of the same document. Within the caller's transaction. */
  put(done: CompletedTransfer): void {
    const documentId = toSqlId(done.documentId);
    this.#delete.run(documentId);
    this.#insert.run({
      documentId,
      chatId: toSqlId(done.chatId),
      messageId: done.messageId,
      path: done.path,
      pathKey: pathKey(done.path),
      fileName: basename(done.path),
      bytes: done.bytes,
      sha256: bytesOfHex(done.sha256, 32),
      completedAt: done.completedAt ?? this.#now(),
    });
    this.#connection.changed();
  }

  remove(documentId: string): boolean {
    const removed = this.#delete.run(toSqlId(documentId)) > 0;
    if (removed) this.#connection.changed();
    return removed;
  }

  /** One look-up in the index of paths. */
  anyIn(directory: string): boolean {
    const from = pathKey(join(directory, sep));
    // The next character after the separator: all that begins with the directory lies between.
    return (
      this.#anyBetween.get(from, from.slice(0, -1) + String.fromCharCode(sep.charCodeAt(0) + 1)) !== undefined
    );
  }

  /** The document that has this path (compared as the strictest file system would). */
  pathOwner(path: string): string | undefined {
    return this.#pathOwner.get(pathKey(path));
  }
}
