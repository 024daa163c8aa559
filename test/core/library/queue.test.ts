import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Library } from '../../../src/core/library/library.js';
import { chat, complete, filledLibrary, message } from './fixtures.js';

const OUT = '/music';

const id = (n: number): string => message(n).location.documentId;
const order = (library: Library): number[] =>
  library.queue.page({ offset: 0, limit: 100 }).map((entry) => entry.message.messageId);

function queued(count: number): Library {
  const library = filledLibrary(count);
  library.queue.add(
    Array.from({ length: count }, (_, i) => message(i + 1)),
    OUT,
  );
  return library;
}

describe('the queue', () => {
  it('knows where each file goes, also of what it only keeps the order or a pause of', () => {
    const library = filledLibrary(4);
    library.queue.add([message(1), message(2)], '/a');
    library.queue.pause(message(3), '/b');
    library.queue.arrange([{ message: message(2), outDir: '/b' }]);
    library.queue.requeueInterrupted();
    library.queue.resume();
    expect(library.queue.directories()).toEqual(expect.arrayContaining(['/a', '/b']));
    const into = (outDir: string) => library.queue.next(9, [outDir]).map((one) => one.message.messageId);
    expect(into('/a')).toEqual([1]);
    expect(into('/b')).toEqual([2, 3]);
    library.queue.take(id(1), '/c');
    library.queue.giveBack(id(1));
    expect(library.queue.waiting({ offset: 0, limit: 9 }).map(({ outDir }) => outDir)).toEqual([
      '/b',
      '/c',
      '/b',
    ]);
  });

  it('keeps the order in which things were asked for', () => {
    const library = filledLibrary(3);
    expect(library.queue.add([message(3), message(1)], OUT)).toBe(2);
    expect(library.queue.add([message(1), message(2)], OUT)).toBe(1);
    expect(order(library)).toEqual([3, 1, 2]);
    expect(library.queue.page({ offset: 1, limit: 1 })).toEqual([{ message: message(1), state: 'queued' }]);
  });

  it('takes nothing that the library has', () => {
    const library = filledLibrary(2);
    complete(library, message(1));
    expect(library.queue.add([message(1), message(2)], OUT)).toBe(1);
    expect(order(library)).toEqual([2]);
  });

  it('gives those that wait, not the cancelled and failed ones', () => {
    const library = queued(4);
    library.queue.setState(id(1), 'failed', 'the message is gone');
    library.queue.cancel(id(2));
    expect(library.notYetTaken()).toBe(2);
    expect([1, 2, 3, 4, 9].map((n) => library.isQueued(id(n)))).toEqual([false, false, true, true, false]);
    expect(library.queue.next(10, [OUT]).map((one) => one.message.messageId)).toEqual([3, 4]);
    expect(library.queue.page({ offset: 0, limit: 1 })[0]).toMatchObject({
      state: 'failed',
      reason: 'the message is gone',
    });
  });

  it('gives what the downloader has not taken yet page by page, in order', () => {
    const library = queued(6);
    library.queue.setState(id(1), 'waiting');
    library.queue.setState(id(4), 'failed', 'x');
    library.queue.move(id(6), -1);
    const waiting = (offset: number, limit: number) =>
      library.queue.waiting({ offset, limit }).map((one) => one.message.messageId);
    expect(waiting(0, 9)).toEqual([2, 3, 6, 5]);
    expect(waiting(1, 2)).toEqual([3, 6]);
    expect(waiting(4, 2)).toEqual([]);
    expect([2, 3, 6, 5, 1, 4, 9].map((n) => library.queue.placeWaiting(id(n)))).toEqual([
      0, 1, 2, 3, -1, -1, -1,
    ]);
  });

  it('lets failed and cancelled ones wait again when they are asked for again, and leaves a paused one paused', () => {
    const library = queued(3);
    library.queue.setState(id(1), 'failed', 'x');
    library.queue.pause(message(2), OUT);
    library.queue.cancel(id(3));
    expect(order(library)).toEqual([1, 2]);
    expect(library.queue.length()).toBe(2);
    expect(library.queue.add([message(1), message(2), message(3)], OUT)).toBe(2);
    expect(order(library)).toEqual([1, 2, 3]);
    expect([1, 2, 3].map((n) => library.queue.isPaused(id(n)))).toEqual([false, true, false]);
  });

  it('forgets that these were cancelled: of a chat, a topic, a message, a kind, and whatever chat they were cancelled in', () => {
    const library = filledLibrary(5);
    const voice = { ...message(6), kind: 'voice' as const };
    const posted = { ...message(20), location: message(5).location, topicId: 9 };
    const other = { ...posted, chatId: '-1002' };
    library.saveChats([chat({ id: '-1002' })]);
    library.saveMessages([voice, posted, other]);
    const all = [1, 2, 3, 4, 5, 6];
    const cancelled = () => all.filter((n) => library.queue.isCancelled(id(n)));
    library.queue.add([message(4)], OUT);
    for (const n of [1, 2, 3, 5]) library.queue.cancel(id(n), message(n));
    library.queue.cancel(id(6), voice);
    library.queue.forgetCancelled([{ chat: chat(), messageId: 2 }], ['music', 'document']);
    expect(cancelled()).toEqual([1, 3, 5, 6]);
    library.queue.forgetCancelled([{ chat: chat(), topicId: 8 }], ['music']);
    expect(cancelled()).toEqual([1, 3, 5, 6]);
    library.queue.forgetCancelled([{ chat: chat({ id: '-1002' }), topicId: 9 }], ['music']);
    expect(cancelled()).toEqual([1, 3, 6]);
    library.queue.forgetCancelled([{ chat: chat() }], ['music']);
    expect(cancelled()).toEqual([6]);
    expect(order(library)).toEqual([4]);
  });

  it('remembers of what a download of whole chats brought that it was paused or cancelled, or in which order', () => {
    const library = filledLibrary(5);
    library.queue.add([message(1)], OUT);
    library.queue.pause(message(2), OUT);
    expect(library.queue.cancel(id(3), message(3))).toBe(true);
    expect(library.queue.cancel(id(3), message(3))).toBe(false);
    expect(library.queue.cancel(id(4))).toBe(false);
    expect([2, 3, 4].map((n) => library.queue.isCancelled(id(n)))).toEqual([false, true, false]);
    library.queue.arrange([5, 2, 4].map((n) => ({ message: message(n), outDir: OUT })));
    expect(order(library)).toEqual([5, 2, 4, 1]);
    // All of these are with the downloader.
    expect(library.notYetTaken()).toBe(1);
    expect(library.queue.isPaused(id(2))).toBe(true);
    library.queue.resume();
    expect(library.queue.isPaused(id(2))).toBe(false);
    library.queue.giveBack(id(3));
    expect(library.queue.isCancelled(id(3))).toBe(true);
    expect(library.queue.requeueFailed(id(3))).toBe(1);
    expect(library.queue.isCancelled(id(3))).toBe(false);
  });

  it('lets what was under way at a crash wait again', () => {
    const library = queued(3);
    library.queue.setState(id(1), 'active');
    library.queue.setState(id(2), 'waiting', 'flood wait');
    library.queue.setState(id(3), 'failed');
    expect(library.queue.requeueInterrupted()).toBe(2);
    expect(library.queue.next(9, [OUT]).map((one) => one.message.messageId)).toEqual([1, 2]);
  });

  it('pauses by its id what nobody has taken, and resumes one or all', () => {
    const library = queued(4);
    library.queue.setState(id(4), 'waiting');
    expect([1, 2, 4, 9].map((n) => library.queue.pauseWaiting(id(n)))).toEqual([true, true, false, false]);
    const paused = () => [1, 2, 3, 4].filter((n) => library.queue.isPaused(id(n)));
    expect(paused()).toEqual([1, 2]);
    expect([2, 2, 3, 9].map((n) => library.queue.resume(id(n)))).toEqual([true, false, false, false]);
    expect(paused()).toEqual([1]);
    expect([library.queue.resume(), library.queue.resume()]).toEqual([true, false]);
    expect(paused()).toEqual([]);
  });

  it('drops what is cancelled', () => {
    const library = queued(2);
    library.queue.remove(id(1));
    library.queue.remove(id(1));
    expect(order(library)).toEqual([2]);
    expect(library.queue.length()).toBe(1);
  });

  it('moves like an element of an array, whatever the steps', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: -8, max: 8 })), {
      maxLength: 12,
    });
    const library = queued(6);
    fc.assert(
      fc.property(moves, (todo) => {
        for (const n of [1, 2, 3, 4, 5, 6]) library.queue.remove(id(n));
        for (const n of [1, 2, 3, 4, 5, 6]) library.queue.add([message(n)], OUT);
        library.queue.remove(id(3)); // A gap in the positions.
        const model = [1, 2, 4, 5, 6];
        for (const [n, steps] of todo) {
          library.queue.move(id(n), steps);
          const from = model.indexOf(n);
          if (from >= 0) model.splice(Math.max(0, from + steps), 0, ...model.splice(from, 1));
        }
        expect(order(library)).toEqual(model);
      }),
    );
  });
});
