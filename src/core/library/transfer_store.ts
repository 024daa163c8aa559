import type { PartRecord } from '../download/lane.js';
import { PART_DIGEST_BYTES } from '../download/parts/part_digest.js';
import type { Connection } from './connection.js';
import { toSqlId } from './ids.js';
import { pathKey } from './path_key.js';
import { bytesOfHex, present } from './rows.js';

/** A transfer that is about to begin, with the name that was chosen for it. */
export interface BegunTransfer {
  readonly documentId: string;
  readonly chatId: string;
  readonly messageId: number;
  /** Absolute path of the finished file: a resume uses the same. */
  readonly path: string;
  /** Absolute path of the file while it grows. */
  readonly partPath: string;
  readonly size: number;
}

/** A transfer that was begun and neither completed nor cleared. */
export interface UnfinishedTransfer extends BegunTransfer {
  /** Sum of the parts recorded. */
  readonly bytes: number;
  /** Unix seconds. */
  readonly begunAt: number;
  /** Why it failed, where it did; it can be resumed all the same. */
  readonly reason?: string;
}

/** Work begun: which path each transfer writes, and which of its parts are on disk. */
export class TransferStore {
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #known;
  readonly #begin;
  readonly #path;
  readonly #pathOwner;
  readonly #fail;
  readonly #remove;
  readonly #unfinished;
  readonly #savePart;
  readonly #parts;
  readonly #clearParts;

  /** @param now Unix seconds */
  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
    this.#known = connection.prepare<{ partPath: string; size: number }>(
      'SELECT part_path AS partPath, size FROM transfers WHERE document_id = ?',
    );
    this.#begin = connection.prepare(`
      INSERT INTO transfers (document_id, chat_id, message_id, path, path_key, part_path, size, begun_at)
      VALUES (:documentId, :chatId, :messageId, :path, :pathKey, :partPath, :size, :begunAt)
      ON CONFLICT (document_id) DO UPDATE SET chat_id = excluded.chat_id, message_id = excluded.message_id,
        path = excluded.path, path_key = excluded.path_key, part_path = excluded.part_path, size = excluded.size,
        reason = NULL`);
    this.#path = connection.prepare<string>('SELECT path FROM transfers WHERE document_id = ?', 'value');
    this.#pathOwner = connection.prepare<string>(
      'SELECT CAST(document_id AS TEXT) FROM transfers WHERE path_key = ?',
      'value',
    );
    this.#fail = connection.prepare('UPDATE transfers SET reason = ? WHERE document_id = ?');
    this.#remove = connection.prepare('DELETE FROM transfers WHERE document_id = ?');
    this.#unfinished = connection.prepare<Omit<UnfinishedTransfer, 'reason'> & { reason: string | null }>(`
      SELECT CAST(t.document_id AS TEXT) AS documentId, CAST(t.chat_id AS TEXT) AS chatId,
        t.message_id AS messageId, t.path, t.part_path AS partPath, t.size, t.begun_at AS begunAt, t.reason,
        (SELECT coalesce(sum(length), 0) FROM parts p WHERE p.document_id = t.document_id) AS bytes
      FROM transfers t ORDER BY t.begun_at, t.document_id`);
    this.#savePart = connection.prepare(`
      INSERT INTO parts (document_id, offset, length, digest) VALUES (?, ?, ?, ?)
      ON CONFLICT (document_id, offset) DO UPDATE SET length = excluded.length, digest = excluded.digest`);
    this.#parts = connection.prepare<PartRecord>(
      'SELECT offset, length, lower(hex(digest)) AS digest FROM parts WHERE document_id = ? ORDER BY offset',
    );
    this.#clearParts = connection.prepare('DELETE FROM parts WHERE document_id = ?');
  }

  /** Parts recorded for another part file or another size are of no use and go. */
  begin(transfer: BegunTransfer): void {
    const documentId = toSqlId(transfer.documentId);
    this.#connection.write(() => {
      const known = this.#known.get(documentId);
      if (known && (known.partPath !== transfer.partPath || known.size !== transfer.size)) {
        this.#clearParts.run(documentId);
      }
      this.#begin.run({
        documentId,
        chatId: toSqlId(transfer.chatId),
        messageId: transfer.messageId,
        path: transfer.path,
        pathKey: pathKey(transfer.path),
        partPath: transfer.partPath,
        size: transfer.size,
        begunAt: this.#now(),
      });
    });
  }

  path(documentId: string): string | undefined {
    return this.#path.get(toSqlId(documentId));
  }

  /** The document that will have this path (compared as the strictest file system would). */
  pathOwner(path: string): string | undefined {
    return this.#pathOwner.get(pathKey(path));
  }

  fail(documentId: string, reason: string): void {
    this.#fail.run(reason, toSqlId(documentId));
  }

  /** The transfer and its parts, at once (foreign key cascade). */
  remove(documentId: string): void {
    this.#remove.run(toSqlId(documentId));
  }

  /** Oldest first. */
  unfinished(): readonly UnfinishedTransfer[] {
    return this.#unfinished.all().map(({ reason, ...rest }) => ({ ...rest, ...present({ reason }) }));
  }

  savePart(documentId: string, part: PartRecord): void {
    const digest = bytesOfHex(part.digest, PART_DIGEST_BYTES);
    this.#savePart.run(toSqlId(documentId), part.offset, part.length, digest);
  }

  /** By offset. */
  parts(documentId: string): readonly PartRecord[] {
    return this.#parts.all(toSqlId(documentId));
  }

  clearParts(documentId: string): void {
    this.#clearParts.run(toSqlId(documentId));
  }
}
