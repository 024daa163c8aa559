import type { RunSummary } from '../events.js';
import type { Connection } from './connection.js';
import { present } from './rows.js';

/** One run of the downloader. Without `finishedAt` it is still going, or the process died. */
export interface RunRecord {
  readonly id: number;
  /** Unix seconds. */
  readonly startedAt: number;
  /** What was asked for, as a person would name it. */
  readonly targets: readonly string[];
  readonly finishedAt?: number;
  readonly summary?: RunSummary;
  /** Flood waits, memory, pools and caches as the run ended; whoever wrote it knows its shape. */
  readonly figures?: unknown;
}

interface RunRow {
  readonly id: number;
  readonly startedAt: number;
  readonly targets: string;
  readonly finishedAt: number | null;
  readonly summary: string | null;
  readonly figures: string | null;
}

/** Runs kept; the oldest go when a new one starts. */
const KEPT_RUNS = 1000;

/** What was asked of the downloader, and what came of it: the last 1,000 runs. */
export class RunStore {
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #start;
  readonly #prune;
  readonly #finish;
  readonly #recent;

  /** @param now Unix seconds */
  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
    this.#start = connection.prepare<number>(
      'INSERT INTO runs (started_at, targets) VALUES (?, ?) RETURNING id',
      'value',
    );
    this.#prune = connection.prepare('DELETE FROM runs WHERE id <= ?');
    this.#finish = connection.prepare(
      'UPDATE runs SET finished_at = ?, summary = ?, figures = ? WHERE id = ?',
    );
    this.#recent = connection.prepare<RunRow>(`
      SELECT id, started_at AS startedAt, targets, finished_at AS finishedAt, summary, figures
      FROM runs ORDER BY id DESC LIMIT ?`);
  }

  /** @param targets what was asked for, as a person would name it. @returns its id */
  start(targets: readonly string[]): number {
    return this.#connection.write(() => {
      const id = this.#start.get(this.#now(), JSON.stringify(targets)) ?? 0;
      this.#prune.run(id - KEPT_RUNS);
      return id;
    });
  }

  /** @param figures flood waits, memory, pools, caches: any JSON */
  finish(id: number, summary: RunSummary, figures?: unknown): void {
    this.#finish.run(this.#now(), JSON.stringify(summary), JSON.stringify(figures ?? null), id);
  }

  /** Newest first. */
  recent(limit: number): readonly RunRecord[] {
    return this.#recent.all(limit).map((row) => ({
      id: row.id,
      startedAt: row.startedAt,
      targets: JSON.parse(row.targets) as string[],
      ...present({ finishedAt: row.finishedAt }),
      ...(row.summary === null ? {} : { summary: JSON.parse(row.summary) as RunSummary }),
      ...(row.figures === null ? {} : { figures: JSON.parse(row.figures) as unknown }),
    }));
  }
}
