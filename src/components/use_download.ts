import { useCallback, useEffect, useRef } from 'react';
import { type TadError, toTadError } from '../core/errors.js';
import type { ChatTarget } from '../core/types.js';
import { useDashboard } from './dashboard_context.js';
import { useStore } from './store.js';
import type { ViewStateAccess, Wanted } from './view_state.js';

/** @param goesOn with what an earlier dashboard began: what was cancelled then is not asked for again */
type Start = (targets: readonly ChatTarget[], goesOn?: boolean) => void;

/**
 * Starts the work on chats, topics or messages, beside whatever is running; what goes wrong is told in the activity strip. What is
 * not done when the dashboard ends, by whatever end, is taken up by the next one, with what the command line names.
 */
export function useDownload(): Start {
  const { core, host, view, signal, tell } = useDashboard();
  const { update } = view;
  // A second run of the same chat would find everything under way already, and be done long before the first.
  const underWay = useRef(new Set<string>()).current;
  const start = useCallback<Start>(
    (targets, goesOn = false) => {
      const fresh = targets.filter((target) => !underWay.has(keyOf(wantedOf(target))));
      if (fresh.length === 0) {
        if (targets.length > 0) tell('info', `${titlesOf(targets)}: under way already`);
        return;
      }
      const wanted = fresh.map(wantedOf);
      for (const one of wanted) underWay.add(keyOf(one));
      remember(update, wanted);
      if (!goesOn && core.status().connection !== 'online')
        tell('info', `waits for Telegram: ${titlesOf(fresh)}`);
      core
        .download(fresh, { ...host.request, goesOn }, signal)
        .then(
          () => forget(update, wanted),
          (thrown: unknown) => {
            const error = toTadError(thrown);
            if (HOPELESS.has(error.code)) forget(update, wanted);
            if (error.code !== 'cancelled') tell('error', sentence(error));
          },
        )
        .finally(() => {
          for (const one of wanted) underWay.delete(keyOf(one));
        });
    },
    [core, host, signal, tell, update, underWay],
  );
  useTakeUp(start);
  return start;
}

/** What an earlier dashboard left, and what the command line names, as soon as the chats are known. */
function useTakeUp(start: Start): void {
  const { core, host, stores, view, signal, tell } = useDashboard();
  const { rows, isLoading, problem } = useStore(stores.chats);
  const { update } = view;
  const { wanted, isPaused } = view.state;
  const begun = useRef<{ queue?: Promise<void>; hasChats?: true }>({}).current;
  useEffect(() => {
    if (isLoading) return;
    const complain = (error: TadError) => {
      if (error.code !== 'cancelled') tell('error', sentence(error));
    };
    if (begun.queue === undefined) {
      if (isPaused) {
        core.pause();
        stores.connection.refresh();
      }
      begun.queue = core.enqueue([]).catch((error: unknown) => complain(toTadError(error)));
    }
    if (begun.hasChats || problem !== undefined) return;
    begun.hasChats = true;
    const named = host.targets.map((name) => ({ name }));
    remember(update, named);
    const chats = new Map(rows.map(({ chat }) => [chat.id, chat]));
    const takeUp = () => {
      const namedNow = new Set(named.map(keyOf));
      const left: ChatTarget[] = [];
      for (const one of distinct([...wanted, ...named])) {
        const { name, ...place } = one;
        const chat = chats.get(name);
        const goesOn = !namedNow.has(keyOf(one));
        if (chat !== undefined && goesOn) {
          left.push({ chat, ...place });
          continue;
        }
        core.resolve(name, signal).then(
          (target) => {
            forget(update, [one]);
            start([{ ...target, ...place }], goesOn);
          },
          (thrown: unknown) => {
            const error = toTadError(thrown);
            if (HOPELESS.has(error.code)) forget(update, [one]);
            complain(error);
          },
        );
      }
      start(left, true);
    };
    // The queue first: a person may have put it in an order that no scan knows.
    void begun.queue.then(takeUp);
  }, [core, host, stores, signal, tell, update, start, rows, isLoading, problem, wanted, isPaused, begun]);
}

/** Asking again would not help. */
const HOPELESS: ReadonlySet<TadError['code']> = new Set(['not-found', 'forbidden']);

type Update = ViewStateAccess['update'];

function remember(update: Update, more: readonly Wanted[]): void {
  update(({ wanted }) => ({ wanted: distinct([...wanted, ...more]) }));
}

function forget(update: Update, done: readonly Wanted[]): void {
  const keys = new Set(done.map(keyOf));
  update(({ wanted }) => ({ wanted: wanted.filter((one) => !keys.has(keyOf(one))) }));
}

const wantedOf = ({ chat, ...place }: ChatTarget): Wanted => ({ name: chat.id, ...place });

const keyOf = ({ name, topicId, messageId }: Wanted) => [name, topicId, messageId].join('\n');

const distinct = (all: readonly Wanted[]) => [...new Map(all.map((one) => [keyOf(one), one])).values()];

const titlesOf = (targets: readonly ChatTarget[]) => targets.map(({ chat }) => chat.title).join(', ');

const sentence = ({ message, hint }: TadError) => (hint === undefined ? message : `${message}: ${hint}`);
