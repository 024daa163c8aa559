import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Core } from '../../core/face.js';
import type { AudioMessage } from '../../core/types.js';

/** Messages handed to the core at once: one short transaction, so that keys are answered in between. */
export const ENQUEUE_BATCH = 100;

/**
 * Puts messages into the queue, batch by batch, however many they are.
 * @param isWanted leaves messages out
 * @returns how many were put there
 * @throws TadError as `core.enqueue` does; the abort reason
 */
export async function enqueueMarked(
  core: Pick<Core, 'enqueue'>,
  batches: Iterable<readonly AudioMessage[]>,
  isWanted: (message: AudioMessage) => boolean,
  signal: AbortSignal,
): Promise<number> {
  let queued = 0;
  for (const batch of batches) {
    signal.throwIfAborted();
    const wanted = batch.filter(isWanted);
    if (wanted.length > 0) await core.enqueue(wanted);
    queued += wanted.length;
    await nextTurn();
  }
  return queued;
}
