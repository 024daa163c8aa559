import { Disposables } from '../../core/disposables.js';
import type { ConnectionState, CoreEmitter } from '../../core/events.js';
import type { Account, CoreStatus } from '../../core/face.js';
import { type Frames, type FrameTimer, systemTimer } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';
import { SettledConnection } from './settled_connection.js';

export interface ConnectionView {
  readonly state: ConnectionState;
  readonly reason: string | undefined;
  readonly dcId: number | undefined;
  readonly account: Account | undefined;
  /** Unix seconds until which Telegram asked to wait. */
  readonly floodUntil: number | undefined;
  readonly isPaused: boolean;
  /** Bytes per second. */
  readonly rateLimit: number | undefined;
}

/** How the core stands with Telegram, for the header. */
export class ConnectionStore extends ThrottledStore<ConnectionView> {
  readonly #last: { reason: string | undefined; floodUntil: number };
  readonly #settled: SettledConnection;

  constructor(takeStatus: () => CoreStatus, frames: Frames, timer: FrameTimer = systemTimer) {
    const last: { reason: string | undefined; floodUntil: number } = { reason: undefined, floodUntil: 0 };
    const settled = new SettledConnection(timer, ({ reason }) => {
      last.reason = reason;
      this.changed(true);
    });
    super(() => view(takeStatus(), last, settled.isBlip), frames);
    this.#last = last;
    this.#settled = settled;
  }

  follow(events: CoreEmitter): Disposable {
    const stack = new Disposables();
    stack.use(this.#settled.follow(events));
    stack.use(
      events.onAny((event) => {
        switch (event.name) {
          case 'flood.wait':
            // Scans wait, too; the status knows of the file lanes only.
            this.#last.floodUntil = Math.max(this.#last.floodUntil, event.payload.until);
            this.changed(true);
            return;
          // Soon after whose account it is has become known, of which no event tells.
          case 'chat.list':
          case 'transfer.changed':
          case 'run.summary':
            this.changed();
            return;
          default:
            return;
        }
      }),
    );
    return stack;
  }

  /** Something was changed by a key; the event may not come. */
  refresh(): void {
    this.changed(true);
  }
}

function view(
  status: CoreStatus,
  { reason, floodUntil: told }: { readonly reason: string | undefined; readonly floodUntil: number },
  isBlip: boolean,
): ConnectionView {
  const { connection, dcId, account, paused, rateLimit } = status;
  const floodUntil = Math.max(status.floodUntil ?? 0, told) || undefined;
  const state = isBlip && connection === 'reconnecting' ? 'online' : connection;
  return { state, reason, dcId, account, floodUntil, isPaused: paused, rateLimit };
}
