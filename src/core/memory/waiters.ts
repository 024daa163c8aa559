/** One who waits. Settling it also stops its timer and its listening to the abort signal. */
export interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

interface Node<T> extends Waiter<T> {
  previous: Node<T> | undefined;
  next: Node<T> | undefined;
}

/**
 * First come, first served, with removal from the middle in O(1): a waiter may give up. (In an array that would be O(n),
 * and V8's Map keeps the holes of deleted entries before its first one.)
 */
export class WaiterQueue<T> {
  #first: Node<T> | undefined;
  #last: Node<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * Waits in the queue until taken out of it by {@link shift} and settled, the signal is aborted (rejects with its
   * reason), or `timeoutMs` have passed (rejects with what `timeoutError` returns).
   */
  join(
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    timeoutError: () => Error,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const node: Node<T> = {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        previous: undefined,
        next: undefined,
      };
      const giveUp = (error: unknown) => {
        this.#remove(node);
        node.reject(error);
      };
      const abort = () => giveUp(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      if (timeoutMs !== undefined) timer = setTimeout(() => giveUp(timeoutError()), timeoutMs);
      this.#append(node);
    });
  }

  /** Takes the longest waiting out; the caller must settle it. */
  shift(): Waiter<T> | undefined {
    const first = this.#first;
    if (first) this.#remove(first);
    return first;
  }

  #append(node: Node<T>): void {
    node.previous = this.#last;
    if (this.#last) this.#last.next = node;
    else this.#first = node;
    this.#last = node;
    this.#size++;
  }

  #remove(node: Node<T>): void {
    if (node.previous) node.previous.next = node.next;
    else this.#first = node.next;
    if (node.next) node.next.previous = node.previous;
    else this.#last = node.previous;
    this.#size--;
  }
}
