/**
 * The same elements, with an end that an AbortSignal can bring about at any time, even while the source is silent.
 * The source is asked to close then, but not waited for: it may never answer.
 */
export function abortable<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): Iterable<T> | AsyncIterable<T> {
  return signal ? new Abortable(source, signal) : source;
}

class Abortable<T> implements AsyncIterable<T> {
  readonly #source: Iterable<T> | AsyncIterable<T>;
  readonly #signal: AbortSignal;

  constructor(source: Iterable<T> | AsyncIterable<T>, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    const signal = this.#signal;
    signal.throwIfAborted();
    const iterator = iteratorOf(this.#source);
    // One listener for all elements, and no Promise.race: racing each against one lasting promise would pile up a
    // reaction per element on it.
    let reject: (reason: unknown) => void = () => {};
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    let open = true;
    const next = async () => iterator.next();
    const close = async () => iterator.return?.();
    try {
      for (;;) {
        const result = await new Promise<IteratorResult<T>>((resolve, rejectNext) => {
          reject = rejectNext;
          next().then(resolve, (error: unknown) => {
            open = false;
            rejectNext(error);
          });
        });
        signal.throwIfAborted();
        if (result.done) {
          open = false;
          return;
        }
        yield result.value;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (open && signal.aborted) close().catch(() => {});
      else if (open) await close();
    }
  }
}

function iteratorOf<T>(source: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  // Strings are iterable, but `in` refuses them.
  if (typeof source === 'object' && Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  return (source as Iterable<T>)[Symbol.iterator]();
}
