import { useInput } from 'ink';
import {
  createContext,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { keyNames } from './key_names.js';
import type { Action, Scope } from './key_table.js';
import { actionFor, isAlways } from './keys.js';
import { useIsOutOfSight } from './out_of_sight.js';

/** What the keys of a scope do at the moment, where that is not what the table of keys says. */
export interface KeysNow {
  /** Would do nothing. */
  readonly idle?: readonly Action[];
  /** A word or two for the footer, also for keys that it leaves out otherwise. */
  readonly labels?: Readonly<Partial<Record<Action, string>>>;
}

/** Who hears keys: a pane or view by the key table, or a text field that takes every key for itself. */
type Listener =
  | {
      readonly kind: 'actions';
      readonly scope: Scope;
      readonly handle: (action: Action) => boolean;
      readonly now: KeysNow;
    }
  | { readonly kind: 'keys'; readonly scope: Scope | undefined; readonly handle: (name: string) => boolean };

/** What holds everywhere comes last, text fields and dialogs first. */
const layerOf = (listener: Listener) =>
  listener.kind === 'keys' ? 2 : listener.scope === 'everywhere' ? 0 : 1;

/** Gives each key to the topmost listener, then to those below it, until one says that it took it. */
class KeyRouter {
  readonly #listeners = new Set<{ readonly current: Listener }>();
  readonly #waiting: string[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #onDispatched: () => void;
  #isBusy = false;

  /** @param onDispatched a key was handled; `next` is to be called when what that changed is on the screen */
  constructor(onDispatched: () => void) {
    this.#onDispatched = onDispatched;
  }

  add(listener: { readonly current: Listener }): () => void {
    this.#listeners.add(listener);
    this.changed();
    return () => {
      this.#listeners.delete(listener);
      this.changed();
    };
  }

  /** Whose keys are heard first now. */
  readonly scope = (): Scope => this.#topmostFirst()[0]?.current.scope ?? 'everywhere';

  /** What its keys do now; the same object until it changes. */
  readonly now = (): KeysNow => {
    const first = this.#topmostFirst()[0]?.current;
    return first?.kind === 'actions' ? first.now : AS_ALWAYS;
  };

  /** Calls back when listeners come or go, or what keys do changes. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  };

  /**
   * Takes the keys of one read. Each is handled when what the one before changed has been rendered, so that none acts on a
   * screen that is gone.
   */
  take(names: readonly string[]): void {
    this.#waiting.push(...names);
    if (!this.#isBusy) this.next();
  }

  next(): void {
    const name = this.#waiting.shift();
    this.#isBusy = name !== undefined;
    if (name === undefined) return;
    this.#dispatch(name);
    this.#onDispatched();
  }

  #dispatch(name: string): void {
    const isForAll = isAlways(name);
    for (const { current } of this.#topmostFirst()) {
      if (isForAll && layerOf(current) > 0) continue;
      if (current.kind === 'keys') {
        if (current.handle(name)) return;
        continue;
      }
      const action = actionFor(name, current.scope);
      if (action !== undefined && current.handle(action)) return;
    }
  }

  #topmostFirst(): readonly { readonly current: Listener }[] {
    return [...this.#listeners].reverse().sort((a, b) => layerOf(b.current) - layerOf(a.current));
  }

  /** Whoever watches looks again. */
  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

const RouterContext = createContext<KeyRouter | undefined>(undefined);

/** Reads the keyboard for everything below it. */
export function InputProvider({ children }: { readonly children: ReactNode }) {
  const [handled, setHandled] = useState(0);
  const router = useMemo(() => new KeyRouter(() => setHandled((count) => count + 1)), []);
  // This state changes together with all that a key changes. Effects of children come first, so that when this one runs
  // the listeners are those of the new screen. A turn of its own for each key: React takes long chains of updates for loops.
  useLayoutEffect(() => {
    if (handled > 0) setImmediate(() => router.next());
  }, [router, handled]);
  useInput((input, key) => {
    router.take(keyNames(input, key));
  });
  return <RouterContext value={router}>{children}</RouterContext>;
}

function useListener(listener: Listener, isActive: boolean): void {
  const router = useContext(RouterContext);
  const latest = useRef(listener);
  latest.current = listener;
  const isHeard = !useIsOutOfSight() && isActive;
  // With the frame itself: a key that answers what is on the screen must find its listener.
  useLayoutEffect(() => (isHeard ? router?.add(latest) : undefined), [router, isHeard]);
}

const AS_ALWAYS: KeysNow = {};

/**
 * Hears actions of a scope while active. The handler says whether it took the action.
 * @param now for the footer; the same object as long as it says the same
 */
export function useActions(
  scope: Scope,
  isActive: boolean,
  handle: (action: Action) => boolean,
  now: KeysNow = AS_ALWAYS,
): void {
  const router = useContext(RouterContext);
  useListener({ kind: 'actions', scope, handle, now }, isActive);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the footer is told when it changes, and only then
  useLayoutEffect(() => router?.changed(), [router, now]);
}

/**
 * Hears every key by name while active, but for those that always mean the same: text fields and dialogs.
 * @param scope whose keys the footer shows meanwhile
 */
export function useKeys(isActive: boolean, handle: (name: string) => boolean, scope?: Scope): void {
  useListener({ kind: 'keys', scope, handle }, isActive);
}

/** Where the person is: in the topmost of all that hears keys. */
export function useScope(): Scope {
  const router = useContext(RouterContext);
  if (router === undefined) throw new Error('used outside of the keyboard');
  return useSyncExternalStore(router.watch, router.scope);
}

/** What the keys of the scope do now. */
export function useKeysNow(): KeysNow {
  const router = useContext(RouterContext);
  if (router === undefined) throw new Error('used outside of the keyboard');
  return useSyncExternalStore(router.watch, router.now);
}
