import type { CoreEmitter } from '../../core/events.js';
import type { CoreStatus } from '../../core/face.js';
import type { TransferSnapshot } from '../../core/types.js';
import { type StoreTimer, ThrottledStore } from '../store.js';

export interface TransfersView {
  /** Active, then waiting, paused and queued in their order, then what failed, then the newest finished. */
  readonly rows: readonly TransferSnapshot[];
  readonly active: number;
  /** Admitted, but held up by what `reason` of the first of them says. */
  readonly waiting: number;
  readonly paused: number;
  readonly queued: number;
  /** All that is neither done nor given up. */
  readonly unfinished: number;
  readonly failed: number;
  readonly completed: number;
  readonly bytesPerSecond: number;
  /** Over all that is known to be wanted in this session. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Seconds until all is done at this rate. */
  readonly timeLeft: number | undefined;
}

/** Finished and cancelled rows kept on the screen; older ones are in the library and in the log. */
const KEPT_FINISHED = 200;

const RANK = {
  active: 0,
  waiting: 1,
  paused: 2,
  queued: 3,
  failed: 4,
  completed: 5,
  cancelled: 6,
  skipped: 7,
} as const;

/** Every transfer that a person may want to see, from the core's events. */
export class TransfersStore extends ThrottledStore<TransfersView> {
  readonly #transfers: Map<string, TransferSnapshot>;

  constructor(timer?: StoreTimer) {
    const transfers = new Map<string, TransferSnapshot>();
    super(() => view(transfers), 220, timer);
    this.#transfers = transfers;
  }

  /** Takes over what the core has now. */
  reset(status: CoreStatus): void {
    this.#transfers.clear();
    for (const transfer of status.transfers) this.#transfers.set(transfer.documentId, transfer);
    this.changed(true);
  }

  /** The newest that is known of a document's transfer; nothing once it is finished and long gone. */
  find(documentId: string): TransferSnapshot | undefined {
    return this.#transfers.get(documentId);
  }

  follow(events: CoreEmitter): Disposable {
    return events.onAny((event) => {
      switch (event.name) {
        case 'transfer.queued':
        case 'transfer.started':
        case 'transfer.progress':
        case 'transfer.completed':
        case 'transfer.failed':
        case 'transfer.changed':
          this.#put(event.payload);
          this.changed(event.name === 'transfer.changed');
          return;
        default:
          return;
      }
    });
  }

  #put(transfer: TransferSnapshot): void {
    this.#transfers.set(transfer.documentId, transfer);
    if (!isOver(transfer) || transfer.state === 'failed') return;
    // Order of insertion is order of finishing; failures stay until they are read.
    this.#transfers.delete(transfer.documentId);
    this.#transfers.set(transfer.documentId, transfer);
    let finished = 0;
    for (const { state } of this.#transfers.values())
      if (state === 'completed' || state === 'cancelled') finished++;
    for (const [id, { state }] of this.#transfers) {
      if (finished <= KEPT_FINISHED) break;
      if (state !== 'completed' && state !== 'cancelled') continue;
      this.#transfers.delete(id);
      finished--;
    }
  }
}

const isOver = ({ state }: TransferSnapshot) =>
  state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'skipped';

function view(transfers: ReadonlyMap<string, TransferSnapshot>): TransfersView {
  const all = [...transfers.values()];
  const order = new Map(all.map((transfer, index) => [transfer, index]));
  const rows = all.toSorted((a, b) => {
    const byRank = RANK[a.state] - RANK[b.state];
    if (byRank !== 0) return byRank;
    const byOrder = order.get(a)! - order.get(b)!;
    return isOver(a) ? -byOrder : byOrder;
  });
  const count = (state: TransferSnapshot['state']) =>
    all.filter((transfer) => transfer.state === state).length;
  const sum = (list: readonly TransferSnapshot[], field: 'bytes' | 'totalBytes' | 'bytesPerSecond') =>
    list.reduce((total, transfer) => total + transfer[field], 0);
  const [active, waiting, paused, queued] = [
    count('active'),
    count('waiting'),
    count('paused'),
    count('queued'),
  ];
  const wanted = all.filter(
    ({ state }) => state !== 'failed' && state !== 'cancelled' && state !== 'skipped',
  );
  const doneBytes = sum(wanted, 'bytes');
  const totalBytes = sum(wanted, 'totalBytes');
  const bytesPerSecond = sum(all, 'bytesPerSecond');
  return {
    rows,
    active,
    waiting,
    paused,
    queued,
    unfinished: active + waiting + paused + queued,
    failed: count('failed'),
    completed: count('completed'),
    bytesPerSecond,
    doneBytes,
    totalBytes,
    timeLeft:
      bytesPerSecond > 0 && totalBytes > doneBytes ? (totalBytes - doneBytes) / bytesPerSecond : undefined,
  };
}
