import { closeSync, fstatSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { getMemoryMonitor, MemoryMonitor, performMemoryCleanup } from '../../../src/core/memory/index.js';
import { FakeWorld } from './fake_world.js';

function criticalMonitor() {
  const world = new FakeWorld();
  const { sampler, timers, collect } = world;
  world.rss = 950;
  return { world, monitor: new MemoryMonitor({ budgetBytes: 1000, sampler, timers, collect }) };
}

describe('a disposed monitor', () => {
  it('touches no descriptor that somebody else has opened since', () => {
    const monitor = new MemoryMonitor();
    monitor[Symbol.dispose]();
    // The system gives out the lowest free number: very likely the one that the monitor had.
    const descriptors = Array.from({ length: 8 }, () => openSync(import.meta.filename, 'r'));
    try {
      monitor[Symbol.dispose]();
      for (const descriptor of descriptors) expect(fstatSync(descriptor).isFile()).toBe(true);
      expect(() => monitor.sample()).toThrow('disposed');
      expect(() => monitor.check()).toThrow('disposed');
    } finally {
      for (const descriptor of descriptors) closeSync(descriptor);
    }
  });

  it('refuses whoever waits for relief, and whoever asks afterwards', async () => {
    const { world, monitor } = criticalMonitor();
    const waiting = expect(monitor.relieved()).rejects.toThrow('disposed');
    const abortable = expect(monitor.relieved(new AbortController().signal)).rejects.toThrow('disposed');
    monitor[Symbol.dispose]();
    await Promise.all([waiting, abortable]);
    await expect(monitor.relieved()).rejects.toThrow('disposed');
    await expect(monitor.cleanup()).rejects.toThrow('disposed');
    expect(world.runningTimers).toBe(0);
  });

  it('ends a clean-up under way without a look at what it closed, and tells nobody', async () => {
    const { world, monitor } = criticalMonitor();
    const told: string[] = [];
    monitor.onAny(({ name }) => told.push(name));
    const slow = Promise.withResolvers<number>();
    monitor.registerCleanup('slow', () => slow.promise);
    const cleaning = monitor.cleanup();
    told.length = 0;
    const { reads } = world;
    monitor[Symbol.dispose]();
    slow.resolve(7);
    const { before, after, steps } = await cleaning;
    expect(steps).toEqual([{ name: 'slow', freed: 7 }]);
    expect(after).toEqual(before);
    expect([world.reads, world.collections]).toEqual([reads, 0]);
    expect(told).toEqual([]);
  });

  it('starts no clean-up when a listener disposes it at the first sign of pressure', async () => {
    const { world, monitor } = criticalMonitor();
    monitor.on('memory.critical', () => monitor[Symbol.dispose]());
    await world.advance(60_000);
    expect([world.collections, world.runningTimers]).toEqual([0, 0]);
  });
});

it('a clean-up does not run what is withdrawn while it runs', async () => {
  const { monitor } = criticalMonitor();
  monitor.registerCleanup('closer', () => later[Symbol.dispose]());
  const later = monitor.registerCleanup('closed meanwhile', () => expect.unreachable());
  const { steps } = await monitor.cleanup();
  expect(steps.map(({ name }) => name)).toEqual(['closer', 'collection']);
});

it('the shared monitor is made anew when somebody disposed it', async () => {
  const first = getMemoryMonitor();
  first[Symbol.dispose]();
  expect(getMemoryMonitor()).not.toBe(first);
  expect(getMemoryMonitor().check()).toBeDefined();
  expect((await performMemoryCleanup()).steps.at(-1)?.name).toBe('collection');
});
