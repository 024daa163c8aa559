import type { Core } from '../../core/face.js';
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

export function createStores(core: Core): Stores {
  const status = () => core.status();
  const stack = new DisposableStack();
  const follow = <S extends Disposable & { follow(events: Core['events']): Disposable }>(store: S): S => {
    stack.use(store);
    stack.use(store.follow(core.events));
    return store;
  };
  const transfers = follow(new TransfersStore());
  transfers.reset(core.status());
  return {
    transfers,
    activity: follow(new ActivityStore()),
    chats: follow(new ChatsStore(core)),
    connection: follow(new ConnectionStore(status)),
    memory: follow(new MemoryStore(status)),
    [Symbol.dispose]: () => stack.dispose(),
  };
}
