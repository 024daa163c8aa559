import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatId, hashId } from '../../../src/core/memory/id.js';
import { LRUCache } from '../../../src/core/memory/index.js';
import { randomFrom } from './random.js';

/** What LRUCache is to do, as plainly as possible: a Map in the order of use. */
class Model {
  readonly entries = new Map<string, number>();

  constructor(readonly capacity: number) {}

  put(id: string, value: number): boolean {
    const isNew = !this.entries.delete(id);
    this.entries.set(id, value);
    const oldest = this.entries.keys().next();
    if (this.entries.size > this.capacity && !oldest.done) this.entries.delete(oldest.value);
    return isNew;
  }

  get(id: string): number | undefined {
    const value = this.entries.get(id);
    if (value !== undefined) this.put(id, value);
    return value;
  }
}

/** Different ids that all want the same place in an index: the worst case of any hash table. */
function collidingIds(count: number): string[] {
  const ids: string[] = [];
  for (let lo = 0; ids.length < count; lo++) if (hashId(7, lo) >>> 20 === 0) ids.push(formatId(7, lo));
  return ids;
}

describe('LRUCache', () => {
  it('does what a Map in the order of use does, whatever is done to it', () => {
    const id = fc.bigInt({ min: -12n, max: 12n });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), id, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
      fc.record({ kind: fc.constantFrom('get' as const, 'peek' as const, 'has' as const), id }),
      fc.record({ kind: fc.constant('delete' as const), id }),
      fc.record({ kind: fc.constant('clear' as const), id }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 120 }), (capacity, steps) => {
        const cache = new LRUCache(capacity);
        const model = new Model(capacity);
        for (const { kind, id, ...rest } of steps) {
          const text = String(id);
          if (kind === 'put' && 'value' in rest) {
            expect(cache.put(id, rest.value)).toBe(model.put(text, rest.value));
          } else if (kind === 'get') expect(cache.get(text)).toBe(model.get(text));
          else if (kind === 'peek') expect(cache.peek(id)).toBe(model.entries.get(text));
          else if (kind === 'has') expect(cache.has(text)).toBe(model.entries.has(text));
          else if (kind === 'delete') expect(cache.delete(id)).toBe(model.entries.delete(text));
          else if (kind === 'clear') {
            cache.clear();
            model.entries.clear();
          }
          expect([...cache]).toEqual([...model.entries]);
          expect(cache.size).toBe(model.entries.size);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['a small one', 100, 260, 1_500_000],
    ['one at the width of its links', 65_534, 80_000, 150_000],
    ['one above it', 65_535, 80_000, 150_000],
  ])('agrees with the model over many random operations: %s', (_, capacity, universe, operations) => {
    const random = randomFrom(capacity);
    const cache = new LRUCache(capacity);
    const model = new Model(capacity);
    const ids = Array.from({ length: universe }, (_, n) => String(BigInt(n) * 0x1_0000_0001n - 40_000n));
    for (const id of ids) {
      cache.put(id, 1);
      model.put(id, 1);
    }
    let wrong = 0;
    for (let n = 0; n < operations; n++) {
      const id = ids[Math.floor(random() * universe)]!;
      const dice = random();
      if (dice < 0.5) wrong += cache.put(id, n) === model.put(id, n) ? 0 : 1;
      else if (dice < 0.9) wrong += cache.get(id) === model.get(id) ? 0 : 1;
      else wrong += cache.delete(id) === model.entries.delete(id) ? 0 : 1;
    }
    expect(wrong).toBe(0);
    expect([...cache]).toEqual([...model.entries]);
  });

  it('stays right when hundreds of ids collide', () => {
    const capacity = 500;
    const ids = collidingIds(700);
    const random = randomFrom(3);
    const cache = new LRUCache(capacity);
    const model = new Model(capacity);
    let wrong = 0;
    for (let n = 0; n < 60_000; n++) {
      const id = ids[Math.floor(random() * ids.length)]!;
      const dice = random();
      if (dice < 0.5) wrong += cache.put(id, n) === model.put(id, n) ? 0 : 1;
      else if (dice < 0.7) wrong += cache.delete(id) === model.entries.delete(id) ? 0 : 1;
      else wrong += cache.get(id) === model.get(id) ? 0 : 1;
    }
    expect(wrong).toBe(0);
    expect([...cache]).toEqual([...model.entries]);
  });

  it('evicts the least recently used, and get makes recent, peek and has do not', () => {
    const cache = new LRUCache(3);
    for (const id of ['1', '2', '3']) cache.put(id);
    cache.get('1');
    cache.peek('2');
    cache.has('2');
    cache.put('4');
    expect([...cache].map(([id]) => id)).toEqual(['3', '1', '4']);
  });

  it('counts hits, misses and evictions', () => {
    const cache = new LRUCache(2);
    for (const id of ['1', '2', '3']) cache.put(id);
    cache.get('1');
    cache.get('3');
    cache.get('3');
    expect(cache.stats()).toMatchObject({ size: 2, capacity: 2, hits: 2, misses: 1, evictions: 1 });
  });

  it('keeps unsigned 32-bit numbers and booleans, and refuses what it could not give back', () => {
    const cache = new LRUCache(5);
    cache.put('1', 2 ** 32 - 1);
    cache.put('2', true);
    cache.put('3', false);
    cache.put('4');
    expect([...cache]).toEqual([
      ['1', 2 ** 32 - 1],
      ['2', 1],
      ['3', 0],
      ['4', 1],
    ]);
    for (const wrong of [-1, 2 ** 32, 0.5, Number.NaN])
      expect(() => cache.put('9', wrong)).toThrow(RangeError);
    expect(cache.has('9')).toBe(false);
  });

  it('may be changed while it is iterated', () => {
    const cache = new LRUCache(4);
    for (const id of ['1', '2', '3', '4']) cache.put(id);
    const seen: string[] = [];
    for (const [id] of cache) {
      seen.push(id);
      cache.delete(id);
      cache.put(`9${id}`);
    }
    expect(seen).toEqual(['1', '2', '3', '4']);
    expect([...cache].map(([id]) => id)).toEqual(['91', '92', '93', '94']);
  });

  it('is usable again after clear, and empty after dispose', () => {
    const cache = new LRUCache(2);
    cache.put('1');
    cache.clear();
    expect([...cache]).toEqual([]);
    for (const id of ['1', '2', '3']) cache.put(id);
    expect([...cache].map(([id]) => id)).toEqual(['2', '3']);
    cache[Symbol.dispose]();
    expect(cache.size).toBe(0);
  });

  it('occupies at most 26 bytes per entry at the default capacity, and knows it', () => {
    const cache = new LRUCache();
    expect(cache.capacity).toBe(50_000);
    expect(cache.stats().bytes / cache.capacity).toBeLessThan(26);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 24 - 1])('refuses a capacity of %d', (capacity) => {
    expect(() => new LRUCache(capacity)).toThrow(RangeError);
  });
});
