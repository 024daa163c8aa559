import type Sqlite from 'better-sqlite3';
import { TadError } from '../errors.js';

/** Marks the file as ours ('tadL'), so that no other program's database is ever altered. */
const APPLICATION_ID = 0x7461644c;

/**
 * Brings the file to the newest schema in one transaction, or leaves it as it was.
 * @param steps step N takes a file from version N to N+1
 * @throws TadError `usage` for a library of a newer tad and for another program's database
 */
export function migrate(database: Sqlite.Database, file: string, steps: readonly string[]): void {
  const number = (pragma: string): number => Number(database.pragma(pragma, { simple: true }));
  if (number('user_version') === steps.length && number('application_id') === APPLICATION_ID) return;
  const bringUp = database.transaction(() => {
    // Read again under the write lock: another process may have just done it.
    const version = number('user_version');
    const empty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    if (number('application_id') !== APPLICATION_ID && !empty) {
      throw new TadError(
        'usage',
        `${file} is a database of another program, not a tad library`,
        'choose another --home',
      );
    }
    if (version > steps.length) {
      throw new TadError(
        'usage',
        `the library ${file} was made by a newer tad (schema ${version}, this one knows ${steps.length})`,
        'update tad, or choose another --home',
      );
    }
    for (const step of steps.slice(version)) database.exec(step);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${steps.length}`);
  });
  bringUp.immediate();
}
