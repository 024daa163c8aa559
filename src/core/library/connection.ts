import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { TadError } from '../errors.js';
import { makeDirectories } from '../make_directories.js';
import { migrate, refuseForeign } from './migrate.js';
import { MIGRATIONS } from './schema.js';
import { searchWords } from './search_words.js';
import { fromSqlite } from './sqlite_errors.js';

export type SqlValue = string | number | bigint | Uint8Array | null;
type Parameters = readonly SqlValue[] | readonly [Readonly<Record<string, SqlValue>>];

export interface ConnectionOptions {
  /** Absolute path of the SQLite file; made, with its directory, when missing. */
  readonly file: string;
  /**
   * How much of the file SQLite may map into memory, bytes. The program leaves it at {@link MAPPED_BYTES}; the benchmark that says
   * why sets it (docs/library.md).
   */
  readonly mmapSizeBytes?: number;
  /** How long to wait for another process's write before giving up, milliseconds; 5,000 by default. */
  readonly busyTimeoutMs?: number;
}

/** Page cache, kibibytes: what the library may hold of its file in memory. Twice as much makes nothing faster (docs/library.md). */
const PAGE_CACHE_KIB = 4096;

/** Of the file, in memory by mapping: no faster beside the page cache, and all of it would count as resident. */
const MAPPED_BYTES = 0;

/** What the log may keep of its size on disk after a large transaction. */
const LOG_BYTES = 16 * 2 ** 20;

/**
 * One SQLite connection: opened with our settings, errors translated, statements prepared once by their
 * owners.
 */
export class Connection {
  readonly file: string;
  readonly #database: Sqlite.Database;
  readonly #run: Sqlite.Transaction<(work: () => unknown) => unknown>;
  readonly #dataVersion: Statement<number>;
  #changes = 0;

  /** @throws TadError `not-writable`, `disk-full`, `session-locked`, `corrupt`, `usage` (a newer schema) */
  constructor(options: ConnectionOptions) {
    this.file = options.file;
    createPrivately(options.file);
    this.#database = this.#guard(() => new Sqlite(options.file, { timeout: options.busyTimeoutMs ?? 5000 }));
    try {
      this.#guard(() => this.#prepareDatabase(options));
      this.#run = this.#database.transaction((work: () => unknown) => work());
      this.#dataVersion = this.prepare<number>('PRAGMA data_version', 'value');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #prepareDatabase(options: ConnectionOptions): void {
    const database = this.#database;
    refuseForeign(database, options.file, MIGRATIONS.length);
    database.pragma('journal_mode = WAL');
    // WAL with NORMAL never corrupts; a power cut may cost the last commits, which the next run does again.
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    database.pragma(`journal_size_limit = ${LOG_BYTES}`);
    database.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
    database.pragma(`mmap_size = ${options.mmapSizeBytes ?? MAPPED_BYTES}`);
    database.function('search_words', { deterministic: true }, searchWords);
    migrate(database, options.file, MIGRATIONS);
  }

  /** `value`: rows are the bare first column. */
  prepare<Row>(sql: string, shape: 'row' | 'value' = 'row'): Statement<Row> {
    return this.#guard(() => {
      const statement = this.#database.prepare<unknown[], Row>(sql);
      return new Statement(shape === 'value' ? statement.pluck() : statement, this.file);
    });
  }

  /**
   * All or nothing. Takes the write lock at once, so that it cannot fail half-way for another writer's sake. Within
   * another it is a part of that one: when it throws, so must the whole.
   */
  write<T>(work: () => T): T {
    if (this.#database.inTransaction) return work();
    try {
      return this.#guard(() => this.#run.immediate(work) as T);
    } catch (error) {
      this.changed(); // What was read and cached inside has been rolled back.
      throw error;
    }
  }

  /**
   * One snapshot for many look-ups: SQLite locks and checks its file once instead of each time (2x faster).
   * `work` must not wait: the snapshot would hold back every checkpoint.
   */
  read<T>(work: () => T): T {
    if (this.#database.inTransaction) return work();
    return this.#guard(() => this.#run.deferred(work) as T);
  }

  /** Tells caches of query results that chats, messages or tracks are no longer what they were. */
  changed(): void {
    this.#changes += 1;
  }

  /** Differs whenever cached results may be stale: after our changes, and after another process's commits. */
  generation(): string {
    return `${this.#changes}.${this.#dataVersion.get() ?? 0}`;
  }

  /** Differs after another process's commits, and only then. */
  foreignVersion(): number {
    return this.#dataVersion.get() ?? 0;
  }

  /** Gives cached pages back to the allocator. */
  shrink(): void {
    this.#guard(() => this.#database.pragma('shrink_memory'));
  }

  /** What is wrong with the file, one line each; empty when all is well. Reads the whole file. */
  problems(): readonly string[] {
    try {
      return this.#guard(() => {
        const found = this.#database.pragma('integrity_check(20)') as { integrity_check: string }[];
        const orphans = this.#database.pragma('foreign_key_check') as { table: string; parent: string }[];
        return [
          ...found.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
          ...orphans.map(({ table, parent }) => `a row of ${table} misses its row in ${parent}`),
        ];
      });
    } catch (error) {
      // So damaged that the check itself cannot read it.
      if (error instanceof TadError && error.code === 'corrupt') return [error.message];
      throw error;
    }
  }

  /** Moves the log into the file and closes. Calling it again does nothing. */
  close(): void {
    if (!this.#database.open) return;
    try {
      this.#database.pragma('optimize');
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // A full disk or a busy reader: the log stays and is valid, the next open reads it.
    } finally {
      this.#database.close();
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw fromSqlite(error, this.file);
    }
  }
}

/** A prepared statement whose failures are TadErrors. */
export class Statement<Row> {
  readonly #statement: Sqlite.Statement<unknown[], Row>;
  readonly #file: string;

  constructor(statement: Sqlite.Statement<unknown[], Row>, file: string) {
    this.#statement = statement;
    this.#file = file;
  }

  get(...parameters: Parameters): Row | undefined {
    try {
      return this.#statement.get(...parameters);
    } catch (error) {
      throw fromSqlite(error, this.#file);
    }
  }

  all(...parameters: Parameters): Row[] {
    try {
      return this.#statement.all(...parameters);
    } catch (error) {
      throw fromSqlite(error, this.#file);
    }
  }

  /** How many rows were written. */
  run(...parameters: Parameters): number {
    try {
      return this.#statement.run(...parameters).changes;
    } catch (error) {
      throw fromSqlite(error, this.#file);
    }
  }
}

/**
 * The library names chats and files: it is the owner's alone, and so are the log files SQLite makes beside
 * it.
 */
function createPrivately(file: string): void {
  try {
    makeDirectories(dirname(file), 0o700);
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const full = /ENOSPC|EDQUOT/.test(reason);
    throw new TadError(
      full ? 'disk-full' : 'not-writable',
      `the library ${file} cannot be created: ${reason}`,
      full ? 'free some space and run again' : 'choose a directory that you may write to with --home',
      { cause: error },
    );
  }
}
