import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Transfer } from '../../../src/core/download/queue/transfer.js';
import { TransferQueue } from '../../../src/core/download/queue/transfer_queue.js';
import { message } from './fakes/fake_telegram.js';

const transfer = (messageId: number) =>
  new Transfer(message({ messageId }), 'Chat', { outDir: '/out' }, `/out/${messageId}.mp3`);

function filled(capacity: number, ...ids: number[]): TransferQueue {
  const queue = new TransferQueue(capacity);
  for (const messageId of ids) queue.add(transfer(messageId));
  return queue;
}

const order = (queue: TransferQueue) => queue.values().map(({ message: { messageId } }) => messageId);

describe('TransferQueue', () => {
  it('makes whoever adds wait while it is full, one place after the other', async () => {
    const queue = filled(2, 1, 2);
    const { signal } = new AbortController();
    const got: string[] = [];
    const first = queue.space(signal).then(() => {
      got.push('first');
      queue.add(transfer(3));
    });
    const second = queue.space(signal).then(() => got.push('second'));
    await Promise.resolve();
    expect(got).toEqual([]);
    queue.take(() => true);
    await first;
    expect(got).toEqual(['first']);
    queue.take(() => true);
    await second;
    expect(order(queue)).toEqual([3]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends the wait with the signal, which then costs nobody a place', async () => {
    const queue = filled(1, 1);
    const abort = new AbortController();
    const waiting = queue.space(abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    const other = queue.space(new AbortController().signal);
    queue.take(() => true);
    await other;
  });

  it('takes the first that may start, and keeps the order of the others', () => {
    const queue = filled(10, 1, 2, 3, 4);
    expect(queue.take(({ message: { messageId } }) => messageId % 2 === 0)?.message.messageId).toBe(2);
    expect(order(queue)).toEqual([1, 3, 4]);
    expect(queue.take(() => false)).toBeUndefined();
    expect(queue.remove('7000003')?.message.messageId).toBe(3);
    expect(queue.remove('7000003')).toBeUndefined();
    queue.addFirst(transfer(9));
    expect(order(queue)).toEqual([9, 1, 4]);
  });

  it('moves within its ends', () => {
    const queue = filled(10, 1, 2, 3, 4);
    expect(queue.move('7000003', -1)).toBe(true);
    expect(order(queue)).toEqual([1, 3, 2, 4]);
    expect(queue.move('7000001', 99)).toBe(true);
    expect(order(queue)).toEqual([3, 2, 4, 1]);
    expect(queue.move('7000003', -1)).toBe(false);
    expect(queue.move('1', 1)).toBe(false);
  });
});
