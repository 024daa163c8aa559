import { basename } from 'node:path';
import { useEffect, useState } from 'react';
import { toTadError } from '../../core/errors.js';
import type { AudioMessage, TransferState } from '../../core/types.js';
import { useDashboard } from '../dashboard_context.js';
import { bytes, count, day, trackLength } from '../format.js';
import { type KeysNow, useActions } from '../input.js';
import type { Action } from '../key_table.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { cursorAt, placeOf } from '../list_looks.js';
import { useStore } from '../store.js';
import { type LibraryRow, type LibraryRows, LibraryStore } from '../stores/library_store.js';
import { fit } from '../text.js';
import type { Theme } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { trackName } from '../track_name.js';
import { FilterLine } from '../widgets/filter_line.js';
import { Empty, List, rowText, useList } from '../widgets/list.js';
import { Pane } from '../widgets/pane.js';
import { Details, messageDetails, trackDetails } from './track_details.js';
import { useCover } from './use_cover.js';
import { useTags } from './use_tags.js';
import type { ViewProps } from './view_frame.js';

const WIDE = 100;
/** Where there is no file, and none is coming. */
const ENDED_WITHOUT: ReadonlySet<TransferState> = new Set<TransferState>(['failed', 'cancelled', 'skipped']);
/** What does nothing for a file that is here; for one that is not; and for one that is coming. */
const HERE: KeysNow = { idle: ['download'] };
const NOT_HERE: KeysNow = { idle: ['play', 'open', 'reveal'] };
const COMING: KeysNow = { idle: ['play', 'open', 'reveal', 'download'] };
const DOING = { open: 'opening', reveal: 'showing the folder of', play: 'playing' } as const;

/** Where list and details go: side by side, or one above the other. Without details the list has it all. Pure. */
export function libraryLayout(
  area: Rectangle,
  hasDetails: boolean,
): { readonly list: Rectangle; readonly details: Rectangle | undefined } {
  if (!hasDetails) return { list: area, details: undefined };
  if (area.width >= WIDE) {
    const width = Math.min(64, Math.round(area.width * 0.4));
    return {
      list: { ...area, width: area.width - width },
      details: { ...area, x: area.x + area.width - width, width },
    };
  }
  const height = Math.min(12, Math.max(5, Math.round(area.height * 0.5)));
  return {
    list: { ...area, height: area.height - height },
    details: { ...area, y: area.y + area.height - height, height },
  };
}

/** Search as you type over everything fetched and seen, with the details of the row under the cursor. */
export function LibraryView({ area, onBack }: ViewProps) {
  const { core, host, stores, tell, view: viewState } = useDashboard();
  const [left] = useState(() => viewState.kept().libraryLook);
  const [store] = useState(() => new LibraryStore(core, stores.frames, left));
  const view = useStore(store);
  // How what was not fetched stands is read while rendering.
  useStore(stores.transfers);
  const onItsWay = ({ location: { documentId } }: AudioMessage): TransferState | undefined => {
    const known = stores.transfers.find(documentId)?.state;
    if (known !== undefined && !ENDED_WITHOUT.has(known)) return known;
    return core.library.isQueued(documentId) ? 'queued' : undefined;
  };
  const [isTyping, setTyping] = useState(false);
  const [hasDetails, setHasDetails] = useState(left.hasDetails);
  const theme = useTheme();
  const { glyphs } = theme;
  useEffect(() => {
    const following = store.follow(core.events);
    return () => {
      following[Symbol.dispose]();
      store[Symbol.dispose]();
    };
  }, [store, core]);

  const areas = libraryLayout(area, hasDetails);
  const cells = areas.list.width - 4;
  const height = areas.list.height - 3;
  const length = view.tracks + view.unfetched;
  const list = useList(length, height, cursorAt(left.place, length, view.order));
  const { keep } = viewState;
  const { query, order } = view;
  const place = placeOf(list.cursor, length, order);
  useEffect(
    () => keep({ libraryLook: { query, order, hasDetails, place } }),
    [keep, query, order, hasDetails, place],
  );
  const current = view.rows.slice(list.cursor, list.cursor + 1)[0];
  const track = current?.kind === 'track' ? current.track : undefined;

  const openExternally = (how: 'open' | 'reveal' | 'play') => {
    if (track !== undefined) {
      const name = trackName({ ...track, fileName: basename(track.path) });
      host.openExternally(how, track.path, () => tell('info', `${DOING[how]} ${name}`));
    } else if (current?.kind === 'message') {
      const state = onItsWay(current.message);
      tell('warning', `it is not here yet: ${state === undefined ? 'd downloads it' : state}`);
    }
  };
  const act = (action: Action) => {
    if (list.move(action)) return true;
    switch (action) {
      case 'filter':
        setTyping(true);
        return true;
      case 'enter':
        setHasDetails((old) => !old);
        return true;
      case 'sort':
        store.setOrder(view.order === 'newest' ? 'oldest' : 'newest');
        list.reset();
        return true;
      case 'open':
      case 'reveal':
      case 'play':
        openExternally(action);
        return true;
      case 'download':
        if (current?.kind !== 'message') return true;
        core.enqueue([current.message]).then(
          () => {
            stores.transfers.recount();
            tell('info', `queued ${trackName(current.message)}`);
          },
          (error: unknown) => tell('error', toTadError(error).message),
        );
        return true;
      case 'refresh':
        store.again();
        return true;
      case 'back':
        if (view.query !== '') store.setQuery('');
        else onBack();
        return true;
      case 'library':
        onBack();
        return true;
      default:
        return false;
    }
  };
  const isMissing = current?.kind === 'message' && onItsWay(current.message) === undefined;
  useActions('library', true, act, track !== undefined ? HERE : isMissing ? NOT_HERE : COMING);

  const note = [
    view.order === 'oldest' && 'oldest first',
    view.unfetched > 0 && `${count(view.unfetched)}${view.isCut ? '+' : ''} not fetched`,
    `${count(view.tracks)} ${view.tracks === 1 ? 'track' : 'tracks'}`,
  ]
    .filter(Boolean)
    .join(` ${glyphs.dot} `);
  return (
    <>
      <Pane area={areas.list} title="Library" note={note} isFocused>
        <FilterLine
          cells={cells}
          filter={view.query}
          isTyping={isTyping}
          otherwise="/ searches titles, performers, file names and chats"
          onChange={(query) => {
            store.setQuery(query);
            list.reset();
          }}
          onDone={() => setTyping(false)}
        />
        {length === 0 || view.problem !== undefined ? (
          <Nothing view={view} cells={cells} rows={height} />
        ) : (
          <List
            rows={view.rows}
            position={list}
            height={height}
            isFocused
            line={(row, isCurrent) =>
              libraryLine(row, {
                cells,
                isCurrent,
                theme,
                state: row.kind === 'track' ? 'completed' : onItsWay(row.message),
              })
            }
          />
        )}
      </Pane>
      {areas.details !== undefined && (
        <DetailsPane
          area={areas.details}
          row={current}
          state={current?.kind === 'message' ? onItsWay(current.message) : undefined}
        />
      )}
    </>
  );
}

/** Why there are no rows, and the keys that help. */
function Nothing(props: { readonly view: LibraryRows; readonly cells: number; readonly rows: number }) {
  const { view, ...room } = props;
  const { query, problem } = view;
  const { colours } = useTheme();
  if (problem !== undefined) {
    const { message, hint } = problem;
    const keys = 'r tries again, Esc goes back';
    return <Empty text={message} detail={hint} keys={keys} colour={colours.bad} {...room} />;
  }
  return query === '' ? (
    <Empty
      text="The library is empty."
      keys="Esc goes back; in the chats, Space marks and d downloads"
      {...room}
    />
  ) : (
    <Empty text="Nothing fetched or seen matches." keys="/ changes the search, Esc clears it" {...room} />
  );
}

function libraryLine(
  row: LibraryRow,
  look: {
    readonly cells: number;
    readonly isCurrent: boolean;
    readonly theme: Theme;
    /** How its file stands; undefined where nobody has asked for it. */
    readonly state: TransferState | undefined;
  },
): Line {
  const { cells, isCurrent, theme, state } = look;
  const { colours, glyphs } = theme;
  const isHere = row.kind === 'track';
  const { size, date, duration, name } = isHere
    ? {
        ...row.track,
        size: row.track.bytes,
        date: row.track.completedAt,
        name: trackName({ ...row.track, fileName: basename(row.track.path) }),
      }
    : { ...row.message, size: row.message.location.size, name: trackName(row.message) };
  const columns = [
    cells >= 60 && fit(day(date), 12),
    `${fit(trackLength(duration), 7, '', 'right')}  `,
    `${fit(bytes(size), 7, '', 'right')}  `,
  ].filter((column) => column !== false);
  const taken = 2 + columns.join('').length;
  return [
    {
      text: fit(state === undefined ? glyphs.dot : glyphs.state[state], 2),
      colour: isHere ? colours.good : undefined,
    },
    { text: columns.join(''), isDim: !isHere },
    rowText(fit(name, Math.max(0, cells - taken), glyphs.ellipsis), isCurrent, colours),
  ];
}

function DetailsPane({
  area,
  row,
  state,
}: {
  readonly area: Rectangle;
  readonly row: LibraryRow | undefined;
  readonly state: TransferState | undefined;
}) {
  const { core, stores } = useDashboard();
  const tags = useTags(core.library, row?.kind === 'track' ? row.track.documentId : undefined);
  const cover = useCover(core, row?.kind === 'message' ? row.message : undefined);
  const cells = area.width - 4;
  const rows = area.height - 2;
  return (
    <Pane area={area} title="Details" isFocused={false}>
      {row?.kind === 'track' && (
        <Details
          details={trackDetails(row.track, typeof tags === 'object' ? tags : undefined)}
          tags={tags}
          cells={cells}
          rows={rows}
        />
      )}
      {row?.kind === 'message' && (
        <Details
          details={messageDetails(
            row.message,
            stores.chats.get().rows.find(({ chat }) => chat.id === row.message.chatId)?.chat.title ?? '',
            core.plannedPath(row.message),
          )}
          tags={cover === undefined ? 'none' : { cover: { mimeType: 'image/jpeg', data: cover } }}
          cells={cells}
          rows={rows}
          remark={`Not fetched yet: ${state ?? 'd downloads it'}.`}
        />
      )}
    </Pane>
  );
}
