import { describe, expect, it } from 'vitest';
import { LazySave } from '../../src/components/lazy_save.js';
import { ManualTimer } from './manual_timer.js';

function saving() {
  const timer = new ManualTimer();
  const saved: number[] = [];
  return { timer, saved, save: new LazySave<number>((state) => saved.push(state), timer) };
}

describe('what a key changes', () => {
  it('is saved once, when no key has come for a while', () => {
    const { timer, saved, save } = saving();
    for (let key = 1; key <= 100; key++) {
      save.soon(key);
      timer.pass(33);
    }
    expect(saved).toEqual([]);
    timer.pass(200);
    expect(saved).toEqual([100]);
    expect(timer.waiting).toBe(0);
  });

  it('is saved at once where it has to be, with all that waited', () => {
    const { timer, saved, save } = saving();
    save.soon(1);
    save.now(2);
    timer.pass(1000);
    expect(saved).toEqual([2]);
  });

  it('is saved at the end, and what the end changes, too', () => {
    const { timer, saved, save } = saving();
    save.soon(1);
    save[Symbol.dispose]();
    expect(saved).toEqual([1]);
    save.soon(2);
    expect(saved).toEqual([1, 2]);
    expect(timer.waiting).toBe(0);
  });
});
