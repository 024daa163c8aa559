import type { CatalogueChat, IdSequence } from '../catalogue/catalogue.js';

/** The offset parameters that messages.getHistory, search and getReplies share; 0 means "not given". */
export interface WindowRequest {
  readonly offsetId: number;
  readonly offsetDate: number;
  readonly addOffset: number;
  readonly limit: number;
  readonly maxId: number;
  readonly minId: number;
  readonly minDate: number;
  readonly maxDate: number;
}

export interface MessageWindow {
  /** Newest first. */
  readonly ids: readonly number[];
  /** How many of the whole list are newer than the first of `ids`. */
  readonly offsetIndex: number;
}

/** Telegram never returns more messages than this at once. */
export const MAX_MESSAGES = 100;

/**
 * Which messages a page has (https://core.telegram.org/api/offsets): of the list, newest first, what is between
 * min_id and max_id (both exclusive) and between the dates; from there the page begins behind offset_id, or behind
 * the messages that are not older than offset_date, moved by add_offset. O(limit + log n).
 */
export function selectWindow(chat: CatalogueChat, ids: IdSequence, request: WindowRequest): MessageWindow {
  const { length } = ids;
  let low = request.minId > 0 ? ids.countBelow(request.minId + 1) : 0;
  let high = request.maxId > 0 ? ids.countBelow(request.maxId) : length;
  if (request.minDate > 0) low = Math.max(low, countBefore(chat, ids, request.minDate));
  if (request.maxDate > 0) high = Math.min(high, countBefore(chat, ids, request.maxDate + 1));

  let start = high;
  if (request.offsetId > 0) start = Math.min(start, ids.countBelow(request.offsetId));
  else if (request.offsetDate > 0) start = Math.min(start, countBefore(chat, ids, request.offsetDate));
  start = Math.max(start, low) - request.addOffset;

  const limit = Math.min(Math.max(request.limit, 0), MAX_MESSAGES);
  const end = Math.max(start - limit, low);
  const first = Math.min(start, high);
  const selected: number[] = [];
  for (let index = first - 1; index >= end; index--) selected.push(ids.at(index));
  return { ids: selected, offsetIndex: Math.max(length - Math.max(first, 0), 0) };
}

/** How many messages of the sequence are older than `date`; dates ascend with ids. O(log n). */
export function countBefore(chat: CatalogueChat, ids: IdSequence, date: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const message = chat.message(ids.at(middle));
    if (message !== undefined && message.date >= date) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A sequence over a sorted list. */
export function sequenceOf(ids: readonly number[]): IdSequence {
  return {
    length: ids.length,
    at: (index) => ids[index]!,
    countBelow: (id) => {
      let low = 0;
      let high = ids.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (ids[middle]! < id) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
