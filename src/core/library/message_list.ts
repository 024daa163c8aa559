import type { MessageFilter } from '../face.js';
import type { AudioMessage } from '../types.js';
import type { Connection, SqlValue, Statement } from './connection.js';
import { toSqlId } from './ids.js';
import type { QueryCache } from './query_cache.js';
import { MESSAGE_COLUMNS, type MessageRow, type Page, toMessage } from './rows.js';
import { toFtsQuery } from './search_words.js';

/** Conditions of a filter as SQL takes them. */
interface Criteria {
  readonly [name: string]: SqlValue;
}

/** A chat's messages as a list of any length: newest first, all or some, read page by page. */
export class MessageList {
  readonly #connection: Connection;
  readonly #cache: QueryCache;
  readonly #pages = new Map<string, Statement<MessageRow>>();
  readonly #counts = new Map<string, Statement<number>>();

  constructor(connection: Connection, cache: QueryCache) {
    this.#connection = connection;
    this.#cache = cache;
  }

  page(chatId: string, page: Page, filter: MessageFilter): readonly AudioMessage[] {
    const criteria = criteriaOf(chatId, filter);
    return this.#page(criteria)
      .all({ ...criteria, limit: page.limit, offset: page.offset })
      .map(toMessage);
  }

  /** Undefined when the filter asks for nothing: totals are kept elsewhere. */
  count(chatId: string, filter: MessageFilter): number | undefined {
    const criteria = criteriaOf(chatId, filter);
    if (!('kind' in criteria || 'match' in criteria)) return undefined;
    const key = `messages ${chatId} ${filter.kind ?? ''} ${criteria['match'] ?? ''}`;
    return this.#cache.get(key, () => ({ count: this.#count(criteria).get(criteria) ?? 0 })).count;
  }

  #page(criteria: Criteria): Statement<MessageRow> {
    // The offset is skipped in a narrow index (300 entries a page of it); only the rows shown are fetched.
    return remembered(this.#pages, criteria, (source) =>
      this.#connection.prepare<MessageRow>(`
        SELECT ${MESSAGE_COLUMNS}
        FROM (SELECT m.id ${source} ORDER BY m.message_id DESC LIMIT :limit OFFSET :offset) slice
        JOIN messages m ON m.id = slice.id JOIN documents d ON d.seq = m.document_seq
        ORDER BY m.message_id DESC`),
    );
  }

  #count(criteria: Criteria): Statement<number> {
    return remembered(this.#counts, criteria, (source) =>
      this.#connection.prepare<number>(`SELECT count(*) ${source}`, 'value'),
    );
  }
}

/** There are four shapes of filter; each is prepared when it is first asked for. */
function remembered<S>(statements: Map<string, S>, criteria: Criteria, prepare: (source: string) => S): S {
  const source = sourceOf(criteria);
  const known = statements.get(source);
  if (known !== undefined) return known;
  const prepared = prepare(source);
  statements.set(source, prepared);
  return prepared;
}

function criteriaOf(chatId: string, { kind, text }: MessageFilter): Criteria {
  const match = text === undefined ? undefined : toFtsQuery(text);
  return {
    chatId: toSqlId(chatId),
    ...(kind !== undefined && { kind }),
    ...(match !== undefined && { match }),
  };
}

function sourceOf(criteria: Criteria): string {
  const kind = 'kind' in criteria ? 'AND m.kind = :kind' : '';
  // CROSS JOIN is SQLite's word for "in this order": probing the text index once per message would take minutes.
  return 'match' in criteria
    ? `FROM message_search s CROSS JOIN messages m ON m.id = s.rowid
       WHERE s.message_search MATCH :match AND m.chat_id = :chatId ${kind}`
    : `FROM messages m WHERE m.chat_id = :chatId ${kind}`;
}
