import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../src/core/memory/collector.js';
import { type Id, MemoryEfficientSet } from '../../../src/core/memory/index.js';
import { randomFrom } from './random.js';

/** Lets dead objects die: what a WeakRef was asked for in this job stays alive until its end. */
async function collect(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
}

interface Track {
  readonly name: string;
}

const kinds: readonly [string, (maxSize: number) => MemoryEfficientSet<Id>][] = [
  ['of any value', (maxSize) => new MemoryEfficientSet<Id>(maxSize)],
  ['of ids', (maxSize) => MemoryEfficientSet.ofIds(maxSize)],
];

describe.each(kinds)('MemoryEfficientSet %s', (_, make) => {
  it('takes element 50,001 and forgets one for it (the seed threw: a string cannot be held weakly)', () => {
    const set = make(50_000);
    for (let n = 0; n <= 50_000; n++) set.add(String(n));
    expect(set.size).toBe(50_000);
    expect(set.has('50000')).toBe(true);
    expect(set.stats().evictions).toBe(1);
  });

  it('counts an eviction even when clearing or deleting came between', () => {
    const set = make(2);
    for (const id of ['1', '2', '3']) set.add(id);
    set.delete('3');
    set.clear();
    for (const id of ['4', '5', '6']) set.add(id);
    expect(set.stats()).toMatchObject({ evictions: 2, size: 2 });
  });

  it('never exceeds its bound, and tells exactly what it forgot', () => {
    const step = fc.record({
      kind: fc.constantFrom('add' as const, 'has' as const, 'delete' as const),
      id: fc.integer({ min: -15, max: 15 }).map(String),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 150 }), (maxSize, steps) => {
        const set = make(maxSize);
        const model = new Set<string>();
        for (const { kind, id } of steps) {
          if (kind === 'add') {
            const full = model.size === maxSize && !model.has(id);
            expect(set.add(id)).toBe(!model.has(id));
            model.add(id);
            if (full) for (const known of model) if (![...set].includes(known)) model.delete(known);
            expect([...set]).toContain(id);
          } else if (kind === 'has') expect(set.has(id)).toBe(model.has(id));
          else expect(set.delete(id)).toBe(model.delete(id));
          expect([...set].sort()).toEqual([...model].sort());
          expect(set.size).toBe(model.size);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what is looked up, and lets go what is not', () => {
    const set = make(100);
    for (let n = 0; n < 100; n++) set.add(String(n));
    for (let n = 100; n < 1000; n++) {
      for (let hot = 0; hot < 20; hot++) expect(set.has(String(hot))).toBe(true);
      set.add(String(n));
    }
    expect(set.has('50')).toBe(false);
  });

  it('lets the new one in, even when all others are in use', () => {
    for (const maxSize of [1, 2, 5]) {
      const set = make(maxSize);
      for (let n = 0; n < 50; n++) {
        set.add(String(n));
        expect(set.has(String(n))).toBe(true);
        for (const id of set) set.has(id);
      }
    }
  });

  it('remembers what is in use when another is deleted', () => {
    const set = make(3);
    for (const id of ['1', '2', '3']) set.add(id);
    set.has('3');
    set.delete('1');
    set.add('4');
    set.add('5');
    expect([...set]).toContain('3');
  });

  it('hits nearly as often as exact LRU on skewed look-ups', () => {
    const random = randomFrom(5);
    const set = make(500);
    const lru = new Map<string, true>();
    let hits = 0;
    let lruHits = 0;
    for (let n = 0; n < 50_000; n++) {
      const id = String(Math.floor(10_000 * random() ** 4));
      if (set.has(id)) hits++;
      else set.add(id);
      if (lru.delete(id)) lruHits++;
      else if (lru.size === 500) lru.delete(lru.keys().next().value ?? '');
      lru.set(id, true);
    }
    expect(hits / lruHits).toBeGreaterThan(0.97);
  });

  it('is empty after clear, and usable', () => {
    const set = make(3);
    for (const id of ['1', '2', '3', '4']) set.add(id);
    set.clear();
    expect([...set]).toEqual([]);
    for (const id of ['1', '2', '3', '4']) expect(set.add(id)).toBe(true);
    expect(set.size).toBe(3);
  });

  it.each([0, -1, 0.5])('refuses a bound of %d', (maxSize) => {
    expect(() => make(maxSize)).toThrow(RangeError);
  });
});

describe('MemoryEfficientSet of ids', () => {
  it('knows one id by all its spellings, and yields text', () => {
    const set = MemoryEfficientSet.ofIds(10);
    expect(set.add(5n)).toBe(true);
    expect(set.add('5')).toBe(false);
    expect(set.has({ hi: 0, lo: 5 })).toBe(true);
    expect([...set]).toEqual(['5']);
  });
});

describe('what a set forgot', () => {
  it('is in its place and counted when onEvict throws', () => {
    const onEvict = () => {
      throw new Error('no disk');
    };
    for (const set of [
      new MemoryEfficientSet<Id>(1, { onEvict }),
      MemoryEfficientSet.ofIds(1, { onEvict }),
    ]) {
      set.add('1');
      expect(() => set.add('2')).toThrow('no disk');
      expect([...set]).toEqual(['2']);
      expect(set.stats()).toMatchObject({ size: 1, evictions: 1 });
    }
  });

  it('is told to onEvict, and asked for with fallback, when it is a primitive', () => {
    const library = new Set<string>();
    const set = new MemoryEfficientSet<string>(2, {
      onEvict: (name) => library.add(name),
      fallback: (name) => library.has(name),
    });
    for (const name of ['a', 'b', 'c']) set.add(name);
    expect([...library]).toEqual(['a']);
    expect(set.has('a')).toBe(true);
    expect(set.has('never')).toBe(false);
    expect(set.stats()).toMatchObject({ hits: 1, fallbackHits: 1, misses: 1, size: 2 });
  });

  it('is told with the id as text', () => {
    const evicted: Id[] = [];
    const set = MemoryEfficientSet.ofIds(1, { onEvict: (id) => evicted.push(id) });
    set.add(1n);
    set.add('2');
    expect(evicted).toEqual(['1']);
  });
});

describe('MemoryEfficientSet of objects', () => {
  const tracks = (count: number): Track[] => Array.from({ length: count }, (_, n) => ({ name: `${n}` }));

  it('still knows evicted objects that somebody holds, by identity, and takes them back', async () => {
    const held = tracks(10);
    const set = new MemoryEfficientSet<Track>(3, { weakSize: 20 });
    for (const track of held) set.add(track);
    await collect();
    expect(set.size).toBe(3);
    expect(set.stats().weak).toBe(7);
    for (const track of held) expect(set.has(track)).toBe(true);
    expect(set.has({ name: '0' })).toBe(false);
    expect(new Set(set)).toEqual(new Set(held));
    expect(set.add(held[0]!)).toBe(false);
    expect(set.size).toBe(3);
  });

  it('does not keep evicted objects alive', async () => {
    const set = new MemoryEfficientSet<Track>(3, { weakSize: 100 });
    for (const track of tracks(103)) set.add(track);
    await collect();
    expect([...set]).toHaveLength(3);
    expect(set.sweep()).toBe(100);
    expect(set.stats().weak).toBe(0);
  });

  it('sweeps the dead as it goes, so that they make room', async () => {
    const forgotten: Track[] = [];
    const set = new MemoryEfficientSet<Track>(1, { weakSize: 50, onEvict: (track) => forgotten.push(track) });
    for (const track of tracks(50)) set.add(track);
    await collect();
    const held = tracks(40);
    for (const track of held) set.add(track);
    expect(forgotten).toEqual([]);
    expect(set.stats().weak).toBe(40);
    for (const track of held) expect(set.has(track)).toBe(true);
  });

  it('bounds the weak tier too, and tells which living object had to go', () => {
    const forgotten: Track[] = [];
    const held = tracks(10);
    const set = new MemoryEfficientSet<Track>(2, { weakSize: 3, onEvict: (track) => forgotten.push(track) });
    for (const track of held) set.add(track);
    expect(set.stats().weak).toBe(3);
    expect(forgotten).toEqual(held.slice(0, 5));
    expect(set.has(held[0]!)).toBe(false);
    expect(set.has(held[6]!)).toBe(true);
  });

  it('can do without a weak tier', () => {
    const held = tracks(3);
    const set = new MemoryEfficientSet<Track>(2, { weakSize: 0 });
    for (const track of held) set.add(track);
    expect(set.has(held[0]!)).toBe(false);
    expect(() => new MemoryEfficientSet<Track>(2, { weakSize: -1 })).toThrow(RangeError);
  });

  it('deletes and clears weak ones as well', () => {
    const held = tracks(4);
    const set = new MemoryEfficientSet<Track>(1, { weakSize: 3 });
    for (const track of held) set.add(track);
    expect(set.delete(held[0]!)).toBe(true);
    expect(set.has(held[0]!)).toBe(false);
    set.clear();
    expect(held.some((track) => set.has(track))).toBe(false);
  });

  it('takes anything that a Set takes', () => {
    const set = new MemoryEfficientSet<unknown>(20);
    const values = [undefined, null, Number.NaN, 0, '', Symbol('s'), 1n, () => {}, []];
    for (const value of values) set.add(value);
    for (const value of values) expect(set.has(value)).toBe(true);
  });
});
