import { useCallback, useEffect, useRef } from 'react';
import { type TadError, toTadError } from '../core/errors.js';
import type { ChatTarget } from '../core/types.js';
import { useDashboard } from './dashboard_context.js';
import { useStore } from './store.js';
import type { ViewStateAccess, Wanted } from './view_state.js';

interface Begun {
  /** With what an earlier dashboard began: what was cancelled then is not asked for again. */
  readonly goesOn: boolean;
  /** Where that put its files; undefined where nobody kept it. */
  readonly outDir: string | undefined;
}

interface Downloading {
  readonly start: Start;
  /** What stopped is tried again, where it was asked for. */
  readonly tryAgain: () => void;
}

/** Without `begun`, a person asks for them now. */
type Start = (targets: readonly ChatTarget[], begun?: Begun) => void;

/**
 * Starts the work on chats, topics or messages, beside whatever is running; what goes wrong is told in the activity strip. What is
 * not done when the dashboard ends, by whatever end, is taken up by the next one, with what the command line names.
 */
export function useDownload(): Downloading {
  const { core, host, stores, view, signal, tell } = useDashboard();
  const { update, kept } = view;
  // A second run of the same chat would find everything under way already, and be done long before the first.
  const underWay = useRef(new Map<string, string>()).current;
  const start = useCallback<Start>(
    (targets, { goesOn, outDir = host.request.outDir } = { goesOn: false, outDir: undefined }) => {
      const placed = (target: ChatTarget) => wantedOf(target, outDir);
      const fresh = targets.filter((target) => !underWay.has(keyOf(placed(target))));
      if (fresh.length === 0) {
        const [first] = targets;
        if (first === undefined || goesOn) return;
        const into = underWay.get(keyOf(placed(first)));
        const where = into === outDir ? '' : `, into ${into}`;
        tell('info', `${titlesOf(targets)}: under way already${where}`);
        return;
      }
      const wanted = fresh.map(placed);
      const keys = wanted.map(keyOf);
      for (const key of keys) underWay.set(key, outDir);
      stores.wanted.clear(keys);
      if (goesOn && outDir !== host.request.outDir)
        tell('info', `${titlesOf(fresh)}: goes on into ${outDir}, where it was asked for`);
      const elsewhere = kept().wanted.find(
        (one) => one.outDir !== undefined && one.outDir !== outDir && wanted.some((now) => isSame(one, now)),
      );
      if (elsewhere !== undefined)
        tell(
          'warning',
          `${titlesOf(fresh)}: what is left goes into ${outDir}, not ${elsewhere.outDir} as before`,
        );
      remember(update, wanted);
      if (!goesOn && core.status().connection !== 'online')
        tell('info', `waits for Telegram: ${titlesOf(fresh)}`);
      core
        .download(fresh, { ...host.request, outDir, goesOn }, signal)
        .then(
          () => forget(update, wanted),
          (thrown: unknown) => {
            const error = toTadError(thrown);
            if (HOPELESS.has(error.code)) forget(update, wanted);
            else if (error.code !== 'cancelled') stores.wanted.stopped(keys, error);
            if (error.code !== 'cancelled') tell('error', sentence(error));
          },
        )
        .finally(() => {
          for (const key of keys) underWay.delete(key);
        });
    },
    [core, host, stores, signal, tell, update, kept, underWay],
  );
  const tryAgain = useTakeUp(start);
  return { start, tryAgain };
}

/**
 * What an earlier dashboard left, and what the command line names, as soon as the chats are known.
 * @returns takes up again whatever is left
 */
function useTakeUp(start: Start): () => void {
  const { core, host, stores, view, signal, tell } = useDashboard();
  const { isLoading, problem } = useStore(stores.chats);
  const { update, kept } = view;
  const { isPaused } = view.state;
  const begun = useRef<{ queue?: Promise<void>; hasChats?: true }>({}).current;
  const complain = useCallback(
    (key: string, error: TadError) => {
      if (error.code === 'cancelled') return;
      if (!HOPELESS.has(error.code)) stores.wanted.stopped([key], error);
      tell('error', sentence(error));
    },
    [stores, tell],
  );
  const takeUpQueue = useCallback(() => {
    stores.wanted.clear([QUEUE]);
    return core.enqueue([]).catch((error: unknown) => complain(QUEUE, toTadError(error)));
  }, [core, stores, complain]);
  const takeUpChats = useCallback(
    (wanted: readonly Wanted[], named: readonly Wanted[]) => {
      const chats = new Map(stores.chats.get().rows.map(({ chat }) => [chat.id, chat]));
      const namedNow = new Set(named.map(keyOf));
      const left: { readonly target: ChatTarget; readonly outDir: string | undefined }[] = [];
      for (const one of distinct([...wanted, ...named])) {
        const { name, outDir, ...place } = one;
        const chat = chats.get(name);
        const goesOn = !namedNow.has(keyOf(one));
        if (chat !== undefined && goesOn) {
          left.push({ target: { chat, ...place }, outDir });
          continue;
        }
        stores.wanted.clear([keyOf(one)]);
        core.resolve(name, signal).then(
          (target) => {
            forget(update, [one]);
            start([{ ...target, ...place }], { goesOn, outDir });
          },
          (thrown: unknown) => {
            const error = toTadError(thrown);
            if (HOPELESS.has(error.code)) forget(update, [one]);
            complain(keyOf(one), error);
          },
        );
      }
      for (const [outDir, own] of Map.groupBy(left, (one) => one.outDir))
        start(
          own.map(({ target }) => target),
          { goesOn: true, outDir },
        );
    },
    [core, stores, signal, update, start, complain],
  );
  useEffect(() => {
    if (isLoading) return;
    if (begun.queue === undefined) {
      if (isPaused) {
        core.pause();
        stores.connection.refresh();
      }
      begun.queue = takeUpQueue();
    }
    if (begun.hasChats || problem !== undefined) return;
    begun.hasChats = true;
    const { wanted } = kept();
    const { outDir } = host.request;
    const named = host.targets.map((name): Wanted => ({ name, outDir }));
    remember(update, named);
    // The queue first: a person may have put it in an order that no scan knows.
    void begun.queue.then(() => takeUpChats(wanted, named));
  }, [core, host, stores, kept, update, takeUpQueue, takeUpChats, isLoading, problem, isPaused, begun]);
  return useCallback(
    () => void takeUpQueue().then(() => takeUpChats(kept().wanted, [])),
    [kept, takeUpQueue, takeUpChats],
  );
}

/** Among what stopped: the single messages that wait in the library. */
const QUEUE = 'queue';

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

const wantedOf = ({ chat, ...place }: ChatTarget, outDir: string): Wanted => ({
  name: chat.id,
  ...place,
  outDir,
});

const keyOf = ({ name, topicId, messageId }: Wanted) => [name, topicId, messageId].join('\n');

const isSame = (one: Wanted, other: Wanted) => keyOf(one) === keyOf(other);

const distinct = (all: readonly Wanted[]) => [...new Map(all.map((one) => [keyOf(one), one])).values()];

const titlesOf = (targets: readonly ChatTarget[]) => targets.map(({ chat }) => chat.title).join(', ');

const sentence = ({ message, hint }: TadError) => (hint === undefined ? message : `${message}: ${hint}`);
