import type { AudioMessage } from '../../types.js';

/**
 * Several streams of messages, each newest first, as one, newest first. Holds one message per stream; a stream is asked
 * for its next message when its last one was taken. A message that several streams have comes once.
 */
export async function* mergeNewestFirst(
  streams: readonly AsyncIterable<AudioMessage>[],
): AsyncGenerator<AudioMessage, void, undefined> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    let last: number | undefined;
    for (;;) {
      let newest = -1;
      for (const [index, head] of heads.entries()) {
        if (head.done) continue;
        const best = heads[newest];
        if (!best || best.done || head.value.messageId > best.value.messageId) newest = index;
      }
      const head = heads[newest];
      const iterator = iterators[newest];
      if (!head || head.done || !iterator) return;
      if (head.value.messageId !== last) yield head.value;
      last = head.value.messageId;
      heads[newest] = await iterator.next();
    }
  } finally {
    await Promise.all(iterators.map((iterator) => iterator.return?.()));
  }
}
