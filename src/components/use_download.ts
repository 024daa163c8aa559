import { useCallback, useEffect, useRef } from 'react';
import { type TadError, toTadError } from '../core/errors.js';
import type { Chat } from '../core/types.js';
import { useDashboard } from './dashboard_context.js';
import { useStore } from './store.js';

/**
 * Starts the work on whole chats, beside whatever is running; what goes wrong is told in the activity strip. What is not done when the
 * dashboard ends, by whatever end, is taken up by the next one, with the chats that the command line names.
 */
export function useDownload(): (chats: readonly Chat[]) => void {
  const { core, host, view, signal, tell } = useDashboard();
  const { update } = view;
  const start = useCallback(
    (chats: readonly Chat[]) => {
      const ids = chats.map(({ id }) => id);
      if (ids.length === 0) return;
      update(({ wantedChats }) => ({ wantedChats: [...new Set([...wantedChats, ...ids])] }));
      const done = () =>
        update(({ wantedChats }) => ({ wantedChats: wantedChats.filter((id) => !ids.includes(id)) }));
      core
        .download(
          chats.map((chat) => ({ chat })),
          host.request,
          signal,
        )
        .then(done, (thrown: unknown) => {
          const error = toTadError(thrown);
          if (HOPELESS.has(error.code)) done();
          if (error.code !== 'cancelled') tell('error', sentence(error));
        });
    },
    [core, host, signal, tell, update],
  );
  useTakeUp(start);
  return start;
}

/** Asking again would not help. */
const HOPELESS: ReadonlySet<TadError['code']> = new Set(['not-found', 'forbidden']);

const sentence = ({ message, hint }: TadError) => (hint === undefined ? message : `${message}: ${hint}`);

/** What an earlier dashboard left, and what the command line names, as soon as the chats are known. */
function useTakeUp(start: (chats: readonly Chat[]) => void): void {
  const { core, host, stores, view, signal, tell } = useDashboard();
  const { rows, isLoading } = useStore(stores.chats);
  const { wantedChats, isPaused } = view.state;
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current || isLoading) return;
    hasBegun.current = true;
    if (isPaused) {
      core.pause();
      stores.connection.refresh();
    }
    const complain = (error: unknown) => tell('error', sentence(toTadError(error)));
    core.enqueue([]).catch(complain);
    start(rows.map(({ chat }) => chat).filter(({ id }) => wantedChats.includes(id)));
    for (const name of host.targets) {
      core.resolve(name, signal).then(({ chat }) => start([chat]), complain);
    }
  }, [core, host, stores, signal, tell, start, rows, isLoading, wantedChats, isPaused]);
}
