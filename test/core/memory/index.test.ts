import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';

it('has no side effect on import', async () => {
  const resources = process.getActiveResourcesInfo().sort();
  const contexts = getHeapStatistics().number_of_native_contexts;
  const memory = await import('../../../src/core/memory/index.js');
  expect(process.getActiveResourcesInfo().sort()).toEqual(resources);
  expect(getHeapStatistics().number_of_native_contexts).toBe(contexts);
  expect(globalThis.gc).toBeUndefined();
  expect(Object.keys(memory)).toEqual(
    expect.arrayContaining([
      'LRUCache',
      'MemoryEfficientSet',
      'MemoryMonitor',
      'ObjectPool',
      'StreamingDataProcessor',
      'getMemoryMonitor',
      'getObjectPool',
      'performMemoryCleanup',
    ]),
  );
});
