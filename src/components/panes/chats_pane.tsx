import { Box } from 'ink';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { TadError } from '../../core/errors.js';
import type { Chat } from '../../core/types.js';
import { useDashboard } from '../dashboard_context.js';
import { count } from '../format.js';
import { useActions } from '../input.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { useStore } from '../store.js';
import type { ChatRow } from '../stores/chats_store.js';
import { fit, wrapped } from '../text.js';
import type { Colour } from '../theme.js';
import { useTheme } from '../theme_context.js';
import type { ChatSort } from '../view_state.js';
import { FilterLine } from '../widgets/filter_line.js';
import { Lines } from '../widgets/lines.js';
import { Empty, List, useRowList } from '../widgets/list.js';
import { Pane } from '../widgets/pane.js';
import { chatLine } from './chat_line.js';
import { arrangeChats } from './chat_rows.js';

const SORTS: readonly ChatSort[] = ['recent', 'title', 'new'];

/** The account's chats: filter, mark, open, download. */
export function ChatsPane(props: {
  readonly area: Rectangle;
  readonly isFocused: boolean;
  readonly onOpen: (chat: Chat) => void;
  readonly onDownload: (chats: readonly Chat[]) => void;
}) {
  const { area, isFocused, onOpen, onDownload } = props;
  const { stores, host, view, signal } = useDashboard();
  const { rows: all, isLoading, problem } = useStore(stores.chats);
  const { chatFilter: filter, chatSort: sort, markedChats, seenAudio } = view.state;
  const [isFiltering, setFiltering] = useState(false);
  const theme = useTheme();
  const rows = useMemo(() => arrangeChats(all, filter, sort), [all, filter, sort]);
  const marked = useMemo(() => new Set(markedChats), [markedChats]);
  const chosen = useMemo(() => all.filter(({ chat }) => marked.has(chat.id)), [all, marked]);
  const hasFilterLine = isFiltering || filter !== '';
  const cells = area.width - 4;
  // What is known stays; what is the matter stands below it.
  const trouble =
    problem === undefined || rows.length === 0
      ? []
      : troubleLines(problem, { cells, rows: Math.floor(area.height / 2), colour: theme.colours.bad });
  const height = area.height - 2 - (hasFilterLine ? 1 : 0) - trouble.length;
  const list = useRowList(rows, height, ({ chat }) => chat.id, view.kept().chatCursor);
  const { keep } = view;
  useEffect(() => keep({ chatCursor: list.id }), [keep, list.id]);
  const current = rows[list.cursor];
  const { kinds } = host.request;
  const onScreen = useMemo(() => rows.slice(list.top, list.top + height), [rows, list.top, height]);
  useEffect(() => {
    void stores.chats.count(
      onScreen.map(({ chat }) => chat),
      kinds,
      signal,
    );
  }, [stores, kinds, signal, onScreen]);
  const { update } = view;
  const remember = useCallback(
    (audio: readonly (readonly [string, number])[]) =>
      update(({ seenAudio: old }) => ({ seenAudio: { ...old, ...Object.fromEntries(audio) } })),
    [update],
  );
  /** What they have now is no news any more; where Telegram has not counted it yet, what it will count. */
  const look = (looked: readonly ChatRow[]) =>
    update(({ seenAudio: old }) => {
      const seen = { ...old };
      for (const { chat, total, fresh, isCounted } of looked) {
        if (isCounted && total !== undefined) seen[chat.id] = total + fresh;
        else delete seen[chat.id];
      }
      return { seenAudio: seen };
    });
  // Of a chat that is met for the first time nothing is new.
  useEffect(() => {
    const met = onScreen.flatMap(({ chat: { id }, total, isCounted }) =>
      isCounted && total !== undefined && seenAudio[id] === undefined ? [[id, total] as const] : [],
    );
    if (met.length > 0) remember(met);
  }, [onScreen, seenAudio, remember]);

  const toggle = (ids: readonly string[], isMarked: boolean) =>
    view.update(({ markedChats: old }) => ({
      markedChats: isMarked ? old.filter((id) => !ids.includes(id)) : [...new Set([...old, ...ids])],
    }));

  useActions('chats', isFocused && !isFiltering, (action) => {
    if (list.move(action)) return true;
    switch (action) {
      case 'filter':
        setFiltering(true);
        return true;
      case 'back':
        view.update({ chatFilter: '' });
        list.reset();
        return true;
      case 'sort':
        view.update({ chatSort: SORTS[(SORTS.indexOf(sort) + 1) % SORTS.length]! });
        return true;
      case 'refresh':
        void stores.chats.load(signal);
        return true;
      case 'mark':
        if (current === undefined) return true;
        toggle([current.chat.id], marked.has(current.chat.id));
        list.move('down');
        return true;
      case 'mark-all': {
        const ids = rows.map(({ chat }) => chat.id);
        toggle(
          ids,
          ids.every((id) => marked.has(id)),
        );
        return true;
      }
      case 'enter':
        if (current) {
          look([current]);
          onOpen(current.chat);
        }
        return true;
      case 'download': {
        const chats = chosen.length > 0 ? chosen : current ? [current] : [];
        look(chats);
        if (chats.length > 0) onDownload(chats.map(({ chat }) => chat));
        // Of chats that are not in the list, perhaps not yet, the marks stay.
        toggle(
          chosen.map(({ chat }) => chat.id),
          true,
        );
        return true;
      }
      default:
        return false;
    }
  });

  const shown = rows.length === all.length ? count(all.length) : `${count(rows.length)}/${count(all.length)}`;
  const note = [
    isLoading && all.length > 0 && `asking${theme.glyphs.ellipsis}`,
    chosen.length > 0 && `${chosen.length} marked`,
    sort !== 'recent' && `by ${sort}`,
    shown,
  ]
    .filter(Boolean)
    .join(', ');
  const foot = isFocused && current !== undefined ? aboutChat(current.chat, theme.glyphs.dot) : undefined;
  return (
    <Pane area={area} title="1 Chats" note={note} foot={foot} isFocused={isFocused}>
      {hasFilterLine && (
        <FilterLine
          cells={cells}
          filter={filter}
          isTyping={isFiltering}
          onChange={(chatFilter) => {
            view.update({ chatFilter });
            list.reset();
          }}
          onDone={() => setFiltering(false)}
        />
      )}
      {problem !== undefined && all.length === 0 ? (
        <Empty
          text={problem.message}
          detail={problem.hint}
          keys={RETRY}
          cells={cells}
          rows={height}
          colour={theme.colours.bad}
        />
      ) : rows.length === 0 ? (
        <Empty {...whyEmpty(isLoading, all.length)} cells={cells} rows={height} />
      ) : (
        <>
          <Box height={height}>
            <List
              rows={rows}
              position={list}
              height={height}
              isFocused={isFocused}
              line={(row, isCurrent) =>
                chatLine(row, {
                  cells,
                  isCurrent,
                  isMarked: marked.has(row.chat.id),
                  seen: seenAudio[row.chat.id],
                  theme,
                })
              }
            />
          </Box>
          {trouble.length > 0 && <Lines lines={trouble} />}
        </>
      )}
    </Pane>
  );
}

const RETRY = 'r tries again';

/** What went wrong, in as many lines as it takes and there are, and always the key. */
function troubleLines(
  { message, hint }: TadError,
  room: { readonly cells: number; readonly rows: number; readonly colour: Colour },
): readonly Line[] {
  const told = wrapped(hint === undefined ? message : `${message}: ${hint}`, room.cells);
  return [
    ...told.slice(0, Math.max(1, room.rows - 1)).map((text): Line => [{ text, colour: room.colour }]),
    [{ text: fit(RETRY, room.cells), isDim: true }],
  ];
}

/** Folders, kind and name: what there is no room for in the row. */
function aboutChat({ folders, kind, username }: Chat, dot: string): string {
  return [folders.join(', '), kind, username === undefined ? '' : `@${username}`]
    .filter(Boolean)
    .join(` ${dot} `);
}

function whyEmpty(isLoading: boolean, known: number) {
  if (isLoading && known === 0) {
    const keys = 'L searches the library meanwhile';
    return { text: 'Asking Telegram for your chats…', keys, isWorking: true };
  }
  if (known === 0) return { text: 'No chats.', keys: 'r asks again' };
  return { text: 'No chat matches.', keys: '/ changes the filter, Esc clears it' };
}
