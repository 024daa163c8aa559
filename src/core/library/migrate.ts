import type Sqlite from 'better-sqlite3';
import { TadError } from '../errors.js';

/** Marks the file as ours ('tadL'), so that no other program's database is ever altered. */
const APPLICATION_ID = 0x7461644c;

/**
 * To be called before anything is changed, a mere setting included.
 * @param newest the newest schema version that is known
 * @throws TadError `usage` for a library of a newer tad and for another program's database
 */
export function refuseForeign(database: Sqlite.Database, file: string, newest: number): void {
  const version = numberOf(database, 'user_version');
  const empty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (numberOf(database, 'application_id') !== APPLICATION_ID && !empty) {
    throw new TadError(
      'usage',
      `${file} is a database of another program, not a tad library`,
      'choose another --home',
    );
  }
  if (version > newest) {
    throw new TadError(
      'usage',
      `the library ${file} was made by a newer tad (schema ${version}, this one knows ${newest})`,
      'update tad, or choose another --home',
    );
  }
}

/**
 * Brings the file to the newest schema in one transaction, or leaves it as it was.
 * @param steps step N takes a file from version N to N+1
 * @throws TadError as {@link refuseForeign}
 */
export function migrate(database: Sqlite.Database, file: string, steps: readonly string[]): void {
  if (numberOf(database, 'user_version') === steps.length) return;
  const bringUp = database.transaction(() => {
    // Looked at again under the write lock: another process may have just done it.
    refuseForeign(database, file, steps.length);
    for (const step of steps.slice(numberOf(database, 'user_version'))) database.exec(step);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${steps.length}`);
  });
  bringUp.immediate();
}

function numberOf(database: Sqlite.Database, pragma: string): number {
  return Number(database.pragma(pragma, { simple: true }));
}
