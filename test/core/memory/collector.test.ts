import { getHeapSpaceStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { collectGarbage } from '../../../src/core/memory/collector.js';

const MB = 2 ** 20;

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}

it('gives the young generation back to the system, which an ordinary collection leaves as large as it grew', () => {
  let kept: object[] = [];
  for (let i = 0; i < 3e6 && youngBytes() < 16 * MB; i++) {
    kept.push({ i, text: `x${i}`, list: [i] });
    if (kept.length > 50_000) kept = kept.slice(25_000);
  }
  expect(youngBytes()).toBeGreaterThanOrEqual(16 * MB);
  kept = [];
  collectGarbage();
  expect(youngBytes()).toBeLessThan(4 * MB);
});
