import { useSyncExternalStore } from 'react';

/** A value that components can subscribe to; `get` gives the same object until something changed. */
export interface Store<Snapshot> {
  get(): Snapshot;
  subscribe(listener: () => void): () => void;
}

/** The part of a clock that stores need; tests pass their own. */
export interface StoreTimer {
  /** Calls back once after `ms`; the result cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemTimer: StoreTimer = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * A store that is changed as often as the core has news and publishes at most once per `intervalMs`: what a redraw costs depends on
 * how often the screen changes, not on what changed. No timer runs while nothing changes.
 */
export class ThrottledStore<Snapshot> implements Store<Snapshot>, Disposable {
  readonly #take: () => Snapshot;
  readonly #intervalMs: number;
  readonly #timer: StoreTimer;
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot;
  /** Ends the time in which nothing is published. */
  #stopCooling: (() => void) | undefined;
  #dirty = false;
  #isOver = false;

  /** @param take makes an immutable snapshot of the state behind the store */
  constructor(take: () => Snapshot, intervalMs: number, timer: StoreTimer = systemTimer) {
    this.#take = take;
    this.#intervalMs = intervalMs;
    this.#timer = timer;
    this.#snapshot = take();
  }

  readonly get = (): Snapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The state behind the store changed. Urgent news (an answer to a key) is published at once. */
  changed(urgent = false): void {
    if (this.#isOver) return;
    if (urgent || this.#stopCooling === undefined) this.#publish();
    else this.#dirty = true;
  }

  /** Nothing is published any more: what snapshots are taken from may be closed. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#stopCooling?.();
  }

  #publish(): void {
    this.#dirty = false;
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
    if (this.#stopCooling !== undefined) return;
    this.#stopCooling = this.#timer.after(this.#intervalMs, () => {
      this.#stopCooling = undefined;
      if (this.#dirty) this.#publish();
    });
  }
}

export function useStore<Snapshot>(store: Store<Snapshot>): Snapshot {
  return useSyncExternalStore(store.subscribe, store.get);
}
