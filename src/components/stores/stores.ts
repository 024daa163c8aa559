import { Disposables } from '../../core/disposables.js';
import type { Core } from '../../core/face.js';
import { FrameTimer } from '../frame_timer.js';
import type { StoreTimer } from '../store.js';
import { ActivityStore } from './activity_store.js';
import { ChatsStore } from './chats_store.js';
import { ConnectionStore } from './connection_store.js';
import { MemoryStore } from './memory_store.js';
import { TransfersStore } from './transfers_store.js';

/** One store per pane, all following one core. */
export interface Stores extends Disposable {
  readonly activity: ActivityStore;
  readonly chats: ChatsStore;
  readonly connection: ConnectionStore;
  readonly memory: MemoryStore;
  readonly transfers: TransfersStore;
}

/** @param timer common to all of them, so that they publish together */
export function createStores(core: Core, timer: StoreTimer = new FrameTimer()): Stores {
  const status = () => core.status();
  const stack = new Disposables();
  const follow = <S extends Disposable & { follow(events: Core['events']): Disposable }>(store: S): S => {
    stack.use(store);
    stack.use(store.follow(core.events));
    return store;
  };
  const transfers = follow(new TransfersStore(timer));
  transfers.reset(core.status());
  return {
    transfers,
    activity: follow(new ActivityStore(Date.now, timer)),
    chats: follow(new ChatsStore(core, timer)),
    connection: follow(new ConnectionStore(status, timer)),
    memory: follow(new MemoryStore(status, timer)),
    [Symbol.dispose]: () => stack[Symbol.dispose](),
  };
}
