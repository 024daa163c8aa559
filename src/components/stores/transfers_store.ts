import type { CoreEmitter, CoreEvents } from '../../core/events.js';
import type { CoreStatus } from '../../core/face.js';
import { type Speed, timeLeft } from '../../core/time_left.js';
import type { TransferSnapshot } from '../../core/types.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';
import { QueueRest, type QueueRestSource } from './queue_rest.js';
import { Ring } from './ring.js';
import { asShown } from './shown_transfer.js';
import { TransferList } from './transfer_list.js';

export interface TransfersView {
  /**
   * Active, waiting and paused in their order, then queued, then what failed, then the newest finished. Without what the core's
   * queue has not taken yet.
   */
  readonly rows: readonly TransferSnapshot[];
  /** All of these, and that. */
  readonly list: TransferList;
  readonly active: number;
  /** Admitted, but held up by what `reason` of the first of them says. */
  readonly waiting: number;
  readonly paused: number;
  /** Also what the core's queue has not taken yet. */
  readonly queued: number;
  /** Of these, what the core's queue has not taken yet: how large they are together is not known. */
  readonly rest: number;
  /** All that is neither done nor given up. */
  readonly unfinished: number;
  /** Of these and all below: since the dashboard was opened, also where the row is gone. */
  readonly failed: number;
  readonly completed: number;
  readonly bytesPerSecond: number;
  /** What that was in the last seconds, oldest first. */
  readonly rates: readonly number[];
  /** Completed of the batch: what came since there was nothing left to do. */
  readonly completedNow: number;
  /** Over all of the batch whose size is known and that is wanted. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Chats are being looked through: how much there is in all is not known yet. */
  readonly isScanning: boolean;
  /** Seconds until all is done at this rate; undefined where that would be a guess. */
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

/** Seconds of {@link TransfersView.rates}. */
const RATES = 12;

interface TransfersState {
  readonly transfers: Map<string, TransferSnapshot>;
  /** What rows that are gone were; `before` counts the completed ones, `bytes` leaves out what is not of the batch. */
  readonly gone: { completed: number; before: number; failed: number; bytes: number };
  /** Documents of rows that were over when the batch began. */
  readonly old: Set<string>;
  /** Undefined: to be read anew. */
  rest: QueueRest | undefined;
  readonly rates: Ring<number>;
  /** Chats that are being looked through. */
  readonly scans: Set<string>;
}

/** What events do not tell. */
export interface TransfersSource extends QueueRestSource {
  /** Over all transfers: a sum over those under way would leave out what just ended, and what just began has no rate yet. */
  speed(): Speed;
}

/** Every transfer that a person may want to see, from the core's events. */
export class TransfersStore extends ThrottledStore<TransfersView> {
  readonly #state: TransfersState;

  constructor(source: TransfersSource, frames: Frames) {
    const state: TransfersState = {
      transfers: new Map(),
      gone: { completed: 0, before: 0, failed: 0, bytes: 0 },
      old: new Set(),
      rest: undefined,
      rates: new Ring(RATES),
      scans: new Set(),
    };
    super(() => view(state, source), frames);
    this.#state = state;
  }

  get #transfers(): Map<string, TransferSnapshot> {
    return this.#state.transfers;
  }

  /** Takes over what the core has now. */
  reset(status: CoreStatus): void {
    this.#transfers.clear();
    this.#state.old.clear();
    for (const transfer of status.transfers) this.#transfers.set(transfer.documentId, asShown(transfer));
    this.recount();
  }

  /** Something changed in the queue of which no event tells. */
  recount(): void {
    this.#state.rest = undefined;
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
    this.recount();
  }

  /** The newest that is known of a document's transfer; nothing once it is finished and long gone. */
  find(documentId: string): TransferSnapshot | undefined {
    return this.#transfers.get(documentId);
  }

  /** The person has read how it ended. A failure that was read is none any more. */
  dismiss(documentId: string): void {
    const transfer = this.#transfers.get(documentId);
    if (transfer === undefined || !isOver(transfer)) return;
    if (transfer.state === 'failed') {
      this.#transfers.delete(documentId);
      this.#state.old.delete(documentId);
    } else this.#letGo(transfer);
    this.changed(true);
  }

  follow(events: CoreEmitter): Disposable {
    return events.onAny((event) => {
      switch (event.name) {
        case 'transfer.queued':
          this.#putCounting(event.payload);
          this.changed();
          return;
        case 'transfer.started':
        case 'transfer.progress':
        case 'transfer.completed':
        case 'transfer.failed':
          this.#put(event.payload);
          this.changed();
          return;
        case 'transfer.changed':
          this.#putCounting(event.payload);
          this.changed(true);
          return;
        case 'chat.scan':
          this.#scanned(event.payload);
          this.changed();
          return;
        case 'memory.sample':
          // Once a second, whoever moves. It comes with the next frame: while files move there is one.
          this.#state.rates.add(this.get().bytesPerSecond);
          return;
        default:
          return;
      }
    });
  }

  /** What it will find belongs together, however fast each file is fetched. */
  #scanned({ chatId, done }: CoreEvents['chat.scan']): void {
    const { scans } = this.#state;
    if (done) scans.delete(chatId);
    else {
      this.#beginBatch();
      scans.add(chatId);
    }
  }

  /** The core's queue has taken something, or given it back, or all are paused or go on. */
  #putCounting(transfer: TransferSnapshot): void {
    this.#state.rest = undefined;
    this.#put(transfer);
  }

  #put(told: TransferSnapshot): void {
    const transfer = asShown(told);
    if (!isOver(transfer)) {
      this.#beginBatch();
      this.#state.old.delete(transfer.documentId);
      this.#transfers.set(transfer.documentId, transfer);
      return;
    }
    this.#putLast(transfer);
    if (transfer.state === 'failed') this.#keep(KEPT_FAILED, ({ state }) => state === 'failed');
    else this.#keep(KEPT_FINISHED, (each) => isOver(each) && each.state !== 'failed');
  }

  /** Where nothing was left to do: how far it is starts at nothing again. Looks at one row where there is something. */
  #beginBatch(): void {
    const { gone, old, scans } = this.#state;
    if (scans.size > 0 || this.get().rest > 0 || this.#transfers.values().some((each) => !isOver(each)))
      return;
    gone.before = gone.completed;
    gone.bytes = 0;
    for (const documentId of this.#transfers.keys()) old.add(documentId);
  }

  /** Order of insertion is order of finishing. */
  #putLast(transfer: TransferSnapshot): void {
    this.#transfers.delete(transfer.documentId);
    this.#transfers.set(transfer.documentId, transfer);
  }

  /** Of the transfers that are meant, the newest `count`. */
  #keep(count: number, isMeant: (transfer: TransferSnapshot) => boolean): void {
    const meant = [...this.#transfers.values()].filter(isMeant);
    for (const transfer of meant.slice(0, Math.max(0, meant.length - count))) this.#letGo(transfer);
  }

  /** Its row goes; what it was counts on. */
  #letGo({ documentId, state, bytes }: TransferSnapshot): void {
    const { gone, old } = this.#state;
    const isOld = old.delete(documentId);
    this.#transfers.delete(documentId);
    if (state === 'failed') gone.failed++;
    if (state !== 'completed') return;
    gone.completed++;
    if (isOld) gone.before++;
    else gone.bytes += bytes;
  }
}

const isOver = ({ state }: TransferSnapshot) =>
  state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'skipped';

function view(state: TransfersState, source: TransfersSource): TransfersView {
  const { transfers, gone, old, rates, scans } = state;
  state.rest ??= new QueueRest(source);
  const { rest } = state;
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
  const sum = (list: readonly TransferSnapshot[], field: 'bytes' | 'totalBytes') =>
    list.reduce((total, transfer) => total + transfer[field], 0);
  const [active, waiting, paused, queued] = [
    count('active'),
    count('waiting'),
    count('paused'),
    count('queued') + rest.length,
  ];
  const batch = all.filter(({ documentId }) => !old.has(documentId));
  const wanted = batch.filter(
    ({ state }) => state !== 'failed' && state !== 'cancelled' && state !== 'skipped',
  );
  const doneBytes = gone.bytes + sum(wanted, 'bytes');
  const totalBytes = gone.bytes + sum(wanted, 'totalBytes');
  const speed = source.speed();
  const bytesPerSecond = active > 0 ? speed.bytesPerSecond : 0;
  const ahead = rows.filter((transfer) => !isOver(transfer));
  return {
    rows,
    list: new TransferList(ahead, rest, rows.slice(ahead.length)),
    active,
    waiting,
    paused,
    queued,
    rest: rest.length,
    unfinished: active + waiting + paused + queued,
    failed: gone.failed + count('failed'),
    completed: gone.completed + count('completed'),
    completedNow: gone.completed - gone.before + batch.filter(({ state }) => state === 'completed').length,
    bytesPerSecond,
    rates: rates.toArray(),
    doneBytes,
    totalBytes,
    isScanning: scans.size > 0,
    timeLeft: active > 0 && scans.size === 0 ? timeLeft(totalBytes - doneBytes, speed) : undefined,
  };
}
