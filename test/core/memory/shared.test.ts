import { expect, it } from 'vitest';
import {
  getMemoryMonitor,
  getObjectPool,
  getObjectPoolStats,
  performMemoryCleanup,
} from '../../../src/core/memory/index.js';

const bytes = () => new Uint8Array(1000);

async function stepNames(): Promise<string[]> {
  return (await performMemoryCleanup()).steps.map(({ name }) => name);
}

it('shared pools shrink at a clean-up as long as one is open, whichever monitor is the shared one', async () => {
  expect(await stepNames()).toEqual(['collection']);
  const pool = getObjectPool('shared', bytes, 2);
  pool.tryAcquire()?.release();
  getMemoryMonitor()[Symbol.dispose]();
  expect(await stepNames()).toEqual(['object pools', 'collection']);
  expect(pool.stats().idle).toBe(0);
  await pool.close();
  expect(await stepNames()).toEqual(['collection']);
});

it('a closed pool makes way for a new one of its name, and is held no longer', async () => {
  const first = getObjectPool('again', bytes);
  await first.close();
  const second = getObjectPool('again', bytes);
  await first.close();
  expect(getObjectPool('again', bytes)).toBe(second);
  expect(getObjectPoolStats().map(({ name }) => name)).toEqual(['again']);
  await second.close();
  expect(getObjectPoolStats()).toEqual([]);
});
