import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  MemoryMonitor,
  type MemoryMonitorOptions,
  performMemoryCleanup,
} from '../../../src/core/memory/index.js';
import { containerLimit, defaultBudget, Thresholds } from '../../../src/core/memory/memory_budget.js';
import { UsageSampler } from '../../../src/core/memory/sampler.js';
import { FakeWorld, settled } from './fake_world.js';

const MIB = 1024 * 1024;

/** A monitor with a budget of 1000: warning at 750, critical at 900, hysteresis 50; a sample a second. */
function setUp(options: MemoryMonitorOptions = {}) {
  const world = new FakeWorld();
  const { sampler, timers, collect } = world;
  const monitor = new MemoryMonitor({
    budgetBytes: 1000,
    sampler,
    timers,
    collect,
    coolDownMs: 10_000,
    ...options,
  });
  const log: string[] = [];
  const listen = () =>
    monitor.onAny(({ name, payload }) => {
      if (name === 'memory.cleanup') log.push(`cleanup ${payload.reason}`);
      else if (name !== 'memory.sample') log.push(`${name} ${payload.level} ${payload.usedBytes}`);
    });
  return { world, monitor, log, listen };
}

describe('levels', () => {
  it('rise at a threshold, fall only well below it, and are told once each', async () => {
    const { world, monitor, log, listen } = setUp();
    listen();
    for (const rss of [749, 750, 760, 899, 900, 860, 849, 740, 701, 699, 760]) {
      world.rss = rss;
      await world.advance(1000);
    }
    expect(log.filter((line) => !line.startsWith('cleanup'))).toEqual([
      'memory.warning warning 750',
      'memory.critical critical 900',
      'memory.recovered warning 849',
      'memory.recovered normal 699',
      'memory.warning warning 760',
    ]);
    expect(monitor.level).toBe('warning');
  });

  it('may skip one in both directions', async () => {
    const { world, log, listen } = setUp();
    listen();
    for (const rss of [950, 100]) {
      world.rss = rss;
      await world.advance(1000);
    }
    expect(log.filter((line) => !line.startsWith('cleanup'))).toEqual([
      'memory.critical critical 950',
      'memory.recovered normal 100',
    ]);
  });

  it('are known at once to who checks, without timer', () => {
    const { world, monitor } = setUp();
    world.rss = 920;
    expect(monitor.check()).toBe('critical');
    expect(world.runningTimers).toBe(0);
  });

  it('take thresholds as fractions or bytes, and a new budget moves the fractions', () => {
    const { world, monitor } = setUp({ warning: 600, critical: 0.8, hysteresis: 10 });
    world.rss = 600;
    expect(monitor.check()).toBe('warning');
    monitor.setBudget(800);
    world.rss = 640;
    expect(monitor.check()).toBe('critical');
    expect(monitor.budgetBytes).toBe(800);
  });

  it('refuse thresholds that make no sense', () => {
    const sensible = { warning: 0.7, critical: 0.9, hysteresis: 0.05 };
    expect(() => new Thresholds(1000, sensible)).not.toThrow();
    for (const wrong of [
      { warning: 0.9 },
      { warning: 950 },
      { warning: 0 },
      { hysteresis: 0.7 },
      { hysteresis: -1 },
    ]) {
      expect(() => new Thresholds(1000, { ...sensible, ...wrong }), JSON.stringify(wrong)).toThrow(
        RangeError,
      );
    }
    for (const budget of [0, -1, Number.NaN])
      expect(() => new Thresholds(budget, sensible)).toThrow(RangeError);
  });
});

describe('the budget', () => {
  it('is 512 MiB, or three quarters of the limit of the container when that is lower', () => {
    expect(defaultBudget(undefined)).toBe(512 * MIB);
    expect(defaultBudget(8192 * MIB)).toBe(512 * MIB);
    expect(defaultBudget(256 * MIB)).toBe(192 * MIB);
  });

  it('takes no limit for one: 2^64, nothing, or the whole machine', () => {
    const total = 16_384 * MIB;
    expect(containerLimit(2 ** 64, total)).toBeUndefined();
    expect(containerLimit(0, total)).toBeUndefined();
    expect(containerLimit(total, total)).toBeUndefined();
    expect(containerLimit(300 * MIB, total)).toBe(300 * MIB);
  });
});

describe('sampling', () => {
  it('goes on while somebody listens, and costs nothing before and after', async () => {
    const { world, monitor } = setUp();
    await world.advance(10_000);
    expect([world.reads, world.runningTimers]).toEqual([0, 0]);
    const seen: number[] = [];
    const first = monitor.on('memory.sample', ({ rssBytes }) => seen.push(rssBytes));
    const second = monitor.registerCleanup('nothing', () => {});
    await world.advance(3000);
    expect(seen).toEqual([100, 100, 100]);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(world.runningTimers).toBe(1);
    second[Symbol.dispose]();
    expect(world.runningTimers).toBe(0);
    const reads = world.reads;
    await world.advance(10_000);
    expect(world.reads).toBe(reads);
  });

  it('ends with dispose, whoever listens', async () => {
    const { world, monitor } = setUp();
    monitor.on('memory.sample', () => {});
    monitor[Symbol.dispose]();
    expect(world.runningTimers).toBe(0);
  });

  it('tells the limit of the container only where there is one', () => {
    expect(setUp({ limitBytes: 5000 }).monitor.sample().limitBytes).toBe(5000);
    expect(setUp().monitor.sample().limitBytes).toBe(containerLimit());
  });

  it('tells how late the event loop was since the sample before', async () => {
    using monitor = new MemoryMonitor({ budgetBytes: 8192 * MIB, intervalMs: 1e6 });
    using _ = monitor.on('memory.sample', () => {});
    const block = (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end; );
    };
    const delay = async (ms: number) => {
      // The watch looks every 20 ms.
      await pause(50);
      block(ms);
      await pause(50);
      return monitor.sample().loopDelayMs;
    };
    await delay(150);
    expect(await delay(300)).toBeGreaterThan(200);
  });

  it('without /proc, too', () => {
    const sampler = new UsageSampler();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const { rssBytes, heapUsedBytes, externalBytes } = sampler.read();
    for (const [shown, real] of [
      [rssBytes, rss],
      [heapUsedBytes, heapUsed],
      [externalBytes, external],
      [sampler.arrayBufferBytes(), arrayBuffers],
    ] as const) {
      expect(shown / real).toBeGreaterThan(0.9);
      expect(shown / real).toBeLessThan(1.1);
    }
  });

  it('shows the figures of a real process', async () => {
    using monitor = new MemoryMonitor({ budgetBytes: 8192 * MIB, intervalMs: 5 });
    const { promise, resolve } = Promise.withResolvers<void>();
    monitor.on('memory.sample', ({ collections }) => collections.major > 0 && resolve());
    const { after } = await monitor.cleanup();
    await promise;
    const actual = process.memoryUsage();
    const sample = monitor.sample();
    for (const [shown, real] of [
      [sample.rssBytes, actual.rss],
      [sample.heapUsedBytes, actual.heapUsed],
      [sample.arrayBufferBytes, actual.arrayBuffers],
    ] as const) {
      expect(shown / real).toBeGreaterThan(0.8);
      expect(shown / real).toBeLessThan(1.25);
    }
    expect(sample.externalBytes).toBeGreaterThanOrEqual(sample.arrayBufferBytes);
    expect(after.level).toBe('normal');
    expect(sample.collections.totalMs).toBeGreaterThan(0);
  });
});

describe('clean-up', () => {
  it('runs the callbacks in order and a collection last, and tells what each freed', async () => {
    const { world, monitor, log, listen } = setUp();
    listen();
    Object.assign(world, { rss: 500, heap: 200, external: 100 });
    monitor.registerCleanup('cache', () => 30);
    monitor.registerCleanup('buffers', async () => {
      world.external = 20;
      return 80;
    });
    monitor.registerCleanup('silent', () => {});
    world.onCollect = () => {
      world.heap = 120;
      world.rss = 360;
    };
    const result = await monitor.cleanup();
    expect(result).toMatchObject({ reason: 'manual', freedBytes: 140, releasedBytes: 160 });
    expect(result.steps).toEqual([
      { name: 'cache', freed: 30 },
      { name: 'buffers', freed: 80 },
      { name: 'silent', freed: 0 },
      { name: 'collection', freed: 80 },
    ]);
    expect([result.before.rssBytes, result.after.rssBytes]).toEqual([500, 360]);
    expect(log).toEqual(['cleanup manual']);
  });

  it('is not stopped by a callback that throws, nor by the collection', async () => {
    const { world, monitor } = setUp();
    const ran: string[] = [];
    monitor.registerCleanup('bad', () => {
      throw new Error('broken');
    });
    monitor.registerCleanup('worse', () => Promise.reject('no error object'));
    monitor.registerCleanup('good', () => ran.push('good') * 0);
    world.onCollect = () => {
      throw new Error('no collector');
    };
    const { steps } = await monitor.cleanup();
    expect(steps).toEqual([
      { name: 'bad', freed: 0, error: 'broken' },
      { name: 'worse', freed: 0, error: 'no error object' },
      { name: 'good', freed: 0 },
      { name: 'collection', freed: 0, error: 'no collector' },
    ]);
    expect(ran).toEqual(['good']);
  });

  it('waits for a slow callback only so long, tells it, and goes on', async () => {
    const { world, monitor } = setUp({ callbackTimeoutMs: 500 });
    let told: unknown;
    monitor.registerCleanup('slow', (signal) => {
      signal.addEventListener('abort', () => {
        told = signal.reason;
      });
      return new Promise(() => {});
    });
    monitor.registerCleanup('next', () => 7);
    const cleaning = monitor.cleanup();
    await world.advance(499);
    expect(told).toBeUndefined();
    await world.advance(1);
    expect((await cleaning).steps.slice(0, 2)).toEqual([
      { name: 'slow', freed: 0, error: 'not done after 500 ms' },
      { name: 'next', freed: 7 },
    ]);
    expect(told).toBeInstanceOf(Error);
  });

  it('is one for all who ask while it runs', async () => {
    const { world, monitor } = setUp();
    const [first, second] = await Promise.all([monitor.cleanup(), monitor.cleanup()]);
    expect(first).toBe(second);
    expect(world.collections).toBe(1);
    await monitor.cleanup();
    expect(world.collections).toBe(2);
  });

  it('no longer runs what was withdrawn', async () => {
    const { monitor } = setUp();
    monitor.registerCleanup('gone', () => 1)[Symbol.dispose]();
    expect((await monitor.cleanup()).steps.map(({ name }) => name)).toEqual(['collection']);
  });

  it('collects for real without a start flag, and leaves none behind', async () => {
    let dead = new WeakRef({ big: new Array(1000) });
    await settled();
    const { steps } = await performMemoryCleanup();
    expect(dead.deref()).toBeUndefined();
    expect(steps.at(-1)?.name).toBe('collection');
    expect(globalThis.gc).toBeUndefined();
    dead = new WeakRef({ big: [] });
  });
});

describe('under pressure', () => {
  it('cleans up at once, then waits for the cool-down; reaching critical is answered at once again', async () => {
    const { world, log, listen } = setUp();
    listen();
    world.onCollect = () => {
      world.heap -= 20;
      world.rss -= 20;
    };
    world.heap = 2000;
    world.rss = 800;
    await world.advance(5000);
    expect(world.collections).toBe(1);
    world.rss = 950;
    await world.advance(1000);
    expect(world.collections).toBe(2);
    await world.advance(4000);
    expect(world.collections).toBe(2);
    expect(log.filter((line) => line === 'cleanup pressure')).toHaveLength(2);
  });

  it('backs off when nothing can be freed, and never spins', async () => {
    const { world, listen } = setUp();
    listen();
    world.rss = 950;
    await world.advance(3_600_000);
    // Cool-down 10 s, doubled after each fruitless one up to 320 s: 5 on the way up, then one each 320 s.
    expect(world.collections).toBeGreaterThan(10);
    expect(world.collections).toBeLessThan(18);
  });

  it('is over when the program gave memory up that the C library keeps: no clean-up follows', async () => {
    const { world, monitor, log, listen } = setUp();
    listen();
    Object.assign(world, { rss: 950, heap: 100, external: 700 });
    world.onCollect = () => {
      world.external = 50; // Freed; the resident size stays as it is.
    };
    await world.advance(60_000);
    expect(world.collections).toBe(1);
    expect(log).toEqual(['memory.critical critical 950', 'memory.recovered normal 300', 'cleanup pressure']);
    const sample = monitor.sample();
    expect([sample.rssBytes, sample.retainedBytes, sample.usedBytes]).toEqual([950, 650, 300]);
  });

  it('returns when the kept memory is taken again, and when it was given back and new is taken', async () => {
    const { world, monitor } = setUp();
    Object.assign(world, { rss: 950, heap: 100, external: 700 });
    world.onCollect = () => {
      world.external = 50;
    };
    await monitor.cleanup();
    expect(monitor.check()).toBe('normal');
    world.external = 700;
    expect(monitor.check()).toBe('critical');
    world.external = 50;
    world.rss = 500; // 450 of the kept 650 went back to the system, 200 are still kept.
    expect(monitor.sample().usedBytes).toBe(300);
    world.rss = 950; // A worker took 450, which this thread's figures do not show.
    expect(monitor.sample()).toMatchObject({ usedBytes: 750, retainedBytes: 200, level: 'warning' });
    world.rss = 1240;
    expect(monitor.check()).toBe('critical');
  });

  it('counts what went back during a clean-up once, though others look at the figures meanwhile', async () => {
    const { world, monitor } = setUp();
    Object.assign(world, { rss: 950, heap: 100, external: 700 });
    world.onCollect = () => {
      world.external = 50;
    };
    await monitor.cleanup(); // 650 kept.
    monitor.registerCleanup('looked at', () => {
      world.rss = 750;
      monitor.check();
    });
    world.onCollect = () => {};
    await monitor.cleanup();
    expect(monitor.sample().retainedBytes).toBe(450);
  });

  it('believes callbacks that free what this thread cannot see', async () => {
    const { world, monitor } = setUp();
    Object.assign(world, { rss: 950, heap: 100, external: 50 });
    monitor.registerCleanup('worker buffers', () => 400);
    await monitor.cleanup();
    expect(monitor.sample().usedBytes).toBe(550);
  });

  it('but not more than there is', async () => {
    const { world, monitor } = setUp();
    Object.assign(world, { rss: 950, heap: 100, external: 50 });
    monitor.registerCleanup('boaster', () => 1e12);
    await monitor.cleanup();
    expect(monitor.sample().usedBytes).toBe(150);
  });
});

describe('waiting for relief', () => {
  it('is over at once below critical', async () => {
    const { world, monitor } = setUp();
    world.rss = 800;
    await monitor.relieved();
    expect(world.runningTimers).toBe(0);
  });

  it('ends when the level falls, and samples meanwhile', async () => {
    const { world, monitor } = setUp();
    world.rss = 950;
    let relieved = false;
    const waiting = monitor.relieved().then(() => {
      relieved = true;
    });
    await world.advance(5000);
    expect(relieved).toBe(false);
    world.rss = 840;
    await world.advance(1000);
    await waiting;
    expect(world.runningTimers).toBe(0);
  });

  it('can be given up', async () => {
    const { world, monitor } = setUp();
    world.rss = 950;
    const aborter = new AbortController();
    const waiting = monitor.relieved(aborter.signal);
    aborter.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(world.runningTimers).toBe(0);
    await expect(monitor.relieved(aborter.signal)).rejects.toThrow('enough');
  });
});

it('goes on when a listener throws, and says so', async () => {
  const problems: string[] = [];
  const { world, monitor, log, listen } = setUp({
    onListenerError: (error, event) => problems.push(`${event}: ${error}`),
  });
  monitor.on('memory.warning', () => {
    throw new Error('listener');
  });
  listen();
  world.rss = 800;
  await world.advance(1000);
  expect(problems).toEqual(['memory.warning: Error: listener']);
  expect(log[0]).toBe('memory.warning warning 800');
});
