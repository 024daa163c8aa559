import Sqlite from 'better-sqlite3';
import { TadError } from '../errors.js';

/** What SQLite threw, as an error that can be shown; anything else is returned as it is. */
export function fromSqlite(error: unknown, file: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const [message, code, hint] = describe(error, file);
  return new TadError(code, message, hint, { cause: error });
}

/** Result codes: sqlite.org/rescode.html. Extended codes begin with the name of their primary one. */
function describe(error: Error & { code: string }, file: string): [string, TadError['code'], string?] {
  const is = (...names: readonly string[]): boolean =>
    names.some((name) => error.code === name || error.code.startsWith(`${name}_`));
  if (is('SQLITE_BUSY', 'SQLITE_LOCKED')) {
    return [
      `the library ${file} is in use by another process`,
      'session-locked',
      'close the other tad that uses it, or choose another --profile',
    ];
  }
  if (is('SQLITE_FULL')) {
    return [`no room left on the disk of the library ${file}`, 'disk-full', 'free some space and run again'];
  }
  if (is('SQLITE_CORRUPT', 'SQLITE_NOTADB')) {
    return [
      `the library ${file} is damaged: ${error.message}`,
      'corrupt',
      'move it away and run again: a new one is made, and the files on disk stay as they are',
    ];
  }
  if (is('SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_AUTH')) {
    return [
      `the library ${file} cannot be written: ${error.message}`,
      'not-writable',
      'check that its directory exists and that you may write to it, or choose another --home',
    ];
  }
  if (is('SQLITE_IOERR')) {
    return [
      `the disk of the library ${file} reports an error: ${error.message}`,
      'not-writable',
      'check the disk',
    ];
  }
  return [`the library refused: ${error.message}`, 'internal'];
}
