import type { SessionStatus } from './core_status.js';
import type { ConnectionState, CoreEmitter } from './events.js';
import type { Account } from './face.js';

/** What the core itself knows of its session with Telegram: who is logged in, and whether it is connected. */
export class CoreSession implements Disposable {
  account: Account | undefined;
  readonly #startedAt: number;
  readonly #subscription: Disposable;
  #connection: ConnectionState = 'closed';
  #dcId: number | undefined;

  /** @param now milliseconds since 1970 */
  constructor(events: CoreEmitter, now: number) {
    this.#startedAt = Math.floor(now / 1000);
    this.#subscription = events.on('connection.state', ({ state, dcId }) => {
      this.#connection = state;
      this.#dcId = dcId ?? this.#dcId;
    });
  }

  status(): SessionStatus {
    return {
      ...(this.account === undefined ? {} : { account: this.account }),
      connection: this.#connection,
      ...(this.#dcId === undefined ? {} : { dcId: this.#dcId }),
      startedAt: this.#startedAt,
    };
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
