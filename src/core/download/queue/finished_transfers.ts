import type { Transfer, TransferOwner } from './transfer.js';

/** A transfer with its message, location and paths, roughly. */
const TRANSFER_BYTES = 1536;

/**
 * The last transfers that ended, for the screen and for retrying: at most `capacity`, oldest out first, those that failed after
 * all others.
 */
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
    const oldest = this.values().find(hasNotFailed) ?? this.values()[0];
    if (oldest) this.#byId.delete(oldest.documentId);
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

  /** Forgets all but those that failed. @returns about how many bytes went */
  clear(): number {
    const gone = this.values().filter(hasNotFailed);
    for (const { documentId } of gone) this.#byId.delete(documentId);
    return gone.length * TRANSFER_BYTES;
  }
}

function hasNotFailed({ state }: Transfer): boolean {
  return state !== 'failed';
}
