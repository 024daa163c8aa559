import { describe, expect, it } from 'vitest';
import { FrameClock } from '../../src/components/frame_clock.js';
import { ThrottledStore } from '../../src/components/store.js';
import { ManualTimer } from './manual_timer.js';

function counter() {
  const timer = new ManualTimer();
  const state = { value: 0 };
  const store = new ThrottledStore(() => ({ value: state.value }), new FrameClock(timer));
  const published: number[] = [];
  const stop = store.subscribe(() => published.push(store.get().value));
  const add = (isUrgent = false) => {
    state.value++;
    store.changed(isUrgent);
  };
  return { timer, store, published, stop, add };
}

describe('a throttled store', () => {
  it('publishes the first change at once, and the rest as one with the next frame', () => {
    const { timer, published, add } = counter();
    for (let i = 0; i < 50; i++) add();
    expect(published).toEqual([1]);
    timer.pass(249);
    expect(published).toEqual([1]);
    timer.pass(1);
    expect(published).toEqual([1, 50]);
  });

  it('publishes at most once a frame, however long changes come', () => {
    const { timer, published, add } = counter();
    for (let ms = 0; ms < 1000; ms += 10) {
      add();
      timer.pass(10);
    }
    expect(published.length).toBeLessThanOrEqual(5);
    expect(published.at(-1)).toBe(100);
  });

  it('publishes what is urgent at once', () => {
    const { published, add } = counter();
    add();
    add(true);
    add(true);
    expect(published).toEqual([1, 2, 3]);
  });

  it('has no timer while nothing changes', () => {
    const { timer, add } = counter();
    expect(timer.waiting).toBe(0);
    add();
    expect(timer.waiting).toBe(0);
  });

  it('gives the same object until something changed', () => {
    const { store, add, timer } = counter();
    const first = store.get();
    expect(store.get()).toBe(first);
    add();
    timer.pass(250);
    expect(store.get()).not.toBe(first);
  });

  it('tells nobody who has unsubscribed', () => {
    const { published, stop, add } = counter();
    stop();
    add();
    expect(published).toEqual([]);
  });

  it('takes no snapshot any more once it is disposed: what it reads from may be closed', () => {
    const { timer, store, published, add } = counter();
    add();
    add();
    store[Symbol.dispose]();
    timer.pass(1000);
    add(true);
    expect(published).toEqual([1]);
    expect(timer.waiting).toBe(0);
  });
});
