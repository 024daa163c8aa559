import { useSyncExternalStore } from 'react';
import type { Frames } from './frame_clock.js';

/** A value that components can subscribe to; `get` gives the same object until something changed. */
export interface Store<Snapshot> {
  get(): Snapshot;
  subscribe(listener: () => void): () => void;
}

/**
 * A store that is changed as often as the core has news, and publishes with the next frame of the screen: at once after a rest, and
 * when it is urgent.
 */
export class ThrottledStore<Snapshot> implements Store<Snapshot>, Disposable {
  readonly #take: () => Snapshot;
  readonly #frames: Frames;
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot;
  #isOver = false;

  /** @param take makes an immutable snapshot of the state behind the store */
  constructor(take: () => Snapshot, frames: Frames) {
    this.#take = take;
    this.#frames = frames;
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
  changed(isUrgent = false): void {
    if (!this.#isOver) this.#frames.next(this.#publish, isUrgent);
  }

  /** The state was changed by a key, and the snapshot may be dear: keys that come fast are answered together. */
  asked(): void {
    if (!this.#isOver) this.#frames.soon(this.#publish);
  }

  /** Nothing is published any more: what snapshots are taken from may be closed. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#frames.forget(this.#publish);
  }

  readonly #publish = (): void => {
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
  };
}

export function useStore<Snapshot>(store: Store<Snapshot>): Snapshot {
  return useSyncExternalStore(store.subscribe, store.get);
}
