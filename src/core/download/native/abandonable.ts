import { abortError } from '../clock.js';

/**
 * The promise's outcome, for one who may give up waiting; what is waited for goes on, as others may need it too.
 * @throws TadError `cancelled` (or the signal's own TadError) as soon as the signal says so
 */
export function abandonable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    // In any case: a rejection that nobody takes note of would end the process.
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
