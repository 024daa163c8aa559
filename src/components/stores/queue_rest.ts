import type { TransferSnapshot } from '../../core/types.js';
import { PagedRows, type RowPage, type Sliceable } from './paged_rows.js';

/** Where the rest of the queue is read. */
export interface QueueRestSource {
  /** How many of the queue are not with the core yet. */
  countRest(): number;
  /** These, page by page. */
  rest(page: RowPage): readonly TransferSnapshot[];
  /** Which of them it is; negative when it is none. */
  placeInRest(documentId: string): number;
}

/** A row has the path where its file will be, which is dear: few more are read than are shown. */
const PAGE_ROWS = 32;

/** What of the queue the core has not taken yet. Read and looked through once, as long as nothing changes in it. */
export class QueueRest implements Sliceable<TransferSnapshot> {
  readonly length: number;
  readonly #source: QueueRestSource;
  readonly #rows: PagedRows<TransferSnapshot>;
  /** The document that was looked for last, and its place. */
  #found: readonly [documentId: string, place: number] | undefined;

  constructor(source: QueueRestSource) {
    this.length = source.countRest();
    this.#source = source;
    this.#rows = new PagedRows((page) => source.rest(page), PAGE_ROWS);
  }

  slice(start: number, end: number): readonly TransferSnapshot[] {
    return this.#rows.slice(start, end);
  }

  /** Negative when it is none of them. */
  indexOf(documentId: string): number {
    if (this.#found?.[0] !== documentId) this.#found = [documentId, this.#source.placeInRest(documentId)];
    return this.#found[1];
  }
}
