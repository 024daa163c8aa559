import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLibrary } from '../../../src/core/library/library.js';
import { migrate } from '../../../src/core/library/migrate.js';
import { MIGRATIONS } from '../../../src/core/library/schema.js';
import { fromSqlite } from '../../../src/core/library/sqlite_errors.js';
import { chat, complete, DIGEST, message, tempDir } from './fixtures.js';

const tempFile = (): string => join(tempDir(), 'library.db');

const notWritable = expect.objectContaining({ code: 'not-writable', exitCode: 4 });

function raw(file: string, options: Sqlite.Options = {}): Sqlite.Database {
  const database = new Sqlite(file, options);
  onTestFinished(() => void database.close());
  return database;
}

describe('opening a library', () => {
  it('makes its directory and a file that only the owner can read', () => {
    const file = join(tempDir(), 'deep', 'er', 'library.db');
    using library = openLibrary({ file });
    expect(library.totals().tracks).toBe(0);
    if (process.platform === 'win32') return;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  });

  it('finds everything again, with no log left behind by close', () => {
    const file = tempFile();
    const library = openLibrary({ file });
    library.saveChats([chat()]);
    library.saveMessages([message(1)]);
    complete(library, message(1));
    library.close();
    library.close();
    expect(() => statSync(`${file}-wal`)).toThrow(/ENOENT/);
    using again = openLibrary({ file });
    expect(again.track(message(1).location.documentId)?.path).toBe('/music/1.mp3');
    expect(again.problems()).toEqual([]);
  });

  it('refuses a library of a newer tad, and leaves it alone', () => {
    const file = tempFile();
    openLibrary({ file }).close();
    const database = raw(file);
    database.pragma('user_version = 999');
    expect(() => openLibrary({ file })).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringMatching(/newer tad \(schema 999/),
        hint: expect.stringMatching(/update tad/),
      }),
    );
    expect(database.pragma('user_version', { simple: true })).toBe(999);
  });

  it("refuses another program's database, and leaves it alone", () => {
    const file = tempFile();
    const database = raw(file);
    database.exec('CREATE TABLE photos (id INTEGER)');
    expect(() => openLibrary({ file })).toThrow(/database of another program/);
    expect(database.prepare('SELECT group_concat(name) FROM sqlite_schema').pluck().get()).toBe('photos');
    expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
  });

  it('says in one line what is wrong with a file that is no database', () => {
    const file = tempFile();
    writeFileSync(file, 'this is a text file, and quite a long one at that. '.repeat(20));
    const before = readFileSync(file);
    expect(() => openLibrary({ file })).toThrow(
      expect.objectContaining({
        code: 'corrupt',
        message: expect.stringMatching(/^the library .* is damaged: .*$/),
      }),
    );
    expect(readFileSync(file)).toEqual(before);
  });

  it('finds damage inside the file', () => {
    const file = tempFile();
    const library = openLibrary({ file });
    library.saveChats([chat()]);
    library.saveMessages(Array.from({ length: 2000 }, (_, i) => message(i + 1)));
    library.close();
    const descriptor = openSync(file, 'r+');
    const { size } = statSync(file);
    for (let offset = 40 * 4096; offset < size; offset += 4096)
      writeSync(descriptor, Buffer.alloc(64, 0xa5), 0, 64, offset);
    closeSync(descriptor);
    using damaged = openLibrary({ file });
    const look = () => damaged.messages(chat().id, { offset: 0, limit: 2000 });
    expect(look).toThrow(
      expect.objectContaining({ code: 'corrupt', message: expect.not.stringContaining('\n') }),
    );
    expect(damaged.problems()).not.toEqual([]);
  });

  it('cannot be made below a file', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    expect(() => openLibrary({ file: join(dir, 'file', 'library.db') })).toThrow(notWritable);
  });

  it('cannot be made where a directory is', () => {
    expect(() => openLibrary({ file: tempDir() })).toThrow(notWritable);
  });
});

describe('a library that is used by two processes', () => {
  it('waits for the other to finish writing, and gives up in one line', () => {
    const file = tempFile();
    using library = openLibrary({ file, busyTimeoutMs: 20 });
    const other = raw(file);
    other.exec('BEGIN IMMEDIATE');
    const save = () => library.saveChats([chat()]);
    expect(save).toThrow(
      expect.objectContaining({
        code: 'session-locked',
        message: expect.stringMatching(/in use by another process/),
      }),
    );
    expect(library.chats()).toEqual([]);
    other.exec('COMMIT');
    save();
    expect(library.chats()).toHaveLength(1);
  });

  it('shows what the other wrote, cached counts included', () => {
    const file = tempFile();
    using one = openLibrary({ file });
    using other = openLibrary({ file });
    one.saveChats([chat()]);
    expect(other.messageCount(chat().id)).toBe(0);
    one.saveMessages([message(1), message(2)]);
    expect(other.messageCount(chat().id)).toBe(2);
    complete(one, message(1));
    expect(other.chatCounts()).toMatchObject([{ seen: 2, have: 1, tracks: 1 }]);
  });
});

describe('errors of SQLite', () => {
  const thrownBy = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return fromSqlite(error, '/home/tad/library.db');
    }
    throw new Error('nothing was thrown');
  };

  it('say that the disk is full', () => {
    const database = raw(tempFile());
    database.exec('CREATE TABLE t (x)');
    database.pragma('max_page_count = 3');
    const fill = () => database.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
    expect(thrownBy(fill)).toMatchObject({
      code: 'disk-full',
      exitCode: 4,
      hint: expect.stringMatching(/free some space/),
    });
  });

  it('say that the file may not be written', () => {
    const file = tempFile();
    raw(file).exec('CREATE TABLE t (x)');
    const database = raw(file, { readonly: true });
    expect(thrownBy(() => database.exec('INSERT INTO t VALUES (1)'))).toMatchObject({ code: 'not-writable' });
  });

  it('leave what is not theirs as it is', () => {
    const error = new RangeError('other');
    expect(fromSqlite(error, 'x')).toBe(error);
  });
});

describe('migrations', () => {
  const steps = ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y DEFAULT 7'];

  it('bring a file of any older version to the newest, once, with its rows', () => {
    const database = raw(tempFile());
    migrate(database, 'f', steps.slice(0, 1));
    database.exec('INSERT INTO a VALUES (1)');
    migrate(database, 'f', steps);
    migrate(database, 'f', steps);
    expect(database.prepare('SELECT x, y FROM a').all()).toEqual([{ x: 1, y: 7 }]);
    expect(database.pragma('user_version', { simple: true })).toBe(2);
  });

  it('leave the file as it was when a step fails', () => {
    const database = raw(tempFile());
    migrate(database, 'f', steps.slice(0, 1));
    expect(() => migrate(database, 'f', [...steps, 'CREATE TABLE a (again)'])).toThrow(/already exists/);
    expect(database.pragma('user_version', { simple: true })).toBe(1);
    expect(database.prepare('SELECT count(*) FROM pragma_table_info(?)').pluck().get('a')).toBe(1);
  });

  it('let go of records of parts that are hashed with SHA-256, and keep the transfers', () => {
    const file = tempFile();
    const old = new Sqlite(file);
    migrate(old, file, MIGRATIONS.slice(0, 4));
    old.pragma('foreign_keys = OFF');
    old.exec(`
      INSERT INTO transfers VALUES (7, -1, 1, '/music/a.mp3', '/music/a.mp3', '/music/a.mp3.part', 9, 1700000000, NULL);
      INSERT INTO parts VALUES (7, 0, 4, zeroblob(32))`);
    old.close();
    using library = openLibrary({ file });
    expect(library.parts('7')).toEqual([]);
    expect(library.unfinishedTransfers()).toMatchObject([
      { documentId: '7', path: '/music/a.mp3', bytes: 0 },
    ]);
    const part = { offset: 0, length: 4, digest: DIGEST };
    library.recordPart('7', part);
    expect(library.parts('7')).toEqual([part]);
    library.dropTransfer('7');
    expect(library.parts('7')).toEqual([]);
  });
});
