import { PerformanceObserver } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { LRUCache, MemoryEfficientSet } from '../../../src/core/memory/index.js';

/** Collections during `work`; the observer hears of them a little later. */
async function collectionsDuring(work: () => void): Promise<number> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  work();
  await new Promise((resolve) => setTimeout(resolve, 20));
  observer.disconnect();
  return collections;
}

it('allocates nothing per operation, so that a million operations cause no collection', async () => {
  const ids = Array.from({ length: 5000 }, (_, n) => String(5_000_000_000_000_000_000n + BigInt(n) * 977n));
  const bigints = ids.map(BigInt);
  const cache = new LRUCache(2000);
  const set = MemoryEfficientSet.ofIds(2000);
  const work = () => {
    for (let round = 0; round < 50; round++) {
      for (let n = 0; n < ids.length; n++) {
        cache.put(ids[n]!, n);
        cache.get(bigints[(n * 7) % bigints.length]!);
        set.add(bigints[n]!);
        set.has(ids[(n * 7) % ids.length]!);
      }
    }
  };
  work(); // Unoptimised code makes heap numbers of intermediate results.
  // One collection may be due to what came before, or to the engine's own work; an allocation per operation shows in every round.
  const rounds: number[] = [];
  for (let round = 0; round < 3; round++) rounds.push(await collectionsDuring(work));
  expect(Math.min(...rounds)).toBe(0);
});

it('would notice an allocation per operation', async () => {
  const kept: unknown[] = [];
  const work = () => {
    for (let n = 0; n < 1_000_000; n++) kept[n % 100] = { n };
  };
  expect(await collectionsDuring(work)).toBeGreaterThan(0);
});
