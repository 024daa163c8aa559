import { useCallback, useEffect, useRef, useState } from 'react';
import type { PaneName } from './layout.js';
import { LazySave } from './lazy_save.js';
import {
  type ChatLooks,
  FRESH_LIBRARY_LOOK,
  type LibraryLook,
  readChatLooks,
  readLibraryLook,
} from './list_looks.js';

export type ChatSort = 'recent' | 'title' | 'new';

/** Work that was asked for: a chat, or only one of its topics or messages. */
export interface Wanted {
  /** The chat's id, or how the command line called it as long as nobody could look it up. */
  readonly name: string;
  readonly topicId?: number;
  readonly messageId?: number;
  /** Where its files go; absent where an older tad kept it: wherever the next start puts files. */
  readonly outDir?: string;
}

/** What of the dashboard survives from run to run. */
export interface ViewState {
  readonly pane: PaneName;
  /** Whose account it is, to be told before Telegram has; undefined before the first time. */
  readonly accountName: string | undefined;
  readonly chatFilter: string;
  readonly chatSort: ChatSort;
  readonly markedChats: readonly string[];
  /** Downloads that were asked for and are not done: the next run goes on with them. */
  readonly wanted: readonly Wanted[];
  readonly isPaused: boolean;
  /** How much audio a chat had when it was last looked at, by its id: what is above that is new. */
  readonly seenAudio: Readonly<Record<string, number>>;
  /** On which chat the cursor is; none at the top. */
  readonly chatCursor: string | undefined;
  /** On which document's transfer the cursor is; none at the top. */
  readonly transferCursor: string | undefined;
  readonly chatLooks: ChatLooks;
  readonly libraryLook: LibraryLook;
}

export const FRESH_STATE: ViewState = {
  pane: 'chats',
  accountName: undefined,
  chatFilter: '',
  chatSort: 'recent',
  markedChats: [],
  wanted: [],
  isPaused: false,
  seenAudio: {},
  chatCursor: undefined,
  transferCursor: undefined,
  chatLooks: [],
  libraryLook: FRESH_LIBRARY_LOOK,
};

const PANE_NAMES = new Set(['chats', 'downloads', 'memory', 'activity']);
const SORTS = new Set(['recent', 'title', 'new']);

/** What was saved, as far as it makes sense; a state of another version is no reason to fail. */
export function readViewState(saved: unknown): ViewState {
  if (typeof saved !== 'object' || saved === null) return FRESH_STATE;
  const fields = saved as Partial<Record<keyof ViewState, unknown>>;
  const { pane, chatFilter, chatSort, markedChats, wanted, isPaused, seenAudio } = fields;
  return {
    pane: typeof pane === 'string' && PANE_NAMES.has(pane) ? (pane as PaneName) : FRESH_STATE.pane,
    accountName: textOrNone(fields.accountName),
    chatFilter: typeof chatFilter === 'string' ? chatFilter : '',
    chatSort:
      typeof chatSort === 'string' && SORTS.has(chatSort) ? (chatSort as ChatSort) : FRESH_STATE.chatSort,
    markedChats: texts(markedChats),
    wanted: Array.isArray(wanted) ? wanted.flatMap(readWanted) : [],
    isPaused: isPaused === true,
    seenAudio: numbers(seenAudio),
    chatCursor: textOrNone(fields.chatCursor),
    transferCursor: textOrNone(fields.transferCursor),
    chatLooks: readChatLooks(fields.chatLooks),
    libraryLook: readLibraryLook(fields.libraryLook),
  };
}

const numbers = (value: unknown): Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([, each]) => typeof each === 'number'))
    : {};

const textOrNone = (value: unknown) => (typeof value === 'string' ? value : undefined);

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

function readWanted(saved: unknown): readonly Wanted[] {
  if (typeof saved !== 'object' || saved === null) return [];
  const { name, topicId, messageId, outDir } = saved as Partial<Record<keyof Wanted, unknown>>;
  if (typeof name !== 'string') return [];
  return [
    {
      name,
      ...(typeof topicId === 'number' && { topicId }),
      ...(typeof messageId === 'number' && { messageId }),
      ...(typeof outDir === 'string' && { outDir }),
    },
  ];
}

type Change = Partial<ViewState> | ((state: ViewState) => Partial<ViewState>);

export interface ViewStateAccess {
  /** As it was when this frame was made. */
  readonly state: ViewState;
  update(change: Change): void;
  /** As update, for what nothing is drawn from: no frame is made, and it is saved when nothing else has come for a moment. */
  keep(change: Change): void;
  /** As it is now, with what was only kept. */
  kept(): ViewState;
}

/** The view state, saved with each change: at once what a person decided, after a rest what is only kept. */
export function useViewState(load: () => unknown, save: (state: ViewState) => void): ViewStateAccess {
  const [state, setState] = useState(() => readViewState(load()));
  const newest = useRef(state);
  const [lazy] = useState(() => new LazySave(save));
  useEffect(() => () => lazy[Symbol.dispose](), [lazy]);
  /** False when that changes nothing. */
  const change = useCallback<(change: Change) => boolean>((change) => {
    const old = newest.current;
    const changed = typeof change === 'function' ? change(old) : change;
    const isNews = Object.entries(changed).some(([name, value]) => old[name as keyof ViewState] !== value);
    if (isNews) newest.current = { ...old, ...changed };
    return isNews;
  }, []);
  const keep = useCallback<ViewStateAccess['keep']>(
    (changed) => {
      if (change(changed)) lazy.soon(newest.current);
    },
    [change, lazy],
  );
  const update = useCallback<ViewStateAccess['update']>(
    (changed) => {
      if (change(changed)) lazy.now(newest.current);
      setState(newest.current);
    },
    [change, lazy],
  );
  const kept = useCallback(() => newest.current, []);
  return { state, update, keep, kept };
}
