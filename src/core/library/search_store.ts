import type { ChatCounts, Track } from '../face.js';
import type { AudioMessage } from '../types.js';
import type { Connection } from './connection.js';
import type { QueryCache } from './query_cache.js';
import {
  MESSAGE_COLUMNS,
  type MessageRow,
  type Page,
  SELECT_TRACK,
  type TrackRow,
  toMessage,
  toTrack,
} from './rows.js';
import { toFtsQuery } from './search_words.js';

/** What the whole library holds. */
export interface LibraryTotals {
  readonly tracks: number;
  readonly bytes: number;
  /** Audio messages seen in scans, and those of them whose document is in the library. */
  readonly seen: number;
  readonly have: number;
}

/** What one chat has in the library. */
export interface ChatTotals extends ChatCounts {
  /** Files that were fetched from this chat, and their bytes together. */
  readonly tracks: number;
  readonly bytes: number;
}

/** Matches looked at for such as are not fetched: all of a million would stall the screen. */
const CONSIDERED = 20_000;

/**
 * Search as you type, and counts. Matches come in the order of their rows, so that none are sorted, however
 * many.
 */
export class SearchStore {
  readonly #cache: QueryCache;
  readonly #newest;
  readonly #matching;
  readonly #countMatching;
  readonly #unfetched;
  readonly #chatCounts;
  readonly #totals;

  constructor(connection: Connection, cache: QueryCache) {
    this.#cache = cache;
    this.#newest = connection.prepare<TrackRow>(
      `${SELECT_TRACK} WHERE t.seq IN (SELECT seq FROM tracks ORDER BY seq DESC LIMIT ? OFFSET ?) ORDER BY t.seq DESC`,
    );
    this.#matching = connection.prepare<TrackRow>(`
      ${SELECT_TRACK} WHERE t.seq IN
        (SELECT rowid FROM track_search WHERE track_search MATCH ? ORDER BY rowid DESC LIMIT ? OFFSET ?)
      ORDER BY t.seq DESC`);
    this.#countMatching = connection.prepare<number>(
      'SELECT count(*) FROM track_search WHERE track_search MATCH ?',
      'value',
    );
    this.#unfetched = connection.prepare<MessageRow>(`
      SELECT ${MESSAGE_COLUMNS}
      FROM (SELECT rowid AS id FROM message_search WHERE message_search MATCH ? LIMIT ${CONSIDERED}) s
      CROSS JOIN messages m ON m.id = s.id JOIN documents d ON d.seq = m.document_seq
      WHERE NOT EXISTS (SELECT 1 FROM tracks t WHERE t.document_id = d.id) LIMIT ?`);
    this.#chatCounts = connection.prepare<ChatTotals>(
      'SELECT CAST(chat_id AS TEXT) AS chatId, seen, have, tracks, bytes FROM chat_totals',
    );
    this.#totals = connection.prepare<LibraryTotals>(`
      SELECT coalesce(sum(tracks), 0) AS tracks, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(seen), 0) AS seen,
        coalesce(sum(have), 0) AS have FROM chat_totals`);
  }

  /** Newest first; everything when there is no word in the query. */
  tracks(query: string, page: Page): readonly Track[] {
    const match = toFtsQuery(query);
    const rows =
      match === undefined
        ? this.#newest.all(page.limit, page.offset)
        : this.#matching.all(match, page.limit, page.offset);
    return rows.map(toTrack);
  }

  /** How many tracks match. The first call after a change costs time in proportion to the matches. */
  count(query: string): number {
    const match = toFtsQuery(query);
    if (match === undefined) return this.totals().tracks;
    return this.#cache.get(`count ${match}`, () => ({ count: this.#countMatching.get(match) ?? 0 })).count;
  }

  /** Those of the first matches whose document has no track, in the order in which scans met them. */
  unfetched(query: string, limit: number): readonly AudioMessage[] {
    const match = toFtsQuery(query);
    return match === undefined ? [] : this.#unfetched.all(match, limit).map(toMessage);
  }

  /** One entry per known chat. */
  chatCounts(): readonly ChatTotals[] {
    return this.#cache.get('chats', () => this.#chatCounts.all());
  }

  /** Those of one chat; undefined for an unknown one. */
  chatCount(chatId: string): ChatTotals | undefined {
    return this.#cache
      .get('by chat', () => new Map(this.chatCounts().map((counts) => [counts.chatId, counts])))
      .get(chatId);
  }

  totals(): LibraryTotals {
    return this.#cache.get('totals', () => this.#totals.get() ?? { tracks: 0, bytes: 0, seen: 0, have: 0 });
  }
}
