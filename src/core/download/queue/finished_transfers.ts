import type { Transfer, TransferOwner } from './transfer.js';

/** A transfer with its message, location and paths, roughly. */
const TRANSFER_BYTES = 1536;

/** The last transfers that ended, for the screen and for retrying: at most `capacity`, oldest out first. */
export class FinishedTransfers<Owner extends TransferOwner = TransferOwner> {
  readonly #capacity: number;
  readonly #byId = new Map<string, Transfer<Owner>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(transfer: Transfer<Owner>): void {
    this.#byId.delete(transfer.documentId);
    this.#byId.set(transfer.documentId, transfer);
    if (this.#byId.size <= this.#capacity) return;
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined) this.#byId.delete(oldest);
  }

  get(documentId: string): Transfer<Owner> | undefined {
    return this.#byId.get(documentId);
  }

  remove(documentId: string): void {
    this.#byId.delete(documentId);
  }

  /** Oldest first. */
  values(): readonly Transfer<Owner>[] {
    return [...this.#byId.values()];
  }

  /** @returns about how many bytes went */
  clear(): number {
    const { size } = this.#byId;
    this.#byId.clear();
    return size * TRANSFER_BYTES;
  }
}
