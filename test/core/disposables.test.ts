import { describe, expect, it } from 'vitest';
import { AsyncDisposables, Disposables } from '../../src/core/disposables.js';

describe('things to let go of together', () => {
  it('go the last first, once, and all of them even when one throws', () => {
    const gone: number[] = [];
    const all = new Disposables();
    for (const n of [1, 2, 3]) {
      const entry = {
        [Symbol.dispose]() {
          gone.push(n);
          if (n > 1) throw new Error(`${n} would not go`);
        },
      };
      expect(all.use(entry)).toBe(entry);
    }
    expect(() => all[Symbol.dispose]()).toThrow('3 would not go');
    all[Symbol.dispose]();
    expect(gone).toEqual([3, 2, 1]);
  });

  it('may take their time, one after the other', async () => {
    const gone: string[] = [];
    const all = new AsyncDisposables();
    all.use({ [Symbol.dispose]: () => void gone.push('at once') });
    all.use({
      async [Symbol.asyncDispose]() {
        await new Promise(setImmediate);
        gone.push('later');
        throw new Error('would not go');
      },
    });
    await expect(all[Symbol.asyncDispose]()).rejects.toThrow('would not go');
    expect(gone).toEqual(['later', 'at once']);
  });
});
