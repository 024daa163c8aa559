import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { delay } from '../../../src/core/download/clock.js';
import { FloodWaitError, TadError, WrongDcError } from '../../../src/core/errors.js';
import { Bench } from './fakes/bench.js';
import { chat, latency, message } from './fakes/fake_telegram.js';
import { ManualClock } from './fakes/manual_clock.js';

const MB = 2 ** 20;

describe('failures that pass', () => {
  it('of every class are mended, and the file is right', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 12 * MB }));
    const errors = [
      new TadError('timeout', 'late'),
      new TadError('server', 'RPC_CALL_FAIL'),
      new TadError('corrupt', 'short'),
      new TadError('unreachable', 'reset'),
      new TadError('reference-expired', 'FILE_REFERENCE_EXPIRED'),
      new TadError('login-required', 'AUTH_KEY_UNREGISTERED'),
      new FloodWaitError(2, 'upload.getFile'),
      new WrongDcError(4),
    ];
    bench.lane.onPart = ({ offset, before, location }) => {
      const error = errors[(offset / (512 * 1024)) % errors.length];
      if (before === 0 && !(error instanceof WrongDcError && location.dcId === 4)) throw error;
    };
    const summary = await clock.runUntil(bench.download());
    expect(summary).toMatchObject({ completed: 1, failed: 0 });
    expect(bench.gateway.refreshes).toBeGreaterThan(0);
    expect(bench.library.track('7000001')?.sha256).toBe(
      bench.sha256At(join(bench.outDir, 'Chat -1001', 'track 1.mp3')),
    );
  });

  it('a file that lives on another data centre is looked for there from then on', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    bench.lane.onPart = ({ location }) => {
      if (location.dcId !== 4) throw new WrongDcError(4);
    };
    expect(await bench.download()).toMatchObject({ completed: 1 });
    expect(bench.library.message('-1001', 1)?.location.dcId).toBe(4);
  });

  it('are given up in the end, and only that file fails', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1 }), message({ messageId: 2 }));
    bench.lane.onPart = ({ location }) => {
      if (location.documentId === '7000001') throw new TadError('server', 'RPC_CALL_FAIL');
    };
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1, failed: 1 });
    const [failed] = bench.payloads('transfer.failed');
    expect(failed).toMatchObject({ documentId: '7000001', reason: 'RPC_CALL_FAIL', state: 'failed' });
    expect(bench.library.unfinishedTransfers()).toHaveLength(1);
  });

  it('a lost answer is asked for again after the deadline, and is told meanwhile', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1 }));
    bench.lane.onPart = ({ before }) => (before === 0 ? new Promise(() => {}) : undefined);
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1 });
    const reasons = bench.payloads('transfer.changed').map(({ reason }) => reason);
    expect(reasons).toContainEqual('no answer from data centre 2');
  });

  it('the speed is seen to fall while nothing comes, and since when', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 4 * MB }));
    bench.lane.onPart = ({ before, offset }) =>
      offset > 0 && before === 0 ? new Promise(() => {}) : delay(clock, 500, new AbortController().signal);
    const run = bench.download();
    const held = () => bench.payloads('transfer.changed').find(({ since }) => since !== undefined);
    await clock.until(() => held() !== undefined);
    const rates = bench.payloads('transfer.progress').map(({ bytesPerSecond }) => bytesPerSecond);
    expect(rates.filter((rate) => rate > 0).length).toBeGreaterThan(2);
    expect(rates.at(-1)).toBeLessThan(rates.at(-3)!);
    expect(held()).toMatchObject({ state: 'waiting', bytesPerSecond: 0 });
    expect(clock.wallNow() / 1000 - held()!.since!).toBeCloseTo(4.5, 0);
    await clock.runUntil(run);
  });

  it('a limit is no reason where nothing comes at all', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock, rateLimit: MB / 8 });
    bench.gateway.put(message({ messageId: 1, size: 4 * MB }));
    bench.lane.onPart = () => (clock.now() < 30_000 ? new Promise(() => {}) : undefined);
    const run = bench.download();
    await clock.until(() => bench.payloads('transfer.changed').some(({ state }) => state === 'waiting'));
    expect(bench.downloader.engine.rateLimit.closed()).toBeDefined();
    expect(bench.payloads('transfer.changed').at(-1)?.reason).toBe('no answer from data centre 2');
    expect(await clock.runUntil(run)).toMatchObject({ completed: 1 });
  });

  it('a wait that is over is no reason any more, and what comes after it is told as well', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1 }));
    bench.lane.onPart = ({ before }) => {
      if (before === 0) throw new FloodWaitError(3, 'upload.getFile');
      return before === 1 ? new Promise(() => {}) : undefined;
    };
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1 });
    const told = bench.payloads('transfer.changed').map(({ state, reason }) => reason ?? state);
    expect(told.slice(0, 3)).toEqual(['Telegram asks to wait 3 s', 'active', 'no answer from data centre 2']);
  });

  it('what opening a file took counts among the five seconds in which a reason is stated', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1 }));
    bench.lane.onOpen = () => delay(clock, 3_000, new AbortController().signal);
    bench.lane.onPart = ({ before }) => (before === 0 ? new Promise(() => {}) : undefined);
    const run = bench.download();
    await clock.until(() => bench.payloads('transfer.started').length > 0);
    await clock.advance(5_000);
    expect(bench.payloads('transfer.changed')[0]?.reason).toBe('no answer from data centre 2');
    await clock.runUntil(run);
  });

  it('a message that is gone is skipped, and told', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    bench.lane.onPart = () => {
      bench.gateway.messages.clear();
      throw new TadError('reference-expired', 'FILE_REFERENCE_EXPIRED');
    };
    expect(await bench.download()).toMatchObject({ completed: 0, skipped: 1, failed: 0 });
    expect(bench.payloads('transfer.skipped')[0]?.reason).toBe('the message is gone');
    // It had begun: whoever follows it hears of its end.
    expect(bench.payloads('transfer.changed').at(-1)).toMatchObject({ state: 'skipped' });
  });
});

describe('flood waits', () => {
  it('are honoured to the second by all files at once, told, and nothing is lost', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    for (let id = 1; id <= 6; id++) bench.gateway.put(message({ messageId: id, dcId: id % 2 ? 2 : 4 }));
    let until = 0;
    bench.lane.onPart = async ({ before, location }, signal) => {
      await delay(clock, 10, signal);
      if (before === 0 && location.documentId === '7000004') {
        until = clock.now() + 9_000;
        throw new FloodWaitError(9, 'upload.getFile');
      }
      if (clock.now() - 10 > until - 9_000) expect(clock.now() - 10).toBeGreaterThanOrEqual(until);
    };
    expect(await clock.runUntil(bench.download([chat('-1001')], { parallel: 2 }))).toMatchObject({
      completed: 6,
    });
    expect(bench.payloads('flood.wait')).toHaveLength(1);
    expect(bench.payloads('flood.wait')[0]).toMatchObject({ seconds: 9, method: 'upload.getFile' });
    const waits = bench.payloads('transfer.changed').filter(({ state }) => state === 'waiting');
    const end = bench.payloads('flood.wait')[0]!.until;
    for (const wait of waits) {
      expect(wait.reason).toBe('Telegram asks to wait 9 s');
      expect(Math.abs(wait.until! - end)).toBeLessThanOrEqual(1);
    }
    expect(waits.length).toBeGreaterThan(0);
    expect(bench.payloads('transfer.completed').every(({ until: left }) => left === undefined)).toBe(true);
  });

  it('of the scan are waited for too', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(...Array.from({ length: 25 }, (_, i) => message({ messageId: i + 1 })));
    let calls = 0;
    bench.gateway.onScan = () => {
      if (++calls === 2) throw new FloodWaitError(30, 'messages.search');
    };
    const started = clock.now();
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 25, failed: 0 });
    expect(clock.now() - started).toBeGreaterThanOrEqual(30_000);
    expect(bench.gateway.scans.map(({ maxId }) => maxId)).toEqual([undefined, 16]);
  });
});

describe('a network that vanishes', () => {
  it('is waited for, visibly and politely, and work goes on by itself', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(...Array.from({ length: 8 }, (_, i) => message({ messageId: i + 1, size: 3 * MB })));
    const back = clock.now() + 60_000;
    let knocks = 0;
    bench.lane.onPart = async (_, signal) => {
      await delay(clock, 20, signal);
      if (clock.now() < 1_100 || clock.now() > back) return;
      knocks++;
      throw new TadError('unreachable', 'ECONNREFUSED');
    };
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 8, failed: 0 });
    // Two rounds of all that was under way, then a few careful tries.
    expect(knocks).toBeLessThan(120);
    const reasons = bench.payloads('transfer.changed').map(({ reason }) => reason);
    expect(reasons).toContain('data centre 2 cannot be reached, trying again by itself');
  });

  it('for too long ends the run with `unreachable`, keeping what there is', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock, giveUpMs: 120_000 });
    bench.gateway.put(message({ messageId: 1, size: 3 * MB }));
    bench.lane.onPart = ({ offset }) => {
      if (offset > 0) throw new TadError('unreachable', 'ECONNREFUSED');
    };
    const run = bench.download();
    await expect(clock.runUntil(run)).rejects.toMatchObject({ code: 'unreachable', exitCode: 5 });
    expect(bench.names().at(-1)).toBe('run.summary');
    expect(bench.library.parts('7000001')).toHaveLength(1);
  });
});

describe('a scan that breaks', () => {
  it('is told to be over', async () => {
    await using bench = new Bench();
    bench.gateway.pageSize = 1;
    bench.gateway.put(message({ messageId: 1 }), message({ messageId: 2 }));
    let pages = 0;
    bench.gateway.onScan = () => {
      if (++pages === 2) throw new TadError('forbidden', 'no longer a member');
    };
    await expect(bench.download()).rejects.toMatchObject({ code: 'forbidden' });
    expect(bench.payloads('chat.scan').at(-1)).toMatchObject({ done: true, incomplete: true });
  });
});

describe('a machine that slept', () => {
  it('gives up the connections from before, and says so', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 24 * MB }));
    bench.lane.onPart = latency(clock, 3_000);
    const run = bench.download();
    await clock.until(() => bench.lane.requests.length > 0);
    await clock.advance(4_000);
    expect([bench.lane.reconnects, bench.gateway.wakes]).toEqual([0, 0]);
    clock.sleepMachine(3_600_000);
    await clock.advance(2_000);
    expect([bench.lane.reconnects, bench.gateway.wakes]).toEqual([1, 1]);
    expect(bench.payloads('notice').at(-1)?.text).toContain('the machine was asleep for 3600 s');
    expect(await clock.runUntil(run)).toMatchObject({ completed: 1 });
  });
});

describe('one data centre that cannot be reached while others answer', () => {
  /** Of the files 1 to 9 those from 8 on live on data centre 4, which is dead until the test says otherwise. */
  function half(over: { giveUpMs?: number; size?: number } = {}) {
    const clock = new ManualClock();
    const bench = new Bench({ clock, giveUpMs: over.giveUpMs ?? 60_000, rateLimit: MB / 8 });
    for (let messageId = 1; messageId <= 9; messageId++) {
      const dcId = messageId < 8 ? 2 : 4;
      bench.gateway.put(message({ messageId, dcId, size: over.size ?? MB }));
    }
    const world = { clock, bench, isThere: false };
    bench.lane.onPart = async ({ location }, signal) => {
      await delay(clock, 1_000, signal);
      if (location.dcId === 4 && !world.isThere) throw new TadError('unreachable', 'ECONNREFUSED');
    };
    return world;
  }

  it('costs its own files only, and says so', async () => {
    const { clock, bench } = half({ size: 2.5 * MB });
    await using _ = bench;
    expect(await clock.runUntil(bench.download([chat('-1001')], { parallel: 9 }))).toMatchObject({
      completed: 7,
      failed: 2,
    });
    for (const { error, messageId } of bench.payloads('transfer.failed')) {
      expect(error.code).toBe('unreachable');
      expect(error.message).toBe('data centre 4 could not be reached for a minute');
      expect(messageId).toBeGreaterThanOrEqual(8);
    }
  });

  it('keeps no places from files of the others, and is asked again when those are done', async () => {
    const world = half({ giveUpMs: Infinity });
    const { clock, bench } = world;
    await using _ = bench;
    const run = bench.download([chat('-1001')], { parallel: 2 });
    await clock.until(() => bench.payloads('transfer.completed').length === 7, 600_000);
    expect(bench.payloads('transfer.started')[0]?.messageId).toBe(9);
    world.isThere = true;
    expect(await clock.runUntil(run)).toMatchObject({ completed: 9, failed: 0 });
  });

  it('is no reason to end the run when nothing is wanted of it any more', async () => {
    const { clock, bench } = half({ size: 2.5 * MB });
    await using _ = bench;
    const run = bench.download([chat('-1001')], { parallel: 9 });
    await clock.until(() => bench.payloads('transfer.changed').some(({ messageId }) => messageId === 9));
    await clock.advance(10_000);
    bench.downloader.cancel('7000008');
    bench.downloader.cancel('7000009');
    expect(await clock.runUntil(run)).toMatchObject({ completed: 7, failed: 0 });
  });
});

describe('the disk', () => {
  it('below the floor ends the run before it begins', async () => {
    await using bench = new Bench({ minFreeBytes: 100 * MB, freeBytes: async () => 10 * MB });
    bench.gateway.put(message({ messageId: 1 }));
    await expect(bench.download()).rejects.toMatchObject({ code: 'disk-full', exitCode: 4 });
    expect(bench.lane.requests).toHaveLength(0);
  });

  it('below the floor is waited for by whoever waits for ever', async () => {
    const clock = new ManualClock();
    let free = 10 * MB;
    await using bench = new Bench({ clock, minFreeBytes: 100 * MB, freeBytes: async () => free });
    bench.gateway.put(message({ messageId: 1 }));
    const run = bench.download([chat('-1001')], { roomWaitSeconds: Infinity });
    await clock.until(() => bench.payloads('transfer.changed').length > 0);
    await clock.advance(3_600_000);
    expect(bench.payloads('transfer.changed').at(-1)).toMatchObject({
      state: 'waiting',
      reason: 'not enough free space on the disk',
    });
    expect(bench.lane.requests).toHaveLength(0);
    free = 500 * MB;
    expect(await clock.runUntil(run)).toMatchObject({ completed: 1, failed: 0 });
  });

  it('that fills up pauses the work and lets it go on when there is room', async () => {
    const clock = new ManualClock();
    let free = 500 * MB;
    await using bench = new Bench({ clock, minFreeBytes: 100 * MB, freeBytes: async () => free });
    bench.gateway.put(...Array.from({ length: 4 }, (_, i) => message({ messageId: i + 1, size: 24 * MB })));
    bench.lane.onPart = latency(clock, 1_000);
    const run = bench.download([chat('-1001')], { parallel: 2 });
    await clock.until(() => bench.lane.requests.length > 4);
    free = 50 * MB;
    await clock.advance(4_000);
    const before = bench.lane.requests.length;
    await clock.advance(20_000);
    expect(bench.lane.requests).toHaveLength(before);
    expect(bench.payloads('transfer.changed').map(({ reason }) => reason)).toContain(
      'not enough free space on the disk',
    );
    free = 500 * MB;
    expect(await clock.runUntil(run)).toMatchObject({ completed: 4, failed: 0 });
  });

  it('that is full although statfs shows room is asked now and then, by one part, and goes on by itself', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock, freeBytes: async () => 500 * MB });
    bench.gateway.put(...Array.from({ length: 4 }, (_, i) => message({ messageId: i + 1, size: 24 * MB })));
    let isFull = true;
    const late = latency(clock, 50);
    bench.lane.onPart = async (request, signal) => {
      await late(request, signal);
      if (isFull) throw new TadError('disk-full', 'no room left');
    };
    const run = bench.download([chat('-1001')], { roomWaitSeconds: Infinity });
    await clock.until(() => bench.lane.requests.length > 0);
    await clock.advance(5_000);
    const before = bench.lane.requests.length;
    await clock.advance(600_000);
    expect(bench.lane.requests.length - before).toBeGreaterThan(30);
    expect(bench.lane.requests.length - before).toBeLessThan(45);
    isFull = false;
    await clock.advance(20_000);
    expect(await clock.runUntil(run)).toMatchObject({ completed: 4, failed: 0 });
  });

  it('without room for as long as the run may wait ends it, and the next run goes on', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 3 * MB }));
    let isFull = true;
    bench.lane.onPart = ({ offset }) => {
      if (isFull && offset >= MB) throw new TadError('disk-full', 'no room left');
    };
    const run = bench.download([chat('-1001')], { roomWaitSeconds: 20 });
    await expect(clock.runUntil(run)).rejects.toMatchObject({ code: 'disk-full', exitCode: 4 });
    isFull = false;
    const before = bench.lane.requests.filter(({ offset }) => offset < MB).length;
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1 });
    expect(bench.lane.requests.filter(({ offset }) => offset < MB)).toHaveLength(before);
  });

  it('that cannot be written is told at once', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    writeFileSync(bench.outDir, 'a file, not a directory');
    await expect(bench.download()).rejects.toMatchObject({ code: 'not-writable', exitCode: 4 });
  });

  it.skipIf(process.platform !== 'linux')('in a place that takes no names is told at once', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    const run = bench.download([chat('-1001')], { outDir: '/proc/no/such' });
    await expect(run).rejects.toMatchObject({
      code: 'not-writable',
      exitCode: 4,
      message: '/proc/no/such cannot be written (ENOENT)',
    });
  });

  it.each([
    ['missing', (dir: string) => rmSync(dir, { recursive: true })],
    ['empty', (dir: string) => rmSync(join(dir, 'Chat -1001'), { recursive: true })],
  ])(
    'that is %s although the library has files there is taken for unplugged, and nothing is forgotten',
    async (_, unplug) => {
      await using bench = new Bench();
      bench.gateway.put(message({ messageId: 1 }));
      await bench.download();
      bench.lane.requests.length = 0;
      unplug(bench.outDir);
      await expect(bench.download()).rejects.toMatchObject({ code: 'not-writable', exitCode: 4 });
      expect(bench.library.isCompleted('7000001')).toBe(true);
      expect(bench.lane.requests).toEqual([]);
      // As the hint says: somebody who means it puts something there.
      mkdirSync(join(bench.outDir, 'anything'), { recursive: true });
      expect(await bench.download()).toMatchObject({ completed: 1 });
    },
  );

  it('that is new, or empty with nothing of the library in it, is simply used', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    const other = join(bench.home, 'out of the way');
    mkdirSync(other);
    expect(await bench.download()).toMatchObject({ completed: 1 });
    bench.gateway.put(message({ messageId: 2 }));
    expect(await bench.download([chat('-1001')], { outDir: other })).toMatchObject({ completed: 1 });
  });

  it('that vanishes in the middle ends the run and is not filled in its place', async () => {
    await using bench = new Bench();
    for (let id = 1; id <= 4; id++) bench.gateway.put(message({ messageId: id, chatId: `-100${id}` }));
    bench.lane.onPart = () => rmSync(bench.outDir, { recursive: true, force: true });
    const chats = [1, 2, 3, 4].map((id) => chat(`-100${id}`));
    await expect(bench.download(chats, { parallel: 1 })).rejects.toMatchObject({ code: 'not-writable' });
    expect(readdirSync(bench.home)).not.toContain('out');
  });

  it('with somebody else’s file of the same name keeps that file', async () => {
    await using bench = new Bench();
    const path = join(bench.outDir, 'Chat -1001', 'track 1.mp3');
    bench.gateway.put(message({ messageId: 1 }));
    bench.lane.onPart = () => {
      mkdirSync(join(bench.outDir, 'Chat -1001'), { recursive: true });
      writeFileSync(path, 'mine');
    };
    await bench.download();
    expect(bench.library.track('7000001')?.path).toBe(join(bench.outDir, 'Chat -1001', 'track 1 (2).mp3'));
    expect(bench.sha256At(path)).not.toBe(bench.library.track('7000001')?.sha256);
  });
});
