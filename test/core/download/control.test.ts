import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FinishedTransfers } from '../../../src/core/download/queue/finished_transfers.js';
import { Transfer } from '../../../src/core/download/queue/transfer.js';
import { TadError } from '../../../src/core/errors.js';
import type { MemoryFigures } from '../../../src/core/events.js';
import { Bench } from './fakes/bench.js';
import { chat, contentOf, latency, message, sha256 } from './fakes/fake_telegram.js';
import { ManualClock } from './fakes/manual_clock.js';

const MB = 2 ** 20;

/** A chat of `count` files, newest first in the queue: count, count-1, … 1. */
function slowBench(count: number, size = 4 * MB) {
  const clock = new ManualClock();
  const bench = new Bench({ clock });
  bench.gateway.put(...Array.from({ length: count }, (_, i) => message({ messageId: i + 1, size })));
  bench.lane.onPart = latency(clock, 100);
  return { clock, bench };
}

const id = (messageId: number) => String(7_000_000 + messageId);
const state = (bench: Bench, messageId: number) =>
  bench.downloader.transfers(100).find(({ documentId }) => documentId === id(messageId))?.state;

describe('control while running', () => {
  it('pauses and resumes everything', async () => {
    const { clock, bench } = slowBench(4);
    await using _ = bench;
    const run = bench.download();
    await clock.until(() => bench.lane.requests.length > 3);
    await clock.until(() => bench.downloader.engine.speed().bytesPerSecond > 0);
    bench.downloader.pause();
    expect(bench.downloader.engine.speed()).toEqual({ bytesPerSecond: 0, isSteady: false });
    await clock.advance(1_000);
    const before = bench.lane.requests.length;
    await clock.advance(60_000);
    expect(bench.lane.requests).toHaveLength(before);
    expect(state(bench, 4)).toBe('paused');
    bench.downloader.resume();
    expect(await clock.runUntil(run)).toMatchObject({ completed: 4, failed: 0 });
    expect(bench.payloads('transfer.failed')).toEqual([]);
  });

  it('what comes while everything is paused is queued, the first as the others', async () => {
    const { clock, bench } = slowBench(3);
    await using _ = bench;
    bench.downloader.pause();
    const run = bench.download();
    await clock.until(() => bench.payloads('transfer.queued').length === 3);
    await clock.advance(5_000);
    expect([3, 2, 1].map((messageId) => state(bench, messageId))).toEqual(['queued', 'queued', 'queued']);
    bench.downloader.resume();
    expect(await clock.runUntil(run)).toMatchObject({ completed: 3 });
  });

  it('pauses one, which gives its place to the next and keeps what it has', async () => {
    const { clock, bench } = slowBench(3, 8 * MB);
    await using _ = bench;
    const run = bench.download([chat('-1001')], { parallel: 1 });
    await clock.until(() => bench.library.parts(id(3)).length > 2);
    bench.downloader.pause(id(3));
    await clock.until(() => state(bench, 2) === 'active');
    expect(state(bench, 3)).toBe('paused');
    const kept = bench.library.parts(id(3)).map(({ offset }) => offset);
    await clock.until(() => state(bench, 1) === 'completed');
    bench.downloader.resume(id(3));
    expect(await clock.runUntil(run)).toMatchObject({ completed: 3 });
    const asked = bench.lane.requests.filter(({ location }) => location.documentId === id(3));
    for (const offset of kept) expect(asked.filter((request) => request.offset === offset)).toHaveLength(1);
  });

  it('cancels one, waiting or under way, and leaves nothing of it', async () => {
    const { clock, bench } = slowBench(3, 8 * MB);
    await using _ = bench;
    const run = bench.download([chat('-1001')], { parallel: 1 });
    await clock.until(() => bench.library.parts(id(3)).length > 2);
    bench.downloader.cancel(id(3));
    bench.downloader.cancel(id(1));
    expect(await clock.runUntil(run)).toMatchObject({ completed: 1, failed: 0 });
    expect(existsSync(join(bench.outDir, 'Chat -1001', 'track 3.mp3.part'))).toBe(false);
    expect(bench.library.unfinishedTransfers()).toEqual([]);
    expect(state(bench, 1)).toBe('cancelled');
  });

  it('cancels all, the scan included', async () => {
    const { clock, bench } = slowBench(60);
    await using _ = bench;
    const run = bench.download();
    await clock.until(() => bench.lane.requests.length > 3);
    bench.downloader.cancel();
    const summary = await clock.runUntil(run);
    expect(summary.completed + summary.failed).toBeLessThan(5);
    expect(bench.library.unfinishedTransfers()).toEqual([]);
  });

  it('retries what failed while the run goes on', async () => {
    const { clock, bench } = slowBench(3);
    await using _ = bench;
    let isBad = true;
    const slow = latency(clock, 100);
    bench.lane.onPart = (request, signal) => {
      if (isBad && request.location.documentId === id(3)) throw new TadError('rejected', 'LOCATION_INVALID');
      return slow(request, signal);
    };
    const run = bench.download([chat('-1001')], { parallel: 1 });
    await clock.until(() => state(bench, 3) === 'failed');
    isBad = false;
    bench.downloader.retry(id(3));
    expect(await clock.runUntil(run)).toMatchObject({ completed: 3, failed: 0 });
  });

  it('moves a waiting one to another place', async () => {
    const { clock, bench } = slowBench(5);
    await using _ = bench;
    const run = bench.download([chat('-1001')], { parallel: 1 });
    await clock.until(() => bench.lane.requests.length > 0);
    bench.downloader.move(id(1), -10);
    bench.downloader.move(id(4), 1);
    await clock.runUntil(run);
    expect(bench.payloads('transfer.completed').map(({ messageId }) => messageId)).toEqual([5, 1, 3, 4, 2]);
  });

  it('changes the rate limit at once', async () => {
    const { clock, bench } = slowBench(1, 20 * MB);
    await using _ = bench;
    bench.downloader.engine.rateLimit.set(MB);
    const run = bench.download();
    await clock.until(() => bench.lane.requests.length > 0);
    const started = clock.now();
    await clock.advance(8_000);
    const slow = bench.lane.requests.reduce((sum, { length }) => sum + length, 0) / 8;
    expect(slow).toBeGreaterThan(0.85 * MB);
    expect(slow).toBeLessThan(1.2 * MB);
    bench.downloader.engine.rateLimit.set(undefined);
    await clock.until(() => bench.lane.requests.length === 40);
    expect(clock.now() - started).toBeLessThan(10_000);
    await clock.runUntil(run);
  });

  it('an abort drops what is under way, keeps the state, and still sums up', async () => {
    const { clock, bench } = slowBench(6, 8 * MB);
    await using _ = bench;
    const abort = new AbortController();
    const run = bench.download([chat('-1001')], { parallel: 2 }, abort.signal);
    await clock.until(() => bench.library.parts(id(6)).length > 2);
    abort.abort();
    await expect(clock.runUntil(run)).rejects.toMatchObject({ code: 'cancelled', exitCode: 130 });
    expect(bench.names().at(-1)).toBe('run.summary');
    expect(bench.library.parts(id(6)).length).toBeGreaterThan(2);
    // One that was just being finished may have been completed in time.
    const completed = bench.payloads('transfer.completed').length;
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 6 - completed });
    expect(bench.payloads('transfer.completed')).toHaveLength(6);
  });
});

describe('a call by id', () => {
  const calls = ['pause', 'resume', 'cancel', 'retry'] as const;

  it('answers whether there is such a transfer and it could be asked that', async () => {
    const { clock, bench } = slowBench(4);
    await using _ = bench;
    const slow = latency(clock, 100);
    bench.lane.onPart = (request, signal) => {
      if (request.location.documentId === id(4)) throw new TadError('rejected', 'LOCATION_INVALID');
      return slow(request, signal);
    };
    const run = bench.download([chat('-1001')], { parallel: 1 });
    await clock.until(() => state(bench, 3) === 'completed' && state(bench, 2) === 'active');
    const can = (messageId: number) => calls.filter((call) => bench.downloader[call](id(messageId)));
    expect(can(9)).toEqual([]);
    expect(can(3)).toEqual([]);
    expect(can(2)).toEqual(['pause', 'resume', 'cancel', 'retry']);
    expect(can(1)).toEqual(['pause', 'resume', 'cancel']);
    expect(can(4)).toEqual(['retry']);
    expect(bench.downloader.move(id(9), 1)).toBe(false);
    bench.downloader.resume();
    await clock.runUntil(run);
  });
});

describe('ended transfers', () => {
  it('are forgotten when memory is short, but for those that can be tried again', async () => {
    const { clock, bench } = slowBench(3);
    await using _ = bench;
    bench.lane.onPart = ({ location }) => {
      if (location.documentId === id(2)) throw new TadError('rejected', 'LOCATION_INVALID');
    };
    await clock.runUntil(bench.download());
    expect(bench.downloader.engine.finished.clear()).toBeGreaterThan(0);
    expect(bench.downloader.transfers(10).map(({ state: now }) => now)).toEqual(['failed']);
  });

  it('that can be tried again are the last to make room for others', () => {
    const ended = new FinishedTransfers(2);
    const end = (messageId: number, became: 'failed' | 'completed') => {
      const transfer = new Transfer(message({ messageId }), '', { outDir: '/' }, '/a.mp3');
      transfer.become(became);
      ended.add(transfer);
    };
    end(1, 'failed');
    end(2, 'completed');
    end(3, 'completed');
    expect(ended.values().map(({ documentId }) => documentId)).toEqual([id(1), id(3)]);
    end(4, 'failed');
    end(5, 'failed');
    expect(ended.values().map(({ documentId }) => documentId)).toEqual([id(4), id(5)]);
  });
});

describe('two calls in a row on a transfer that is under way, before it has come to rest', () => {
  const calls = ['pause', 'resume', 'cancel', 'retry'] as const;
  type Call = (typeof calls)[number];
  /** As if each call took effect at once: only a paused one can be resumed, only a cancelled one retried. */
  const becomes = (first: Call, second: Call) => {
    if (first === 'cancel') return second === 'retry' ? 'completed' : 'cancelled';
    if (second === 'cancel') return 'cancelled';
    if (second === 'pause') return 'paused';
    return first === 'pause' && second !== 'resume' ? 'paused' : 'completed';
  };
  const pairs = calls.flatMap((first) =>
    calls.map((second) => ({ first, second, end: becomes(first, second) })),
  );

  it.each(pairs)('$first, then $second: $end', async ({ first, second, end }) => {
    const { clock, bench } = slowBench(1, 8 * MB);
    await using _ = bench;
    const run = bench.download();
    await clock.until(() => bench.library.parts(id(1)).length > 2);
    bench.downloader[first](id(1));
    bench.downloader[second](id(1));
    await clock.advance(60_000);
    expect(state(bench, 1)).toBe(end);
    bench.downloader.resume();
    await clock.runUntil(run);
    const kept = existsSync(join(bench.outDir, 'Chat -1001', 'track 1.mp3.part'));
    expect(kept).toBe(false);
    expect(bench.library.unfinishedTransfers()).toEqual([]);
    expect(bench.library.isCompleted(id(1))).toBe(end !== 'cancelled');
  });

  it('a transfer that was cancelled stays so when its run is stopped meanwhile', async () => {
    const { clock, bench } = slowBench(1, 8 * MB);
    await using _ = bench;
    const abort = new AbortController();
    const run = bench.download([chat('-1001')], {}, abort.signal);
    await clock.until(() => bench.library.parts(id(1)).length > 2);
    abort.abort();
    bench.downloader.cancel(id(1));
    await expect(clock.runUntil(run)).rejects.toMatchObject({ code: 'cancelled' });
    expect(bench.library.unfinishedTransfers()).toEqual([]);
  });
});

describe('a cancelled transfer that is tried again', () => {
  it('takes another name when its own is somebody else’s by now', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    const same = { size: 8 * MB, fileName: 'same.mp3' };
    bench.gateway.put(message({ messageId: 1, ...same }), message({ messageId: 2, size: 40 * MB }));
    bench.lane.onPart = latency(clock, 1_000);
    const run = bench.download();
    await clock.until(() => bench.library.parts(id(1)).length > 2);
    bench.downloader.cancel(id(1));
    await clock.until(() => state(bench, 1) === 'cancelled');
    bench.gateway.put(message({ messageId: 3, ...same }));
    const other = bench.download([chat('-1001')], { limit: 1 });
    await clock.until(() => bench.library.parts(id(3)).length > 2);
    bench.downloader.retry(id(1));
    await clock.runUntil(Promise.all([run, other]));
    const pathOf = (messageId: number) => bench.library.track(id(messageId))?.path;
    expect(pathOf(3)).toBe(join(bench.outDir, 'Chat -1001', 'same.mp3'));
    expect(pathOf(1)).toBe(join(bench.outDir, 'Chat -1001', 'same (2).mp3'));
    for (const one of [1, 3]) {
      expect(bench.sha256At(pathOf(one) ?? '')).toBe(sha256(contentOf(id(one), same.size)));
    }
    const asked = bench.lane.requests.filter(({ location }) => location.documentId === id(3));
    expect(asked.every(({ before }) => before === 0)).toBe(true);
  });
});

describe('the order of work', () => {
  it('keeps within files at once and bytes under way', async () => {
    const { clock, bench } = slowBench(6, 8 * MB);
    await using _ = bench;
    let peakFiles = 0;
    let peakBytes = 0;
    const slow = latency(clock, 100);
    bench.lane.onPart = (request, signal) => {
      peakFiles = Math.max(peakFiles, bench.downloader.engine.dispatcher.active.length);
      peakBytes = Math.max(peakBytes, bench.downloader.engine.scheduler.bytesUnderWay);
      return slow(request, signal);
    };
    await clock.runUntil(bench.download([chat('-1001')], { parallel: 3 }));
    expect(peakFiles).toBe(3);
    expect(peakBytes).toBeLessThanOrEqual(8 * MB);
    expect(peakBytes).toBeGreaterThan(4 * MB);
  });

  it('lets small files share places, and starts the next one when the bytes of another are there', async () => {
    const { clock, bench } = slowBench(40, 10_000);
    await using _ = bench;
    let peak = 0;
    const slow = latency(clock, 100);
    bench.lane.onPart = (request, signal) => {
      peak = Math.max(peak, bench.downloader.engine.dispatcher.active.length);
      return slow(request, signal);
    };
    await clock.runUntil(bench.download([chat('-1001')], { parallel: 3 }));
    expect(peak).toBeGreaterThan(8);
    expect(peak).toBeLessThanOrEqual(24);
  });

  it('lets a small file through beside large ones', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let i = 1; i <= 3; i++) bench.gateway.put(message({ messageId: 10 + i, size: 33 * MB }));
    bench.gateway.put(message({ messageId: 1, size: 20_000 }));
    bench.lane.onPart = latency(clock, 100);
    const run = bench.download([chat('-1001')], { parallel: 2 });
    await clock.until(() => state(bench, 1) === 'completed');
    expect(bench.payloads('transfer.completed').map(({ messageId }) => messageId)).toEqual([1]);
    await clock.runUntil(run);
  }, 30_000);

  it('keeps no place free for a small file that is paused', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let i = 1; i <= 3; i++) bench.gateway.put(message({ messageId: i, size: 33 * MB }));
    bench.gateway.put(message({ messageId: 4, size: 20_000 }));
    bench.lane.onPart = latency(clock, 1_000);
    bench.events.on('transfer.queued', ({ messageId }) => messageId === 4 && bench.downloader.pause(id(4)));
    const run = bench.download([chat('-1001')], { parallel: 2 });
    await clock.until(() => bench.lane.requests.length > 20);
    expect(bench.downloader.engine.dispatcher.active).toHaveLength(2);
    bench.downloader.resume(id(4));
    await clock.runUntil(run);
  }, 30_000);

  it('shares the link evenly between files', async () => {
    const { clock, bench } = slowBench(3, 16 * MB);
    await using _ = bench;
    const run = bench.download([chat('-1001')], { parallel: 3 });
    await clock.until(() => bench.payloads('transfer.completed').length > 0);
    for (const { bytes, state: now } of bench.downloader.transfers(10)) {
      if (now === 'active') expect(bytes).toBeGreaterThan(12 * MB);
    }
    await clock.runUntil(run);
  });

  it('never has more rows waiting than the queue holds', async () => {
    const { clock, bench } = slowBench(100, 10_000);
    await using _ = bench;
    let peak = 0;
    bench.events.on('transfer.queued', () => {
      peak = Math.max(peak, bench.downloader.engine.queue.size);
    });
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 100 });
    expect(peak).toBeLessThanOrEqual(20);
  });
});

describe('memory pressure', () => {
  it('starts no new file at critical, says so, and goes on when it has passed', async () => {
    const { clock, bench } = slowBench(6, 2 * MB);
    await using _ = bench;
    const figures: MemoryFigures = {
      rssBytes: 480 * MB,
      heapUsedBytes: 0,
      externalBytes: 0,
      arrayBufferBytes: 0,
      usedBytes: 480 * MB,
      retainedBytes: 0,
      loopDelaySeconds: 0,
      collections: { minor: 0, major: 0, seconds: 0, longestSeconds: 0 },
      budgetBytes: 512 * MB,
      level: 'critical',
    };
    const run = bench.download([chat('-1001')], { parallel: 2 });
    await clock.until(() => bench.payloads('transfer.started').length === 2);
    bench.memory.critical(figures);
    await clock.until(() => bench.payloads('transfer.completed').length === 2);
    await clock.advance(30_000);
    expect(bench.payloads('transfer.started')).toHaveLength(2);
    expect(bench.payloads('transfer.changed').at(-1)).toMatchObject({
      state: 'waiting',
      reason: 'memory is critical (budget 512 MB)',
    });
    bench.memory.recovered(false);
    expect(await clock.runUntil(run)).toMatchObject({ completed: 6 });
  });
});
