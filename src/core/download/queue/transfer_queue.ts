import { abortError } from '../clock.js';
import type { Transfer, TransferOwner } from './transfer.js';

/**
 * The transfers that wait, in the order in which they will start: plain rows, at most `capacity` of them. Whoever adds
 * waits for {@link space} first, so that a scan never runs ahead of the downloads by more than that.
 * Look-ups by id are O(1), changes of order O(capacity).
 */
export class TransferQueue<Owner extends TransferOwner = TransferOwner> {
  readonly capacity: number;
  readonly #byId = new Map<string, Transfer<Owner>>();
  #order: Transfer<Owner>[] = [];
  #waiters: (() => void)[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#order.length;
  }

  get(documentId: string): Transfer<Owner> | undefined {
    return this.#byId.get(documentId);
  }

  values(): readonly Transfer<Owner>[] {
    return this.#order;
  }

  /** Resolves when there is room for one more. @throws TadError `cancelled` when aborted meanwhile */
  async space(signal: AbortSignal): Promise<void> {
    while (this.size >= this.capacity && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#waiters.push(wake);
      signal.addEventListener('abort', wake, { once: true });
      await promise;
      signal.removeEventListener('abort', wake);
      const isWoken = !this.#waiters.includes(wake);
      this.#waiters = this.#waiters.filter((waiter) => waiter !== wake);
      // Woken for a place that it will not take: the next one may.
      if (isWoken && signal.aborted) this.#waiters.shift()?.();
    }
    if (signal.aborted) throw abortError(signal);
  }

  add(transfer: Transfer<Owner>): void {
    this.#byId.set(transfer.documentId, transfer);
    this.#order.push(transfer);
  }

  /** Back to the front: it has begun already. May exceed the capacity by what is under way. */
  addFirst(transfer: Transfer<Owner>): void {
    this.#byId.set(transfer.documentId, transfer);
    this.#order.unshift(transfer);
  }

  /** Takes out the first that may start. */
  take(mayStart: (transfer: Transfer<Owner>) => boolean): Transfer<Owner> | undefined {
    const index = this.#order.findIndex(mayStart);
    return index < 0 ? undefined : this.#removeAt(index);
  }

  remove(documentId: string): Transfer<Owner> | undefined {
    const transfer = this.#byId.get(documentId);
    return transfer && this.#removeAt(this.#order.indexOf(transfer));
  }

  /** Moves a transfer by `steps` (negative: earlier), as far as the ends allow. @returns whether it moved */
  move(documentId: string, steps: number): boolean {
    const transfer = this.#byId.get(documentId);
    if (!transfer) return false;
    const from = this.#order.indexOf(transfer);
    const to = Math.min(this.#order.length - 1, Math.max(0, from + Math.trunc(steps)));
    if (to === from) return false;
    this.#order.splice(from, 1);
    this.#order.splice(to, 0, transfer);
    return true;
  }

  #removeAt(index: number): Transfer<Owner> | undefined {
    const [transfer] = this.#order.splice(index, 1);
    if (transfer) this.#byId.delete(transfer.documentId);
    this.#waiters.shift()?.();
    return transfer;
  }
}
