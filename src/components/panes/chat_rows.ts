import type { ChatRow } from '../stores/chats_store.js';
import type { ChatSort } from '../view_state.js';

/** Rows that a filter leaves, in the order asked for. Pure. */
export function arrangeChats(rows: readonly ChatRow[], filter: string, sort: ChatSort): readonly ChatRow[] {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ chat }: ChatRow) => {
    const text = [chat.title, chat.username ?? '', chat.kind, ...chat.folders].join(' ').toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  };
  const left = rows.filter(matches);
  switch (sort) {
    case 'recent':
      return left;
    case 'title':
      return left.toSorted((a, b) => a.chat.title.localeCompare(b.chat.title));
    case 'new':
      return left.toSorted((a, b) => missing(b) - missing(a));
  }
}

const missing = ({ counts, fresh, total }: ChatRow) => (total ?? 0) - (counts?.have ?? 0) + fresh;

/** What came since the chat was last looked at; nothing while that is not known. Pure. */
export function newsOf({ total, fresh, isCounted }: ChatRow, seen: number | undefined): number {
  return !isCounted || total === undefined || seen === undefined ? fresh : Math.max(0, total + fresh - seen);
}
