import type { CoreEmitter } from '../../core/events.js';
import type { CoreStatus } from '../../core/face.js';
import type { TransferSnapshot } from '../../core/types.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';

export interface TransfersView {
  /** Active, waiting and paused in their order, then queued, then what failed, then the newest finished. */
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
/** Failures are kept until they are read, but a chat of which every file is gone must not fill the memory. */
const KEPT_FAILED = 500;

const RANK = {
  // In their order, so that no row jumps away from under the cursor when it is paused.
  active: 0,
  waiting: 0,
  paused: 0,
  queued: 1,
  failed: 2,
  completed: 3,
  cancelled: 4,
  skipped: 5,
} as const;

/** Every transfer that a person may want to see, from the core's events. */
export class TransfersStore extends ThrottledStore<TransfersView> {
  readonly #transfers: Map<string, TransferSnapshot>;

  constructor(frames: Frames) {
    const transfers = new Map<string, TransferSnapshot>();
    super(() => view(transfers), frames);
    this.#transfers = transfers;
  }

  /** Takes over what the core has now. */
  reset(status: CoreStatus): void {
    this.#transfers.clear();
    for (const transfer of status.transfers) this.#transfers.set(transfer.documentId, asShown(transfer));
    this.changed(true);
  }

  /** The queue's order is the core's; taken over after a move, which changes nothing in a snapshot. */
  reorder({ transfers }: CoreStatus): void {
    const isQueued = ({ state }: TransferSnapshot) => state === 'queued';
    const rest = [...this.#transfers.values()];
    const inOrder = [...rest.filter((each) => !isQueued(each)), ...transfers.filter(isQueued), ...rest];
    this.#transfers.clear();
    for (const transfer of inOrder) {
      if (!this.#transfers.has(transfer.documentId)) this.#transfers.set(transfer.documentId, transfer);
    }
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

  #put(told: TransferSnapshot): void {
    const transfer = asShown(told);
    if (!isOver(transfer)) {
      this.#transfers.set(transfer.documentId, transfer);
      return;
    }
    this.#putLast(transfer);
    if (transfer.state === 'failed') this.#keep(KEPT_FAILED, ({ state }) => state === 'failed');
    else this.#keep(KEPT_FINISHED, ({ state }) => state === 'completed' || state === 'cancelled');
  }

  /** Order of insertion is order of finishing. */
  #putLast(transfer: TransferSnapshot): void {
    this.#transfers.delete(transfer.documentId);
    this.#transfers.set(transfer.documentId, transfer);
  }

  /** Of the transfers that are meant, the newest `count`. */
  #keep(count: number, isMeant: (transfer: TransferSnapshot) => boolean): void {
    const meant = [...this.#transfers.values()].filter(isMeant);
    for (const { documentId } of meant.slice(0, Math.max(0, meant.length - count))) {
      this.#transfers.delete(documentId);
    }
  }
}

/** While everything is paused, each transfer waits for that: shown as paused, which needs no reason. */
function asShown(transfer: TransferSnapshot): TransferSnapshot {
  if (transfer.state !== 'waiting' || transfer.reason !== 'paused') return transfer;
  const { reason: _, ...rest } = transfer;
  return { ...rest, state: 'paused' };
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
