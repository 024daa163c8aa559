import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { delay } from '../../../src/core/download/clock.js';
import type { Transfer } from '../../../src/core/download/queue/transfer.js';
import { StandingQueue } from '../../../src/core/download/standing_queue.js';
import { TadError } from '../../../src/core/errors.js';
import type { AudioMessage } from '../../../src/core/types.js';
import { Bench } from './fakes/bench.js';
import { chat, latency, message } from './fakes/fake_telegram.js';
import { ManualClock } from './fakes/manual_clock.js';

const messages = (...ids: number[]) => ids.map((messageId) => message({ messageId }));
const id = (messageId: number) => String(7_000_000 + messageId);

function open(bench: Bench, outDir = bench.outDir): StandingQueue {
  bench.library.saveChats([chat('-1001')]);
  const { downloader, library, events } = bench;
  return new StandingQueue({ downloader, library, events, outDir, parallel: 2 });
}

/** Resolves at the first event of this name about this document. */
function told(
  bench: Bench,
  name: 'transfer.completed' | 'transfer.failed' | 'transfer.started',
  documentId: string,
) {
  return new Promise<void>((resolve) => {
    bench.events.on(name, (payload) => payload.documentId === documentId && resolve());
  });
}

describe('StandingQueue', () => {
  it('fetches what it is given, one chat or many, and leaves nothing in the library’s queue', async () => {
    await using bench = new Bench();
    using queue = open(bench);
    const all = messages(...Array.from({ length: 60 }, (_, i) => i + 1));
    const last = told(bench, 'transfer.completed', id(60));
    await queue.add(all);
    await last;
    while (bench.library.queue.length() > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(bench.library.totals().tracks).toBe(60);
    expect(bench.lane.requests).toHaveLength(60);
  });

  it('leaves out what is had, and remembers what failed', async () => {
    await using bench = new Bench();
    bench.gateway.put(...messages(1));
    await bench.download();
    using queue = open(bench);
    bench.lane.requests.length = 0;
    bench.lane.onPart = () => {
      bench.gateway.messages.clear();
    };
    const done = told(bench, 'transfer.completed', id(2));
    await queue.add(messages(1, 2));
    await done;
    expect(bench.lane.requests.map(({ location }) => location.documentId)).toEqual([id(2)]);
    bench.lane.onPart = () => {
      throw new TadError('rejected', 'LOCATION_INVALID');
    };
    const failed = told(bench, 'transfer.failed', id(3));
    await queue.add(messages(3));
    await failed;
    const [entry] = bench.library.queue.page({ offset: 0, limit: 10 });
    expect(entry).toMatchObject({ state: 'failed', reason: 'LOCATION_INVALID' });
  });

  it('outlives the process: an empty list takes up what was left', async () => {
    const left: AudioMessage[] = messages(1, 2, 3, 4);
    const first = new Bench();
    {
      using queue = open(first);
      first.lane.onPart = () => new Promise(() => {});
      const started = told(first, 'transfer.started', id(1));
      await queue.add(left);
      await started;
    }
    await first.close();
    expect(first.payloads('transfer.completed')).toEqual([]);
    await using bench = new Bench({ home: first.home });
    using queue = open(bench);
    const last = told(bench, 'transfer.completed', id(4));
    await queue.add([]);
    await last;
    while (bench.library.queue.length() > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(bench.library.totals().tracks).toBe(4);
  });

  it('goes on where it was asked for, whatever directory the next process has, and says so', async () => {
    const first = new Bench();
    first.lane.onPart = () => new Promise(() => {});
    {
      using queue = open(first);
      const started = told(first, 'transfer.started', id(1));
      await queue.add(messages(1, 2));
      await started;
    }
    await first.close();
    const clock = new ManualClock();
    await using bench = new Bench({ home: first.home, clock });
    const elsewhere = join(bench.home, 'elsewhere');
    using queue = open(bench, elsewhere);
    const paths = () => bench.payloads('transfer.completed').map(({ path }) => relative(bench.home, path));
    await queue.add(messages(3));
    await queue.add([]);
    await clock.until(() => bench.library.totals().tracks === 3);
    const within = relative(bench.home, first.outDir);
    expect(paths().filter((path) => path.startsWith('elsewhere'))).toHaveLength(1);
    expect(paths().filter((path) => path.startsWith(within))).toHaveLength(2);
    const notices = bench.payloads('notice').map(({ text }) => text);
    expect(notices).toEqual([`files asked for before go on into ${first.outDir}`]);
  });

  it('goes on in one directory while another cannot be written', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.library.saveChats([chat('-1001')]);
    bench.library.saveMessages(messages(1, 2));
    bench.library.queue.add(messages(1), '/proc/nowhere');
    bench.library.queue.add(messages(2), bench.outDir);
    using queue = open(bench);
    await expect(queue.add([])).rejects.toMatchObject({ code: 'not-writable' });
    await clock.until(() => bench.library.isCompleted(id(2)));
    expect(queue.notYetTaken({ offset: 0, limit: 9 }).map(({ path }) => dirname(dirname(path)))).toEqual([
      '/proc/nowhere',
    ]);
  });

  it('forgets what the person cancels', async () => {
    await using bench = new Bench();
    using queue = open(bench);
    bench.lane.onPart = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const started = told(bench, 'transfer.started', id(1));
    await queue.add(messages(1, 2, 3));
    await started;
    queue.cancel();
    bench.downloader.cancel();
    expect(bench.library.queue.length()).toBe(0);
    while (bench.downloader.engine.dispatcher.active.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bench.downloader.engine.queue.size).toBe(0);
    expect(bench.payloads('transfer.completed')).toEqual([]);
    expect(bench.library.unfinishedTransfers()).toEqual([]);
  });
});

describe('what it leaves in the library', () => {
  const finished = (bench: Bench) =>
    bench.library.runs.recent(10).filter(({ summary }) => summary !== undefined);

  it('is a record of each stretch of work, with its own counts and figures', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock, figures: () => ({ floodWaits: 2 }) });
    using queue = open(bench);
    bench.lane.onPart = async ({ location }, signal) => {
      if (location.documentId === id(2)) throw new TadError('rejected', 'LOCATION_INVALID');
      await delay(clock, 1_000, signal);
    };
    await queue.add(messages(1, 2, 3));
    await clock.until(() => bench.library.runs.recent(10).length === 1);
    expect(finished(bench)).toEqual([]);
    await clock.until(() => finished(bench).length === 1);
    expect(finished(bench)[0]).toMatchObject({
      targets: ['queue'],
      summary: { completed: 2, failed: 1, skipped: 0, seconds: expect.closeTo(1.4, 0) },
      figures: { floodWaits: 2 },
    });
    await clock.advance(3_600_000);
    bench.lane.onPart = latency(clock, 1_000);
    bench.downloader.retry(id(2));
    await clock.until(() => finished(bench).length === 2);
    expect(finished(bench)[0]?.summary).toMatchObject({
      completed: 1,
      failed: 0,
      seconds: expect.closeTo(1, 0),
    });
    expect(bench.library.runs.recent(10)).toHaveLength(2);
  });

  it('is finished also when the program ends before the work', async () => {
    const bench = new Bench();
    using queue = open(bench);
    bench.lane.onPart = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const started = told(bench, 'transfer.started', id(1));
    await queue.add(messages(1, 2));
    await started;
    await bench.downloader[Symbol.asyncDispose]();
    expect(finished(bench)).toMatchObject([{ summary: { completed: 0, failed: 0 } }]);
    await bench[Symbol.asyncDispose]();
  });

  it('is told of when it cannot be written, and the queue goes on', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    const full = new TadError('disk-full', 'the disk is full');
    const write = vi.spyOn(bench.library.runs, 'finish').mockImplementation(() => {
      throw full;
    });
    const notices = () => bench.payloads('notice').filter(({ text }) => text.endsWith('the disk is full'));
    bench.lane.onPart = latency(clock, 1_000);
    await queue.add(messages(1));
    await clock.until(() => notices().length === 1);
    expect(bench.library.totals().tracks).toBe(1);
    bench.lane.onPart = () => {
      throw new TadError('login-required', 'AUTH_KEY_UNREGISTERED');
    };
    await queue.add(messages(2));
    await clock.until(() => notices().length === 2);
    // Its run is over, and nobody looks at its disk any more.
    expect(bench.downloader.diskFreeBytes).toBeUndefined();
    write.mockRestore();
    vi.spyOn(bench.library.runs, 'start').mockImplementationOnce(() => {
      throw full;
    });
    bench.lane.onPart = latency(clock, 1_000);
    await queue.add(messages(3));
    await clock.until(() => bench.library.totals().tracks === 3);
    expect(notices()).toHaveLength(3);
    expect(finished(bench)).toEqual([]);
    await queue.add(messages(4));
    await clock.until(() => finished(bench).length === 1);
  });

  it('ends with the work when not all that waits in the library was taken', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    const { names } = bench.downloader.engine;
    const pathFor = names.pathFor.bind(names);
    vi.spyOn(names, 'pathFor').mockImplementation((outDir, of, one) => {
      if (one.messageId === 2) throw new TadError('internal', 'no name for it');
      return pathFor(outDir, of, one);
    });
    bench.lane.onPart = latency(clock, 1_000);
    await queue.add(messages(1, 2, 3));
    await clock.until(() => bench.library.totals().tracks === 1);
    await clock.advance(10);
    expect(bench.payloads('notice').map(({ text }) => text)).toEqual(['the queue stopped: no name for it']);
    expect(bench.library.queue.notYetTaken()).toBe(1);
    expect(finished(bench)).toMatchObject([{ summary: { completed: 1 } }]);
  });
});

describe('a message that the downloader has not taken yet', () => {
  it('is paused by its id and stays in the library so; resumed, it is fetched', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    const paused = () =>
      queue.notYetTaken({ offset: 0, limit: 100 }).filter(({ state }) => state === 'paused');
    bench.lane.onPart = latency(clock, 1_000);
    await queue.add(messages(...Array.from({ length: 60 }, (_, i) => i + 1)));
    await clock.until(() => bench.lane.requests.length >= 2);
    expect(bench.downloader.pause(id(60))).toBe(false);
    expect(bench.library.queue.pauseWaiting(id(60))).toBe(true);
    expect(paused().map(({ documentId }) => documentId)).toEqual([id(60)]);
    await clock.advance(60_000);
    expect(bench.library.totals().tracks).toBe(59);
    expect(paused().map(({ documentId }) => documentId)).toEqual([id(60)]);
    expect(queue.resume(id(60))).toBe(true);
    expect(queue.resume(id(60))).toBe(false);
    await clock.advance(5_000);
    expect(bench.library.isCompleted(id(60))).toBe(true);
  });

  it('is not in the way of the others while it is paused, however many are', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock, queueSize: 3 });
    using queue = open(bench);
    bench.lane.onPart = latency(clock, 1_000);
    await queue.add(messages(...Array.from({ length: 40 }, (_, i) => i + 1)));
    const held = Array.from({ length: 10 }, (_, i) => id(21 + i));
    for (const one of held) expect(bench.library.queue.pauseWaiting(one)).toBe(true);
    await clock.advance(60_000);
    expect(bench.library.totals().tracks).toBe(30);
    expect(queue.resume()).toBe(true);
    await clock.advance(60_000);
    expect(bench.library.totals().tracks).toBe(40);
  });

  it('is what is listed so: what the downloader has paused is not listed twice when the queue begins', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    bench.gateway.put(...messages(1, 2, 3));
    bench.lane.onPart = latency(clock, 60_000);
    const run = bench.download([chat('-1001')], { parallel: 1 }).catch(() => {});
    await clock.until(() => bench.lane.requests.length > 0);
    for (const one of [id(1), id(2), id(3)]) {
      bench.downloader.pause(one);
      queue.pause(one);
    }
    await queue.add(messages(4));
    expect(queue.notYetTaken({ offset: 0, limit: 9 }).map(({ state }) => state)).not.toContain('paused');
    await bench.close();
    await run;
  });
});

describe('what is tried again', () => {
  const rejected = () => {
    throw new TadError('rejected', 'LOCATION_INVALID');
  };
  const row = (bench: Bench, messageId: number) =>
    bench.library.queue
      .page({ offset: 0, limit: 10 })
      .find(({ message: { location } }) => location.documentId === id(messageId));

  it('is no longer failed in the library while it waits, and is fetched', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    bench.lane.onPart = rejected;
    await queue.add(messages(1));
    await clock.until(() => row(bench, 1)?.state === 'failed');
    bench.lane.onPart = latency(clock, 1_000);
    expect(bench.downloader.retry(id(1))).toBe(true);
    expect(row(bench, 1)).toMatchObject({ state: 'waiting' });
    expect(row(bench, 1)?.reason).toBeUndefined();
    await clock.advance(5_000);
    expect(bench.library.isCompleted(id(1))).toBe(true);
  });

  it('has its place in the library again after it was cancelled', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    bench.lane.onPart = latency(clock, 60_000);
    await queue.add(messages(1));
    await clock.until(() => bench.lane.requests.length > 0);
    queue.cancel(id(1));
    bench.downloader.cancel(id(1));
    await clock.advance(1_000);
    expect(row(bench, 1)).toBeUndefined();
    bench.downloader.retry(id(1));
    expect(row(bench, 1)).toMatchObject({ state: 'waiting' });
  });

  it('failed in an earlier process: one by its id, or all', async () => {
    const first = new Bench();
    {
      using queue = open(first);
      first.lane.onPart = rejected;
      const failed = [1, 2, 3].map((messageId) => told(first, 'transfer.failed', id(messageId)));
      await queue.add(messages(1, 2, 3));
      await Promise.all(failed);
    }
    await first.close();
    const clock = new ManualClock();
    await using bench = new Bench({ home: first.home, clock });
    using queue = open(bench);
    expect(queue.retry(id(9), [])).toBe(false);
    expect(queue.retry(id(2), [])).toBe(true);
    await clock.advance(5_000);
    expect(bench.library.isCompleted(id(2))).toBe(true);
    expect(bench.library.totals().tracks).toBe(1);
    expect(queue.retry(undefined, [])).toBe(true);
    await clock.advance(5_000);
    expect(bench.library.totals().tracks).toBe(3);
    expect(queue.retry(undefined, [])).toBe(false);
  });

  it('belongs to a run that is over: it goes to the standing queue', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    bench.gateway.put(...messages(1, 2));
    bench.lane.onPart = rejected;
    expect(await clock.runUntil(bench.download())).toMatchObject({ failed: 2 });
    bench.lane.onPart = () => {};
    const over: Transfer[] = [];
    expect(bench.downloader.retry(undefined, (found) => over.push(...found))).toBe(true);
    expect(over.map(({ message: { messageId } }) => messageId).sort()).toEqual([1, 2]);
    expect(queue.retry(undefined, over)).toBe(true);
    await clock.advance(5_000);
    expect(bench.library.totals().tracks).toBe(2);
  });
});

describe('the standing queue outlasts', () => {
  const minutes = (count: number) => count * 60_000;
  const rows = (bench: Bench) => bench.library.queue.page({ offset: 0, limit: 10 }).map(({ state }) => state);

  it('an hour without network: it waits, and goes on by itself', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    let isThere = false;
    bench.lane.onPart = () => {
      if (!isThere) throw new TadError('unreachable', 'ECONNREFUSED');
    };
    await queue.add(messages(1, 2, 3));
    await clock.advance(minutes(60));
    expect(bench.library.queue.length()).toBe(3);
    isThere = true;
    await clock.advance(minutes(1));
    expect(bench.library.totals().tracks).toBe(3);
  });

  it('an account that is logged out: the rows stay, and go on when they are taken up again', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    let isLoggedIn = false;
    bench.lane.onPart = () => {
      if (!isLoggedIn) throw new TadError('login-required', 'AUTH_KEY_UNREGISTERED');
    };
    await queue.add(messages(1, 2, 3));
    await clock.advance(minutes(5));
    expect(bench.payloads('login.required').length).toBeGreaterThan(0);
    expect(rows(bench)).toEqual(['queued', 'queued', 'queued']);
    expect(bench.downloader.transfers(10).map(({ state }) => state)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    const asked = bench.lane.requests.length;
    await clock.advance(minutes(5));
    expect(bench.lane.requests).toHaveLength(asked);
    isLoggedIn = true;
    await queue.add(messages(4));
    await clock.advance(minutes(1));
    expect(bench.library.totals().tracks).toBe(4);
  });

  it('a disk that was unplugged', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    bench.lane.onPart = ({ location }) => {
      rmSync(bench.outDir, { recursive: true, force: true });
      throw new TadError('not-writable', `${location.documentId} cannot be written`);
    };
    await queue.add(messages(1, 2, 3));
    await clock.advance(minutes(1));
    expect(rows(bench)).toEqual(['queued', 'queued', 'queued']);
    expect(bench.payloads('transfer.failed')).toEqual([]);
    bench.lane.onPart = () => {};
    mkdirSync(bench.outDir);
    await queue.add([]);
    await clock.advance(minutes(1));
    expect(bench.library.totals().tracks).toBe(3);
  });

  it('a run on the whole chat that had taken a message of it and was stopped', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    using queue = open(bench);
    bench.gateway.put(...messages(1, 2));
    bench.lane.onPart = latency(clock, 1_000);
    const abort = new AbortController();
    const run = bench.download([chat('-1001')], {}, abort.signal);
    await clock.until(() => bench.lane.requests.length === 2);
    await queue.add(messages(1));
    abort.abort();
    await expect(clock.runUntil(run)).rejects.toMatchObject({ code: 'cancelled' });
    await clock.advance(minutes(1));
    expect(bench.library.track(id(1))).toBeDefined();
    expect(bench.library.queue.length()).toBe(0);
  });
});

describe('what a person decides about single transfers', () => {
  /** Of more than a part each: so large that they do not share places. */
  const large = (...ids: number[]) => ids.map((messageId) => message({ messageId, size: 2 ** 20 + 1 }));

  /** A run on a chat of six messages, two of which are under way, that dies; then a process that goes on with it. */
  async function twoProcesses(decide: (bench: Bench, queue: StandingQueue) => void) {
    const clock = new ManualClock();
    const first = new Bench({ clock });
    first.gateway.put(...large(1, 2, 3, 4, 5, 6));
    first.lane.onPart = latency(clock, 60_000);
    const killed = first.download([chat('-1001')], { parallel: 2 }).catch(() => {});
    {
      using queue = open(first);
      await clock.until(() => first.lane.requests.length > 2 && first.downloader.engine.queue.size === 4);
      decide(first, queue);
      await clock.advance(10);
    }
    await first.close();
    await killed;
    const bench = new Bench({ home: first.home, clock });
    const queue = open(bench);
    bench.gateway.put(...large(1, 2, 3, 4, 5, 6));
    bench.lane.onPart = latency(clock, 1_000);
    await queue.add([]);
    const run = bench.download([chat('-1001')], { parallel: 2, goesOn: true });
    return {
      bench,
      clock,
      queue,
      run,
      async [Symbol.asyncDispose]() {
        queue[Symbol.dispose]();
        await bench[Symbol.asyncDispose]();
      },
    };
  }
  /** Two at a time, of which either may be first. */
  const fetched = (bench: Bench) => {
    const all = bench.payloads('transfer.completed').map(({ documentId }) => Number(documentId) - 7_000_000);
    return [all.slice(0, 2).sort(), all.slice(2, 4).sort(), all.slice(4).sort()];
  };

  it('an order outlives the process, before what a scan finds', async () => {
    await using second = await twoProcesses(({ downloader }, queue) => {
      // Newest first: 6 and 5 are under way.
      downloader.move(id(1), -3);
      queue.keepOrder();
    });
    await second.clock.runUntil(second.run);
    await second.clock.until(() => second.bench.library.totals().tracks === 6);
    expect(fetched(second.bench)).toEqual([
      [5, 6],
      [1, 4],
      [2, 3],
    ]);
    expect(second.bench.library.queue.length()).toBe(0);
  });

  it('a pause does, until it is resumed', async () => {
    await using second = await twoProcesses(({ downloader }, queue) => {
      for (const one of [id(6), id(3)]) {
        downloader.pause(one);
        queue.pause(one);
      }
    });
    const { bench, clock, queue } = second;
    await clock.runUntil(second.run);
    expect(fetched(bench)).toEqual([[4, 5], [1, 2], []]);
    const waiting = queue.notYetTaken({ offset: 0, limit: 9 });
    expect(waiting.map(({ state }) => state)).toEqual(['paused', 'paused']);
    queue.resume(id(3));
    await clock.until(() => bench.library.track(id(3)) !== undefined);
    expect(bench.library.queue.isPaused(id(6))).toBe(true);
  });

  it('a cancellation does, until the file is asked for again', async () => {
    await using second = await twoProcesses(({ downloader }, queue) => {
      for (const one of [id(5), id(2)]) {
        queue.cancel(one);
        downloader.cancel(one);
      }
    });
    const { bench, clock } = second;
    await clock.runUntil(second.run);
    expect(fetched(bench)).toEqual([[4, 6], [1, 3], []]);
    await clock.runUntil(bench.download([chat('-1001')]));
    expect(bench.library.totals().tracks).toBe(6);
    expect(bench.library.queue.isCancelled(id(5))).toBe(false);
  });

  it('a cancellation does not outlive being asked for again, even when that dies before the scan comes so far', async () => {
    const clock = new ManualClock();
    let home: string | undefined;
    /** A process that is killed at the first file, with room for two more in its queue. */
    const killed = async (goesOn: boolean, decide: (bench: Bench, queue: StandingQueue) => void) => {
      const bench = new Bench({ clock, queueSize: 2, ...(home === undefined ? {} : { home }) });
      home = bench.home;
      bench.gateway.put(...large(1, 2, 3, 4, 5, 6, 7));
      bench.lane.onPart = latency(clock, 60_000);
      const run = bench.download([chat('-1001')], { parallel: 1, goesOn }).catch(() => {});
      using queue = open(bench);
      await clock.until(() => bench.lane.requests.length > 0 && bench.downloader.engine.queue.size === 2);
      decide(bench, queue);
      await clock.advance(10);
      await bench.close();
      await run;
    };
    await killed(false, ({ library }) => {
      expect(library.queue.cancel(id(1), large(1)[0])).toBe(true);
    });
    await killed(true, ({ library }) => expect(library.queue.isCancelled(id(1))).toBe(true));
    await killed(false, ({ library }) => expect(library.queue.isCancelled(id(1))).toBe(false));
    await using bench = new Bench({ clock, ...(home === undefined ? {} : { home }) });
    bench.gateway.put(...large(1, 2, 3, 4, 5, 6, 7));
    expect(await clock.runUntil(bench.download([chat('-1001')], { goesOn: true }))).toMatchObject({
      completed: 7,
    });
  });
});
