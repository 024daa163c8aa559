import type { Connection } from './connection.js';

interface Asked {
  readonly work: () => unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Joins the writes of many files that are under way at once: what is asked for in one turn of the event loop is one
 * transaction. A commit costs more than most writes, and files that go on together ask together.
 */
export class GroupCommit {
  readonly #connection: Connection;
  #waiting: Asked[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Does `work`, which is synchronous, at the end of this turn, in the order of the calls. Resolves with its result when
   * that is committed. Work that throws is undone, and that alone: the others' is done once more without it.
   */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush());
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Commits now what waits. Never throws: the promises say what failed. */
  flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) this.#commit(batch);
  }

  #commit(batch: readonly Asked[]): void {
    let culprit: Asked | undefined;
    let results: unknown[];
    try {
      results = this.#connection.write(() =>
        batch.map((asked) => {
          culprit = asked;
          const result = asked.work();
          culprit = undefined;
          return result;
        }),
      );
    } catch (error) {
      if (culprit === undefined || batch.length === 1) {
        // The database is locked or full, whoever asks.
        for (const { reject } of batch) reject(error);
      } else {
        culprit.reject(error);
        this.#commit(batch.filter((asked) => asked !== culprit));
      }
      return;
    }
    for (const [i, { resolve }] of batch.entries()) resolve(results[i]);
  }
}
