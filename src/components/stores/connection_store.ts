import type { ConnectionState, CoreEmitter } from '../../core/events.js';
import type { Account, CoreStatus } from '../../core/face.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';

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

  constructor(takeStatus: () => CoreStatus, frames: Frames) {
    const last: { reason: string | undefined; floodUntil: number } = { reason: undefined, floodUntil: 0 };
    super(() => view(takeStatus(), last), frames);
    this.#last = last;
  }

  follow(events: CoreEmitter): Disposable {
    return events.onAny((event) => {
      switch (event.name) {
        case 'connection.state':
          this.#last.reason = event.payload.reason;
          this.changed(true);
          return;
        case 'flood.wait':
          // Scans wait, too; the status knows of the file lanes only.
          this.#last.floodUntil = Math.max(this.#last.floodUntil, event.payload.until);
          this.changed(true);
          return;
        case 'transfer.changed':
        case 'run.summary':
          this.changed();
          return;
        default:
          return;
      }
    });
  }

  /** Something was changed by a key; the event may not come. */
  refresh(): void {
    this.changed(true);
  }
}

function view(
  status: CoreStatus,
  { reason, floodUntil: told }: { readonly reason: string | undefined; readonly floodUntil: number },
): ConnectionView {
  const { connection, dcId, account, paused, rateLimit } = status;
  const floodUntil = Math.max(status.floodUntil ?? 0, told) || undefined;
  return { state: connection, reason, dcId, account, floodUntil, isPaused: paused, rateLimit };
}
