import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchRuntime } from '../../../src/core/memory/runtime_watch.js';

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('sees how late a busy event loop is, and does not wake one that rests', async () => {
  let utilization = 0.5;
  using watch = watchRuntime(() => utilization);
  const delay = async () => {
    // The watch looks every 20 ms.
    await pause(50);
    block(150);
    await pause(50);
    return watch.takeLoopDelayMs();
  };
  expect(await delay()).toBe(0);
  expect(await delay()).toBeGreaterThan(100);
  utilization = 0.01;
  expect(await delay()).toBeGreaterThan(100);
  expect(await delay()).toBe(0);
});
