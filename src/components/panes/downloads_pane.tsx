import { useAnimation } from 'ink';
import { useEffect, useMemo, useState } from 'react';
import type { TransferSnapshot } from '../../core/types.js';
import { useDashboard } from '../dashboard_context.js';
import { bytes, count } from '../format.js';
import { useActions } from '../input.js';
import type { Action } from '../key_table.js';
import type { Rectangle } from '../layout.js';
import { useStore } from '../store.js';
import type { Colours } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { type WantedWords, wantedWords } from '../wanted_words.js';
import { Confirm } from '../widgets/confirm.js';
import { Empty, List, useFoundRowList } from '../widgets/list.js';
import { LIST_START } from '../widgets/list_window.js';
import { Pane } from '../widgets/pane.js';
import { TransferDetails } from './transfer_details.js';
import { keysFor } from './transfer_keys.js';
import { transferLine } from './transfer_line.js';

/** Active transfers with their bars, the queue, and what has finished or failed. */
export function DownloadsPane({
  area,
  isFocused,
  onTryAgain,
}: {
  readonly area: Rectangle;
  readonly isFocused: boolean;
  /** What stopped before any of its files was known. */
  readonly onTryAgain: () => void;
}) {
  const { core, stores, view: viewState, tell } = useDashboard();
  const view = useStore(stores.transfers);
  const connection = useStore(stores.connection);
  const chats = useStore(stores.chats);
  const problems = useStore(stores.wanted);
  const { isPaused } = connection;
  const { wanted } = viewState.state;
  const height = area.height - 2;
  const rows = view.list;
  const list = useFoundRowList(
    rows,
    height,
    ({ documentId }) => documentId,
    (documentId) => rows.indexOf(documentId),
    viewState.kept().transferCursor,
  );
  const { keep } = viewState;
  useEffect(() => keep({ transferCursor: list.id }), [keep, list.id]);
  const [current] = rows.slice(list.cursor, list.cursor + 1);
  // Whoever is elsewhere wants to see what is under way, and that is at the top.
  const shown = isFocused ? list : LIST_START;
  const onScreen = rows.slice(shown.top, shown.top + height);
  // How long a wait goes on moves by itself; nothing ticks while there is none to be seen.
  useAnimation({
    interval: 1000,
    isActive: onScreen.some(({ until = 0, since }) => since !== undefined || until > now()),
  });
  const theme = useTheme();
  const [cancelling, setCancelling] = useState<TransferSnapshot>();
  const [detailed, setDetailed] = useState<TransferSnapshot>();

  const act = (action: Action) => {
    if (list.move(action)) return true;
    const isFailed = current?.state === 'failed' || current?.state === 'cancelled';
    if (action === 'retry' && problems.length > 0 && !isFailed) {
      onTryAgain();
      return true;
    }
    if (current === undefined) return false;
    switch (action) {
      case 'pause':
        if (core.status().paused) tell('info', 'all transfers are paused: P goes on');
        else if (current.state === 'paused') {
          if (core.resume(current.documentId)) tell('info', `resumed ${current.fileName}`);
        } else if (core.pause(current.documentId)) tell('info', `paused ${current.fileName}`);
        // Of what the core has not taken yet no event tells.
        stores.transfers.recount();
        return true;
      case 'enter':
        setDetailed(current);
        return true;
      case 'cancel':
        if (isUnfinished(current)) setCancelling(current);
        else stores.transfers.dismiss(current.documentId);
        return true;
      case 'retry':
        if (isFailed && core.retry(current.documentId)) tell('info', `trying ${current.fileName} again`);
        return true;
      case 'earlier':
      case 'later':
        if (current.state !== 'queued') return true;
        core.move(current.documentId, action === 'earlier' ? -1 : 1);
        stores.transfers.reorder(core.status());
        return true;
      default:
        return false;
    }
  };
  const mayTryAgain = problems.length > 0;
  const keys = useMemo(
    () => keysFor(current?.state, { isPaused, mayTryAgain }),
    [current?.state, isPaused, mayTryAgain],
  );
  useActions('downloads', isFocused, act, keys);

  const note = [
    wanted.length > 0 && view.unfinished === 0 && `${wanted.length} wanted`,
    view.active > 0 && `${view.active} active`,
    view.waiting > 0 && `${view.waiting} waiting`,
    view.paused > 0 && `${view.paused} paused`,
    view.queued > 0 && `${view.queued} queued`,
    view.completed > 0 && `${view.completed} done`,
    view.failed > 0 && `${view.failed} failed`,
  ]
    .filter(Boolean)
    .join(', ');
  const foot = [
    problems.length > 0 && rows.length > 0 && `${problems.length} stopped: r tries again`,
    shown.top > 0 && `${count(shown.top)} above`,
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <>
      <Pane
        area={area}
        title="2 Downloads"
        note={note}
        foot={foot === '' ? undefined : foot}
        isFocused={isFocused}
      >
        {rows.length === 0 ? (
          <Empty
            {...whyEmpty(wantedWords({ wanted: wanted.length, problems, connection, chats }), theme.colours)}
            cells={area.width - 4}
            rows={height}
          />
        ) : (
          <List
            rows={rows}
            position={shown}
            height={height}
            isFocused={isFocused}
            line={(transfer, isCurrent) =>
              transferLine(transfer, { cells: area.width - 4, isCurrent, theme, now: now() })
            }
          />
        )}
      </Pane>
      {detailed !== undefined && (
        <TransferDetails
          transfer={stores.transfers.find(detailed.documentId) ?? detailed}
          now={now()}
          onClose={() => setDetailed(undefined)}
        />
      )}
      {cancelling !== undefined && (
        <Confirm
          question={`Cancel ${cancelling.fileName}?`}
          consequence={
            cancelling.bytes > 0
              ? `${bytes(cancelling.bytes)} that are on disk already will be deleted.`
              : 'Nothing of it is on disk yet.'
          }
          onAnswer={(yes) => {
            if (yes) {
              if (cancelling.documentId === current?.documentId) list.letGo(isUnfinished);
              if (core.cancel(cancelling.documentId)) tell('info', `cancelled ${cancelling.fileName}`);
            }
            stores.transfers.recount();
            setCancelling(undefined);
          }}
        />
      )}
    </>
  );
}

function whyEmpty(words: WantedWords | undefined, { bad }: Colours) {
  if (words === undefined)
    return { text: 'Nothing to download yet.', keys: 'In the chats (1), Space marks and d downloads' };
  const { text, detail, keys, isProblem } = words;
  return isProblem ? { text, detail, keys: 'r tries again', colour: bad } : { text: `${text}.`, keys };
}

const isUnfinished = ({ state }: TransferSnapshot) =>
  state === 'active' || state === 'waiting' || state === 'paused' || state === 'queued';

/** Unix seconds. */
const now = () => Date.now() / 1000;
