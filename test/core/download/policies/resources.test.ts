import { describe, expect, it, vi } from 'vitest';
import { DiskFloor } from '../../../../src/core/download/policies/disk_floor.js';
import { ManualGate, whenOpen } from '../../../../src/core/download/policies/gate.js';
import { MemoryGate } from '../../../../src/core/download/policies/memory_gate.js';
import { SleepDetector } from '../../../../src/core/download/policies/sleep_detector.js';
import { StallWatchdog } from '../../../../src/core/download/policies/stall_watchdog.js';
import type { MemoryFigures } from '../../../../src/core/events.js';
import { ManualClock } from '../fakes/manual_clock.js';

const MB = 2 ** 20;
const never = new AbortController().signal;

describe('DiskFloor', () => {
  const floor = 100 * MB;

  it('closes below the floor and reopens above it with a margin', async () => {
    const clock = new ManualClock();
    let free = 150 * MB;
    using disk = new DiskFloor({ clock, minFreeBytes: floor, freeBytes: async () => free });
    await disk.start();
    expect(disk.closed()).toBeUndefined();
    free = 99 * MB;
    await clock.advance(2_000);
    expect(disk.closed()?.reason).toContain('free space');
    free = 101 * MB;
    await clock.advance(2_000);
    expect(disk.closed()).toBeDefined();
    expect(disk.closedForMs).toBe(2_000);
    free = 106 * MB;
    await clock.advance(2_000);
    expect(disk.closed()).toBeUndefined();
    expect(disk.closedForMs).toBe(0);
  });

  it('that was found full is tried again by one at a time, less and less often, until a write succeeds', async () => {
    const clock = new ManualClock();
    using disk = new DiskFloor({ clock, minFreeBytes: 0, freeBytes: async () => MB });
    await disk.start();
    disk.reportTry();
    expect(disk.closed()).toBeUndefined();
    for (const seconds of [1, 2, 4, 8, 16, 16]) {
      disk.reportFull();
      await clock.advance(100);
      disk.reportFull(); // was under way already
      expect(disk.closed()?.reason).toBe('the disk is full');
      await clock.advance(seconds * 1_000 - 200);
      expect(disk.closed()).toBeDefined();
      await clock.advance(100);
      expect(disk.closed()).toBeUndefined();
      disk.reportTry();
      expect(disk.closed()).toBeDefined();
    }
    expect(disk.closedForMs).toBe(47_000);
    disk.reportWritten();
    expect(disk.closed()).toBeUndefined();
    expect(disk.closedForMs).toBe(0);
    disk.reportFull();
    await clock.advance(1_000);
    expect(disk.closed()).toBeUndefined();
  });

  it('whose try nobody reports lets the next one pass', async () => {
    const clock = new ManualClock();
    using disk = new DiskFloor({ clock, minFreeBytes: 0, freeBytes: async () => MB });
    disk.reportFull();
    await clock.advance(1_000);
    disk.reportTry();
    await clock.advance(30_000);
    expect(disk.closed()).toBeUndefined();
  });

  it('knows whether a file fits beside what is promised to others', async () => {
    const clock = new ManualClock();
    using disk = new DiskFloor({ clock, minFreeBytes: floor, freeBytes: async () => 200 * MB });
    await disk.start();
    expect(disk.fits(50 * MB, 40 * MB)).toBe(true);
    expect(disk.fits(50 * MB, 60 * MB)).toBe(false);
  });
});

describe('MemoryGate', () => {
  const figures: MemoryFigures = {
    rssBytes: 500 * MB,
    heapUsedBytes: 0,
    externalBytes: 0,
    arrayBufferBytes: 0,
    usedBytes: 500 * MB,
    retainedBytes: 0,
    loopDelaySeconds: 0,
    collections: { minor: 0, major: 0, seconds: 0, longestSeconds: 0 },
    budgetBytes: 512 * MB,
    level: 'critical',
  };

  it('is closed from critical to recovered, and says why, in figures that stay true', () => {
    const gate = new MemoryGate(new ManualClock());
    gate.setActive(1);
    gate.critical(figures);
    expect(gate.closed()).toEqual({ reason: 'memory is critical (budget 512 MB)', until: Infinity });
    gate.recovered(false);
    expect(gate.closed()).toBeUndefined();
  });

  it('is tight from the warning on, and tells it', () => {
    const gate = new MemoryGate(new ManualClock());
    const told = vi.fn();
    gate.onChange(told);
    gate.warning();
    expect([gate.isTight, gate.closed()]).toEqual([true, undefined]);
    gate.critical(figures);
    gate.recovered(true);
    expect([gate.isTight, gate.closed()]).toEqual([true, undefined]);
    gate.recovered(false);
    expect(gate.isTight).toBe(false);
    gate.critical(figures);
    expect(gate.isTight).toBe(true);
    expect(told).toHaveBeenCalledTimes(5);
  });

  it('lets one after the other through after a minute with nothing under way, until memory has recovered', async () => {
    const clock = new ManualClock();
    const gate = new MemoryGate(clock);
    gate.critical(figures);
    await clock.advance(59_000);
    expect(gate.closed()).toBeDefined();
    await clock.advance(1_000);
    for (let file = 0; file < 3; file++) {
      expect(gate.closed()).toBeUndefined();
      gate.setActive(1);
      expect(gate.closed()?.until).toBe(Infinity);
      await clock.advance(100);
      gate.setActive(0);
    }
    gate.recovered(false);
    gate.critical(figures);
    expect(gate.closed()).toBeDefined();
  });

  it('counts the minute anew when something was under way before it was over', async () => {
    const clock = new ManualClock();
    const gate = new MemoryGate(clock);
    gate.critical(figures);
    await clock.advance(59_000);
    gate.setActive(1);
    gate.setActive(0);
    await clock.advance(59_000);
    expect(gate.closed()).toBeDefined();
  });
});

describe('StallWatchdog', () => {
  it('tells once of what makes no progress', async () => {
    const clock = new ManualClock();
    const stalled = vi.fn();
    using watchdog = new StallWatchdog<string>(clock, 4_000, stalled);
    watchdog.alive('a');
    watchdog.alive('b');
    await clock.advance(3_000);
    watchdog.alive('b');
    await clock.advance(3_000);
    expect(stalled.mock.calls.map(([key]) => key)).toEqual(['a']);
    watchdog.forget('b');
    await clock.advance(10_000);
    expect(stalled).toHaveBeenCalledTimes(1);
    watchdog.alive('a');
    await clock.advance(5_000);
    expect(stalled).toHaveBeenCalledTimes(2);
  });
});

describe('SleepDetector', () => {
  it('tells a machine that slept from one that was busy', async () => {
    const clock = new ManualClock();
    const woke = vi.fn();
    using detector = new SleepDetector(clock, woke);
    detector.start();
    await clock.advance(20_000);
    expect(woke).not.toHaveBeenCalled();
    clock.sleepMachine(3_600_000);
    await clock.advance(2_000);
    expect(woke).toHaveBeenCalledExactlyOnceWith(3_600_000);
  });
});

describe('whenOpen', () => {
  it('waits for all gates at once, tells each reason, and leaves no listener or timer', async () => {
    const clock = new ManualClock();
    const first = new ManualGate(clock);
    const second = new ManualGate(clock);
    first.close('one', 1_000);
    second.close('two');
    const reasons: string[] = [];
    let isOpen = false;
    const waiting = whenOpen([first, second], clock, never, ({ reason }) => reasons.push(reason)).then(() => {
      isOpen = true;
    });
    await clock.advance(5_000);
    expect(isOpen).toBe(false);
    first.close('one again', 500);
    second.open();
    await clock.advance(499);
    expect(isOpen).toBe(false);
    await clock.advance(1);
    await waiting;
    expect(reasons).toEqual(['two', 'one again']);
    expect(clock.pending).toBe(0);
  });

  it('ends with the signal', async () => {
    const clock = new ManualClock();
    const gate = new ManualGate(clock);
    gate.close('for ever');
    const abort = new AbortController();
    const waiting = whenOpen([gate], clock, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
