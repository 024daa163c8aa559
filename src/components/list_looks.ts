import type { AudioKind } from '../core/types.js';

/** How a person left the list of a chat's messages. */
export interface ChatLook {
  readonly text: string;
  readonly kind?: AudioKind;
  readonly order: 'newest' | 'oldest';
  /** Message ids: those that are marked, or when all are, those that are not. */
  readonly marks: { readonly all: boolean; readonly single: readonly number[] };
  readonly place: number | undefined;
}

/** How a person left the library. */
export interface LibraryLook {
  readonly query: string;
  readonly order: 'newest' | 'oldest';
  readonly hasDetails: boolean;
  readonly place: number | undefined;
}

export const FRESH_CHAT_LOOK: ChatLook = {
  text: '',
  order: 'newest',
  marks: { all: false, single: [] },
  place: undefined,
};
export const FRESH_LIBRARY_LOOK: LibraryLook = {
  query: '',
  order: 'newest',
  hasDetails: true,
  place: undefined,
};

/** Of so many chats it is known how they were left. */
const KEPT_CHATS = 50;

/**
 * Where the cursor is, counted from the oldest row, so that it is the same row when newer ones have come; none at the top, which stays
 * the top. Pure.
 */
export function placeOf(cursor: number, count: number, order: 'newest' | 'oldest'): number | undefined {
  if (cursor === 0) return undefined;
  return order === 'newest' ? count - 1 - cursor : cursor;
}

/** The cursor at a place, which may be out of the list by now. Pure. */
export function cursorAt(place: number | undefined, count: number, order: 'newest' | 'oldest'): number {
  if (place === undefined) return 0;
  return order === 'newest' ? count - 1 - place : place;
}

/**
 * By chat id, the one that was changed last comes last. Not an object: there, ids of users come before all others, whenever they were
 * put in.
 */
export type ChatLooks = readonly (readonly [chatId: string, look: ChatLook])[];

/** How a chat was left, when that is known. Pure. */
export function chatLook(looks: ChatLooks, chatId: string): ChatLook | undefined {
  return looks.find(([id]) => id === chatId)?.[1];
}

/** With the look of one more chat, which is then the newest; the oldest goes. Pure. */
export function withChatLook(looks: ChatLooks, chatId: string, look: ChatLook): ChatLooks {
  return [...looks.filter(([id]) => id !== chatId), [chatId, look] as const].slice(-KEPT_CHATS);
}

/** What was saved, as far as it makes sense. Pure. */
export function readChatLooks(saved: unknown): ChatLooks {
  if (!Array.isArray(saved)) return [];
  return saved.flatMap((entry) => {
    const [id, look] = Array.isArray(entry) ? entry : [];
    return typeof id === 'string' ? [[id, readChatLook(look)] as const] : [];
  });
}

function readChatLook(saved: unknown): ChatLook {
  const { text, kind, order, marks, place } = fieldsOf(saved);
  const { all, single } = fieldsOf(marks);
  return {
    text: typeof text === 'string' ? text : '',
    ...(isKind(kind) && { kind }),
    order: order === 'oldest' ? 'oldest' : 'newest',
    marks: { all: all === true, single: Array.isArray(single) ? single.filter(isPlace) : [] },
    place: isPlace(place) ? place : undefined,
  };
}

export function readLibraryLook(saved: unknown): LibraryLook {
  const { query, order, hasDetails, place } = fieldsOf(saved);
  return {
    query: typeof query === 'string' ? query : '',
    order: order === 'oldest' ? 'oldest' : 'newest',
    hasDetails: hasDetails !== false,
    place: isPlace(place) ? place : undefined,
  };
}

const fieldsOf = (saved: unknown): Readonly<Record<string, unknown>> =>
  typeof saved === 'object' && saved !== null ? { ...saved } : {};

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isKind = (value: unknown): value is AudioKind =>
  value === 'music' || value === 'voice' || value === 'document';
