import type { TransferSnapshot } from '../../core/types.js';
import type { PagedRows, Sliceable } from './paged_rows.js';

/** Rows on each side of a place in which a row that was there is looked for. */
const NEAR = 128;

/** The rows of the downloads: what is with the core, and between its queue and what has ended, the rest of the queue, page by page. */
export class TransferList implements Sliceable<TransferSnapshot> {
  readonly #ahead: readonly TransferSnapshot[];
  readonly #queue: PagedRows<TransferSnapshot>;
  readonly #queueLength: number;
  readonly #ended: readonly TransferSnapshot[];

  constructor(
    ahead: readonly TransferSnapshot[],
    queue: { readonly rows: PagedRows<TransferSnapshot>; readonly length: number },
    ended: readonly TransferSnapshot[],
  ) {
    this.#ahead = ahead;
    this.#queue = queue.rows;
    this.#queueLength = queue.length;
    this.#ended = ended;
  }

  get length(): number {
    return this.#endedFrom + this.#ended.length;
  }

  slice(start: number, end: number): readonly TransferSnapshot[] {
    return [
      ...this.#ahead.slice(start, end),
      ...this.#inQueue(start, end),
      ...this.#ended.slice(Math.max(0, start - this.#endedFrom), Math.max(0, end - this.#endedFrom)),
    ];
  }

  /** Where a row is; -1 where it is not, or so far in the queue from `near`, where it was, that it is not looked for. */
  indexOf(documentId: string, near: number): number {
    const isMeant = (row: TransferSnapshot) => row.documentId === documentId;
    const ahead = this.#ahead.findIndex(isMeant);
    if (ahead >= 0) return ahead;
    const ended = this.#ended.findIndex(isMeant);
    if (ended >= 0) return this.#endedFrom + ended;
    const from = Math.max(this.#ahead.length, near - NEAR);
    const queued = this.#inQueue(from, near + NEAR).findIndex(isMeant);
    return queued < 0 ? -1 : from + queued;
  }

  get #endedFrom(): number {
    return this.#ahead.length + this.#queueLength;
  }

  #inQueue(start: number, end: number): readonly TransferSnapshot[] {
    const first = Math.max(0, start - this.#ahead.length);
    const last = Math.min(this.#queueLength, end - this.#ahead.length);
    return first < last ? this.#queue.slice(first, last) : [];
  }
}
