import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import { toTadError } from '../../core/errors.js';
import type { LibraryView } from '../../core/face.js';
import type { AudioKind, AudioMessage, Chat } from '../../core/types.js';
import { useDashboard } from '../dashboard_context.js';
import { count } from '../format.js';
import { useActions } from '../input.js';
import { type ChatLook, chatLook, cursorAt, FRESH_CHAT_LOOK, placeOf, withChatLook } from '../list_looks.js';
import { countMarks, isMarked, type Marks, NO_MARKS, toggleAll, toggleMark } from '../marks.js';
import { useStore } from '../store.js';
import { MessagesStore, type MessagesView } from '../stores/messages_store.js';
import { fit, fitEnd } from '../text.js';
import type { Glyphs } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { FilterLine } from '../widgets/filter_line.js';
import { Lines } from '../widgets/lines.js';
import { Empty, List, useList } from '../widgets/list.js';
import { ENQUEUE_BATCH, enqueueMarked } from './enqueue_marked.js';
import { messageColumns, messageHeads, messageLine } from './message_row.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

const KINDS: readonly (AudioKind | undefined)[] = [undefined, 'music', 'voice', 'document'];
const KIND_WORDS: Readonly<Record<AudioKind, string>> = {
  music: 'music',
  voice: 'voice notes',
  document: 'documents',
};

/** The audio messages of a chat: what there is, what of it is here, and where the rest will go. */
export function ChatView({ area, chat, onBack }: ViewProps & { readonly chat: Chat }) {
  const { core, host, stores, signal, tell, view: viewState } = useDashboard();
  const [left] = useState(() => chatLook(viewState.kept().chatLooks, chat.id) ?? FRESH_CHAT_LOOK);
  const [store] = useState(() => new MessagesStore(core, chat, stores.transfers, stores.frames, left));
  const view = useStore(store);
  const { state: connection } = useStore(stores.connection);
  const isOffline = connection !== 'online';
  // The state of each file is read while rendering.
  useStore(stores.transfers);
  const [isFiltering, setFiltering] = useState(false);
  const [marks, setMarks] = useState(() => marksLeft(left, chat, core.library));
  const theme = useTheme();
  const { colours, glyphs } = theme;
  const [leaving] = useState(() => new AbortController());
  useEffect(() => {
    const following = store.follow(core.events);
    const { kinds } = host.request;
    const { kind: shown } = store.get().filter;
    const isExtra = shown !== undefined && !kinds.includes(shown);
    void store.scan(isExtra ? [...kinds, shown] : kinds, leaving.signal);
    return () => {
      leaving.abort();
      following[Symbol.dispose]();
      store[Symbol.dispose]();
    };
  }, [store, core, host, leaving]);

  const cells = area.width - 4;
  const { text = '', kind } = view.filter;
  const hasFilterLine = isFiltering || text !== '';
  // Heads, the preview, and what is the matter.
  const height = area.height - 2 - 2 - (hasFilterLine ? 1 : 0) - (view.problem === undefined ? 0 : 1);
  const list = useList(view.count, height, cursorAt(left.place, view.count, view.order));
  const { keep } = viewState;
  const place = placeOf(list.cursor, view.count, view.order);
  const { order } = view;
  useEffect(() => {
    const look: ChatLook = {
      text,
      ...(kind !== undefined && { kind }),
      order,
      marks: { all: marks.all, single: [...marks.single.keys()] },
      place,
    };
    keep(({ chatLooks }) => ({ chatLooks: withChatLook(chatLooks, chat.id, look) }));
  }, [keep, chat.id, text, kind, order, marks, place]);
  const current = view.rows.slice(list.cursor, list.cursor + 1)[0];
  const columns = messageColumns(cells, view.topics.size > 0);

  // "All" means all rows of the list as it is: it does not outlive the filter.
  const refilter = (change: () => void) => {
    change();
    list.reset();
    if (marks.all) setMarks(NO_MARKS);
  };
  const download = () => {
    const chosen = marks.all
      ? store.batches(ENQUEUE_BATCH)
      : batched([...marks.single.values()], ENQUEUE_BATCH);
    const isWanted = (message: AudioMessage) =>
      (!marks.all || isMarked(marks, message.messageId)) && store.stateOf(message) !== 'have';
    const batches = countMarks(marks, view.count) > 0 ? chosen : current === undefined ? [] : [[current]];
    setMarks(NO_MARKS);
    if (view.total === 0 && (view.scanning !== undefined || view.problem !== undefined)) {
      tell('warning', `${chat.title} was not read yet: nothing of it can be chosen`);
      return;
    }
    enqueueMarked(core, batches, isWanted, signal).then(
      (queued) => {
        stores.transfers.recount();
        tell(
          'info',
          queued > 0 ? `queued ${count(queued)} of ${chat.title}` : `nothing to fetch: ${whyNothing(view)}`,
        );
      },
      (error: unknown) => {
        const { code, message, hint } = toTadError(error);
        if (code !== 'cancelled') tell('error', hint === undefined ? message : `${message}: ${hint}`);
      },
    );
  };

  useActions('chat', true, (action) => {
    if (list.move(action)) return true;
    switch (action) {
      case 'filter':
        setFiltering(true);
        return true;
      case 'kind': {
        const next = KINDS[(KINDS.indexOf(kind) + 1) % KINDS.length];
        refilter(() => store.setKind(next, leaving.signal));
        return true;
      }
      case 'sort':
        store.setOrder(view.order === 'newest' ? 'oldest' : 'newest');
        list.reset();
        return true;
      case 'mark':
        if (current === undefined) return true;
        setMarks((old) => toggleMark(old, current.messageId, current));
        list.move('down');
        return true;
      case 'mark-all':
        setMarks((old) => toggleAll(old, view.count));
        return true;
      case 'download':
        download();
        return true;
      case 'refresh':
        void store.scan(kind === undefined ? host.request.kinds : [kind], leaving.signal);
        return true;
      case 'back':
        if (text !== '') refilter(() => store.setText(''));
        else onBack();
        return true;
      default:
        return false;
    }
  });

  const marked = countMarks(marks, view.count);
  const note = [
    marked > 0 && `${count(marked)} marked`,
    kind !== undefined && KIND_WORDS[kind],
    view.order === 'oldest' && 'oldest first',
    view.scanning !== undefined && (isOffline ? 'not read to its end' : lookingNote(view.scanning, glyphs)),
    view.count === view.total ? count(view.total) : `${count(view.count)}/${count(view.total)}`,
  ]
    .filter(Boolean)
    .join(` ${glyphs.dot} `);
  return (
    <ViewFrame area={area} title={chat.title} note={note}>
      {hasFilterLine && (
        <FilterLine
          cells={cells}
          filter={text}
          isTyping={isFiltering}
          onChange={(typed) => refilter(() => store.setText(typed))}
          onDone={() => setFiltering(false)}
        />
      )}
      {view.count === 0 ? (
        <Nothing
          view={view}
          chat={chat}
          isOffline={isOffline}
          cells={cells}
          rows={area.height - 2 - (hasFilterLine ? 1 : 0)}
        />
      ) : (
        <>
          <Lines lines={[messageHeads(columns)]} />
          <Box height={height}>
            <List
              rows={view.rows}
              position={list}
              height={height}
              isFocused
              line={(message, isCurrent) =>
                messageLine(message, {
                  state: store.stateOf(message),
                  topic: message.topicId === undefined ? undefined : view.topics.get(message.topicId),
                  columns,
                  isCurrent,
                  isMarked: isMarked(marks, message.messageId),
                  theme,
                })
              }
            />
          </Box>
          {view.problem !== undefined && (
            <Text wrap="truncate" {...(colours.bad !== undefined && { color: colours.bad })}>
              {fit(`r tries again: ${view.problem.message}`, cells, glyphs.ellipsis)}
            </Text>
          )}
          {current !== undefined && <Preview store={store} message={current} cells={cells} />}
        </>
      )}
    </ViewFrame>
  );
}

/** The marks that the person left there, of what is still known. */
function marksLeft({ marks }: ChatLook, chat: Chat, library: LibraryView): Marks<AudioMessage> {
  const single = marks.single.flatMap((id) => {
    const message = library.message(chat.id, id);
    return message === undefined ? [] : [[id, message] as const];
  });
  return { all: marks.all, single: new Map(single) };
}

function Preview(props: {
  readonly store: MessagesStore;
  readonly message: AudioMessage;
  readonly cells: number;
}) {
  const { store, message, cells } = props;
  const { glyphs } = useTheme();
  const label = store.stateOf(message) === 'have' ? 'here: ' : 'will be ';
  return (
    <Text dimColor wrap="truncate">
      {label}
      {fitEnd(store.plannedPath(message), Math.max(0, cells - label.length), glyphs.ellipsis)}
    </Text>
  );
}

/** Nothing of what was chosen is to be fetched. Pure. */
function whyNothing({ count: listed, scanning, problem }: MessagesView): string {
  if (listed === 0) return 'there is nothing in the list';
  return scanning === undefined && problem === undefined ? 'it is all here' : 'what was read so far is here';
}

const lookingNote = (scanned: number, { ellipsis }: Glyphs) =>
  `looking${ellipsis}${scanned > 0 ? ` ${count(scanned)}` : ''}`;

/** Why there are no rows, and the keys that help. */
function Nothing(props: {
  readonly view: MessagesView;
  readonly chat: Chat;
  readonly isOffline: boolean;
  readonly cells: number;
  readonly rows: number;
}) {
  const { view, chat, isOffline, ...room } = props;
  const { colours } = useTheme();
  const { problem, scanning, total, filter } = view;
  if (total > 0) {
    const keys = '/ changes the filter, t the kind, Esc goes back';
    return <Empty text="No message matches." keys={keys} {...room} />;
  }
  if (problem !== undefined) {
    const { message, hint } = problem;
    const keys = 'r tries again, Esc goes back';
    return <Empty text={message} detail={hint} keys={keys} colour={colours.bad} {...room} />;
  }
  if (scanning !== undefined && isOffline) {
    const text = 'Not connected: this chat was not read yet.';
    return <Empty text={text} keys="It is when Telegram is back; Esc goes back" {...room} />;
  }
  if (scanning !== undefined) {
    const text = `Looking for audio in ${chat.title}: ${count(scanning)} messages so far.`;
    return <Empty text={text} keys="Esc goes back" {...room} />;
  }
  const what = filter.kind === undefined ? 'audio' : KIND_WORDS[filter.kind];
  const keys = 'r looks again, t looks for other kinds, Esc goes back';
  return <Empty text={`There is no ${what} in this chat.`} keys={keys} {...room} />;
}

function* batched<Item>(items: readonly Item[], size: number): Generator<readonly Item[], void, undefined> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
