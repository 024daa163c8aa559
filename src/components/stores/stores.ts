import { Disposables } from '../../core/disposables.js';
import type { NoticeLevel } from '../../core/events.js';
import type { Core } from '../../core/face.js';
import { FrameClock, type Frames } from '../frame_clock.js';
import { ActivityStore } from './activity_store.js';
import { ChatsStore } from './chats_store.js';
import { ConnectionStore } from './connection_store.js';
import { MemoryStore } from './memory_store.js';
import { TransfersStore } from './transfers_store.js';
import { WantedStore } from './wanted_store.js';

/** One store per pane, all following one core. */
export interface Stores extends Disposable {
  /** For stores of one view only. */
  readonly frames: Frames;
  readonly activity: ActivityStore;
  readonly chats: ChatsStore;
  readonly connection: ConnectionStore;
  readonly memory: MemoryStore;
  readonly transfers: TransfersStore;
  readonly wanted: WantedStore;
}

/** @param logLevel the least of what the log keeps */
export function createStores(core: Core, logLevel: NoticeLevel): Stores {
  // Common to all of them, so that they publish together.
  const frames = new FrameClock();
  const status = () => core.status();
  const stack = new Disposables();
  const follow = <S extends Disposable & { follow(events: Core['events']): Disposable }>(store: S): S => {
    stack.use(store);
    stack.use(store.follow(core.events));
    return store;
  };
  const transfers = follow(
    new TransfersStore(
      {
        countRest: () => core.library.notYetTaken(),
        rest: (page) => core.notYetTaken(page),
        placeInRest: (documentId) => core.placeNotYetTaken(documentId),
        speed: () => core.status(),
      },
      frames,
    ),
  );
  transfers.reset(core.status());
  return {
    frames,
    transfers,
    activity: follow(new ActivityStore(frames, logLevel)),
    chats: follow(new ChatsStore(core, frames)),
    connection: follow(new ConnectionStore(status, frames)),
    memory: follow(new MemoryStore(status, frames)),
    wanted: stack.use(new WantedStore(frames)),
    [Symbol.dispose]: () => stack[Symbol.dispose](),
  };
}
