import type { TransferSnapshot } from '../../core/types.js';
import type { Sliceable } from './paged_rows.js';
import type { QueueRest } from './queue_rest.js';

/** The rows of the downloads: what is with the core, and between its queue and what has ended, the rest of the queue, page by page. */
export class TransferList implements Sliceable<TransferSnapshot> {
  readonly #ahead: readonly TransferSnapshot[];
  readonly #rest: QueueRest;
  readonly #ended: readonly TransferSnapshot[];

  constructor(ahead: readonly TransferSnapshot[], rest: QueueRest, ended: readonly TransferSnapshot[]) {
    this.#ahead = ahead;
    this.#rest = rest;
    this.#ended = ended;
  }

  get length(): number {
    return this.#endedFrom + this.#ended.length;
  }

  slice(start: number, end: number): readonly TransferSnapshot[] {
    return [
      ...this.#ahead.slice(start, end),
      ...this.#inRest(start, end),
      ...this.#ended.slice(Math.max(0, start - this.#endedFrom), Math.max(0, end - this.#endedFrom)),
    ];
  }

  /** Where a row is; -1 where it is not. */
  indexOf(documentId: string): number {
    const isMeant = (row: TransferSnapshot) => row.documentId === documentId;
    const ahead = this.#ahead.findIndex(isMeant);
    if (ahead >= 0) return ahead;
    const ended = this.#ended.findIndex(isMeant);
    if (ended >= 0) return this.#endedFrom + ended;
    const rest = this.#rest.indexOf(documentId);
    return rest < 0 ? -1 : this.#ahead.length + rest;
  }

  get #endedFrom(): number {
    return this.#ahead.length + this.#rest.length;
  }

  #inRest(start: number, end: number): readonly TransferSnapshot[] {
    const first = Math.max(0, start - this.#ahead.length);
    const last = Math.min(this.#rest.length, end - this.#ahead.length);
    return first < last ? this.#rest.slice(first, last) : [];
  }
}
