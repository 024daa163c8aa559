import { describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../../src/core/download/policies/rate_limit.js';
import { createCoreEmitter, type MemoryFigures } from '../../../src/core/events.js';
import { MemoryMonitor } from '../../../src/core/memory/index.js';
import { MemoryManager, peakRssBytes } from '../../../src/core/performance/memory_manager.js';
import { PerformanceMonitor } from '../../../src/core/performance/performance_monitor.js';
import { SpeedMeter } from '../../../src/core/performance/speed_meter.js';
import { timeLeft } from '../../../src/core/time_left.js';
import type { TransferSnapshot } from '../../../src/core/types.js';
import { ManualClock } from '../download/fakes/manual_clock.js';

const MB = 2 ** 20;

describe('SpeedMeter', () => {
  it('settles on the rate, and falls when nothing comes', () => {
    const meter = new SpeedMeter();
    let now = 0;
    expect(meter.bytesPerSecond(now)).toBe(0);
    for (; now < 20_000; now += 100) meter.add(100_000, now);
    expect(meter.bytesPerSecond(now)).toBeGreaterThan(930_000);
    expect(meter.bytesPerSecond(now)).toBeLessThan(1_050_000);
    expect(meter.bytesPerSecond(now + 10_000)).toBeLessThan(50_000);
  });

  it('is not infinitely fast at the beginning', () => {
    const meter = new SpeedMeter();
    meter.add(MB, 5_000);
    expect(meter.bytesPerSecond(5_000)).toBeLessThan(12 * MB);
    meter.add(MB, 6_000);
    expect(meter.bytesPerSecond(6_000)).toBeLessThan(3 * MB);
  });

  it('counts what comes first at once', () => {
    const meter = new SpeedMeter();
    meter.add(MB, 5_000);
    expect(meter.bytesPerSecond(5_001)).toBeGreaterThan(MB / 2);
  });

  it('falls to nothing by itself, and begins anew with what comes then', () => {
    const meter = new SpeedMeter();
    let now = 0;
    for (; now < 20_000; now += 100) meter.add(100_000, now);
    const falling = [1, 2, 3, 4, 5, 6].map((seconds) => meter.bytesPerSecond(now + seconds * 1000));
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(falling.at(-1)).toBe(0);
    for (now += 25_000; now % 1000 < 900; now += 100) meter.add(100_000, now);
    expect(meter.bytesPerSecond(now)).toBeGreaterThan(450_000);
    expect(meter.bytesPerSecond(now)).toBeLessThan(1_050_000);
  });

  it('counts from when it was asked for, where that was told', () => {
    const meter = new SpeedMeter();
    meter.reset(10_000);
    meter.add(MB / 2, 10_500);
    expect(meter.bytesPerSecond(10_500)).toBeCloseTo(MB);
  });

  it('is steady when it has been coming for some seconds and still does', () => {
    const meter = new SpeedMeter();
    const steady: boolean[] = [];
    for (let now = 1000; now <= 5000; now += 500) {
      meter.add(MB, now);
      steady.push(meter.isSteady(now));
    }
    expect(steady).toEqual([false, false, false, true, true, true, true, true, true]);
    expect([7_000, 8_000].map((now) => meter.isSteady(now))).toEqual([true, false]);
    meter.add(MB, 60_000);
    expect(meter.isSteady(60_000)).toBe(false);
  });

  it('does not promise what is days away', () => {
    const speed = { bytesPerSecond: 1, isSteady: true };
    expect([timeLeft(100, speed), timeLeft(2 ** 23, speed), timeLeft(0, speed)]).toEqual([
      100,
      undefined,
      undefined,
    ]);
    expect(timeLeft(100, { bytesPerSecond: 50, isSteady: false })).toBeUndefined();
    expect(timeLeft(100, { bytesPerSecond: 0, isSteady: true })).toBeUndefined();
  });

  it.each([64, 128, 256])('is not above a limit of 300 KB/s that parts of %d KB keep', async (kilobytes) => {
    const clock = new ManualClock();
    const limit = 300 * 1024;
    const gate = new RateLimit(clock, limit);
    const meter = new SpeedMeter();
    const rates: number[] = [];
    while (rates.length < 800) {
      if (gate.closed() === undefined) {
        gate.take(kilobytes * 1024);
        meter.add(kilobytes * 1024, clock.now());
      }
      rates.push(meter.bytesPerSecond(clock.now()) / limit);
      await clock.advance(50);
    }
    const mean = (some: readonly number[]) => some.reduce((sum, rate) => sum + rate, 0) / some.length;
    const [first, later] = [rates.slice(0, 200), rates.slice(200)];
    expect(mean(first)).toBeLessThan(1.05);
    expect(Math.max(...later)).toBeLessThan(1.05);
    expect(mean(later)).toBeGreaterThan(0.97);
  });
});

describe('MemoryManager', () => {
  const idle: Disposable = { [Symbol.dispose]: () => {} };

  function managed(rss: { bytes: number }) {
    const monitor = new MemoryMonitor({
      budgetBytes: 100 * MB,
      limitBytes: 1000 * MB,
      collect: () => {},
      sampler: {
        read: () => ({ rssBytes: rss.bytes, heapUsedBytes: rss.bytes, externalBytes: 0 }),
        arrayBufferBytes: () => 0,
        [Symbol.dispose]: () => {},
      },
      timers: { after: () => idle, every: () => idle, now: () => 0 },
    });
    const events = createCoreEmitter();
    const gate = { warning: vi.fn(), critical: vi.fn(), recovered: vi.fn() };
    return { monitor, events, gate };
  }

  it('passes the monitor’s events on and moves the gate with its level', () => {
    const rss = { bytes: 10 * MB };
    const { monitor, events, gate } = managed(rss);
    const names: string[] = [];
    events.onAny(({ name }) => names.push(name));
    using manager = new MemoryManager({ monitor, events, gate });
    monitor.sample();
    rss.bytes = 95 * MB;
    monitor.sample();
    expect(gate.critical).toHaveBeenCalledTimes(1);
    expect(manager.figures()).toMatchObject({ rssBytes: 95 * MB, budgetBytes: 100 * MB, level: 'critical' });
    rss.bytes = 80 * MB;
    monitor.sample();
    expect(gate.recovered).toHaveBeenLastCalledWith(true);
    rss.bytes = 10 * MB;
    monitor.sample();
    expect(gate.recovered).toHaveBeenLastCalledWith(false);
    rss.bytes = 80 * MB;
    monitor.sample();
    expect(gate.warning).toHaveBeenCalledTimes(1);
    expect(names).toContain('memory.critical');
    expect(names).toContain('memory.recovered');
  });

  it.each([
    ['critical', 99],
    ['warning', 80],
  ] as const)('moves the gate at once when memory is at %s before anybody listens', (level, megabytes) => {
    const { monitor, events, gate } = managed({ bytes: megabytes * MB });
    monitor.check();
    using _ = new MemoryManager({ monitor, events, gate });
    expect(gate[level]).toHaveBeenCalledTimes(1);
  });

  it('runs what was registered, tells the result, and nothing more once disposed', async () => {
    const { monitor, events, gate } = managed({ bytes: 10 * MB });
    const cleanup = vi.fn(() => 123);
    const manager = new MemoryManager({ monitor, events, gate });
    manager.register('a cache', cleanup);
    const result = await manager.cleanup();
    expect(result.steps.find(({ name }) => name === 'a cache')?.freed).toBe(123);
    expect(manager.lastCleanup).toEqual(result);
    manager[Symbol.dispose]();
    await monitor.cleanup();
    expect(cleanup).toHaveBeenCalledTimes(1);
  });

  it('passes on what the level is judged by, and the limit of the container', () => {
    const { monitor, events, gate } = managed({ bytes: 10 * MB });
    using manager = new MemoryManager({ monitor, events, gate });
    const bytes = { usedBytes: 10 * MB, retainedBytes: 0, limitBytes: 1000 * MB };
    expect(manager.figures()).toMatchObject({ ...bytes, loopDelaySeconds: 0 });
    expect(Object.keys(manager.figures().collections)).toEqual([
      'minor',
      'major',
      'seconds',
      'longestSeconds',
    ]);
  });

  it('says where the levels begin', () => {
    const { monitor, events, gate } = managed({ bytes: 10 * MB });
    using manager = new MemoryManager({ monitor, events, gate });
    expect(manager.figures()).toMatchObject({ warningBytes: 75 * MB, criticalBytes: 90 * MB });
    monitor.setBudget(200 * MB);
    monitor.sample();
    expect(manager.figures()).toMatchObject({ warningBytes: 150 * MB, criticalBytes: 180 * MB });
  });

  it('tells that pressure is over before the gate lets work through', () => {
    const rss = { bytes: 95 * MB };
    const { monitor, events, gate } = managed(rss);
    const order: string[] = [];
    events.on('memory.recovered', () => order.push('told'));
    gate.recovered.mockImplementation(() => order.push('open'));
    using _ = new MemoryManager({ monitor, events, gate });
    rss.bytes = 10 * MB;
    monitor.sample();
    expect(order).toEqual(['told', 'open']);
  });

  it('runs the steps for which a person must ask only then, and reports one that fails', async () => {
    const { monitor, events, gate } = managed({ bytes: 10 * MB });
    using manager = new MemoryManager({ monitor, events, gate });
    const step = vi.fn(async () => 55);
    manager.registerManual('old files', step);
    manager.registerManual('broken', () => Promise.reject(new Error('no way')));
    await monitor.cleanup();
    expect(step).not.toHaveBeenCalled();
    const { steps } = await manager.cleanup();
    expect(steps.slice(-2)).toEqual([
      { name: 'old files', freed: 55 },
      { name: 'broken', freed: 0, error: 'no way' },
    ]);
  });

  it('knows the peak of the process', () => {
    expect(peakRssBytes()).toBeGreaterThanOrEqual(process.memoryUsage.rss() * 0.5);
  });
});

describe('PerformanceMonitor', () => {
  const memory: MemoryFigures = {
    rssBytes: 1,
    heapUsedBytes: 1,
    externalBytes: 1,
    arrayBufferBytes: 1,
    usedBytes: 1,
    retainedBytes: 0,
    loopDelaySeconds: 0,
    collections: { minor: 0, major: 0, seconds: 0, longestSeconds: 0 },
    budgetBytes: 2,
    level: 'normal',
  };
  const transfer = { totalBytes: 1000 } as TransferSnapshot;

  it('counts over the life of the process', () => {
    const events = createCoreEmitter();
    let speed = 0;
    using monitor = new PerformanceMonitor(events, {
      bytes: () => 3000,
      bytesPerSecond: () => speed,
      memory: () => memory,
      caches: () => [],
      pools: () => [],
      dataCentres: () => [],
      diskFreeBytes: () => 77,
    });
    expect(monitor.figures()).toMatchObject({ successRate: 1, completed: 0 });
    speed = 5000;
    events.emit('transfer.progress', transfer);
    speed = 100;
    for (let i = 0; i < 3; i++) events.emit('transfer.completed', transfer);
    events.emit('transfer.failed', { ...transfer, error: new Error('x') as never });
    events.emit('transfer.skipped', transfer);
    events.emit('flood.wait', { seconds: 7, method: 'upload.getFile', until: 0 });
    events.emit('memory.critical', memory);
    expect(monitor.figures()).toMatchObject({
      completed: 3,
      failed: 1,
      skipped: 1,
      successRate: 0.75,
      bytes: 3000,
      bytesPerSecond: 100,
      peakBytesPerSecond: 5000,
      floodWaits: 1,
      floodSeconds: 7,
      memoryCriticals: 1,
      diskFreeBytes: 77,
    });
  });
});
