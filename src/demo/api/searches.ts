import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CatalogueChat, CatalogueMessage, IdSequence, MessageKind } from '../catalogue/catalogue.js';
import { sequenceOf } from './window.js';

export interface SearchTerms {
  readonly kind: MessageKind | 'all';
  readonly topicId: number | undefined;
  /** Words that must all occur in the title, performer, file name or text; any case. */
  readonly query: string;
  readonly fromId: bigint | undefined;
}

/** Messages looked at before other calls get their turn. */
const SLICE = 500;
const REMEMBERED = 32;

/** Finds messages by words or sender. That means looking at every message once; results are remembered. */
export class Searches {
  readonly #results = new Map<string, Promise<IdSequence>>();

  /** O(1) for plain filters, else O(messages of that kind) for the first call. */
  async find(chat: CatalogueChat, terms: SearchTerms): Promise<IdSequence> {
    const ids = chat.ids(terms.kind, terms.topicId);
    if (terms.query.trim() === '' && terms.fromId === undefined) return ids;
    const key = [chat.kind, chat.id, ids.length, terms.kind, terms.topicId, terms.fromId, terms.query].join(
      '\0',
    );
    let result = this.#results.get(key);
    if (!result) {
      result = scan(chat, ids, terms);
      this.#results.set(key, result);
      const oldest = this.#results.keys().next();
      if (this.#results.size > REMEMBERED && !oldest.done) this.#results.delete(oldest.value);
    }
    return result;
  }
}

async function scan(chat: CatalogueChat, ids: IdSequence, terms: SearchTerms): Promise<IdSequence> {
  const words = terms.query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: number[] = [];
  for (let index = 0; index < ids.length; index++) {
    if (index % SLICE === SLICE - 1) await nextTurn();
    const message = chat.message(ids.at(index));
    if (message && matches(message, words, terms.fromId)) found.push(message.id);
  }
  return sequenceOf(found);
}

function matches(message: CatalogueMessage, words: readonly string[], fromId: bigint | undefined): boolean {
  if (fromId !== undefined && message.fromId !== fromId) return false;
  const { document } = message;
  const haystack = [message.text, document?.title, document?.performer, document?.fileName]
    .join(' ')
    .toLowerCase();
  return words.every((word) => haystack.includes(word));
}
