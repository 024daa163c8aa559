import type { Connection } from './connection.js';

/** Small things that are kept between runs, each a JSON value under a name. */
export class SettingsStore {
  readonly #get;
  readonly #set;

  constructor(connection: Connection) {
    this.#get = connection.prepare<string>('SELECT value FROM settings WHERE key = ?', 'value');
    this.#set = connection.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
  }

  get(key: string): unknown {
    const value = this.#get.get(key);
    return value === undefined ? undefined : (JSON.parse(value) as unknown);
  }

  set(key: string, value: unknown): void {
    this.#set.run(key, JSON.stringify(value ?? null));
  }
}
