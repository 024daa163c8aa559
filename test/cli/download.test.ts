import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { homeLayout } from '../../src/core/config/home.js';
import { ControlClient } from '../../src/core/control/client.js';
import { TadError } from '../../src/core/errors.js';
import { type FakeCore, MEMORY, SUMMARY, transfer } from './fake_core.js';
import { makeWorld, recordsOf, type World } from './fake_io.js';

const DONE = transfer({ state: 'completed', bytes: 1_000_000, sha256: 'ab', bytesPerSecond: 0 });
const FAILED = transfer({
  documentId: '43',
  state: 'failed',
  path: '/music/B.mp3',
  reason: 'the file is gone',
});

function failing(code: ConstructorParameters<typeof TadError>[0]): FakeCore['work'] {
  return async ({ events }) => {
    events.emit('transfer.failed', { ...FAILED, error: new TadError(code, 'the file is gone') });
    return { ...SUMMARY, completed: 0, failed: 1, bytes: 0 };
  };
}

async function download(world: World, ...options: string[]): Promise<number> {
  return await world.tad('download', '-o', world.home, ...options, 'Night Music');
}

describe('tad download', () => {
  it('asks the core for what the options say', async () => {
    const world = makeWorld();
    const options = [
      '--limit',
      '5',
      '--parallel',
      '7',
      '--kind',
      'voice,music',
      '--dry-run',
      '--limit-rate',
      '1MB/s',
    ];
    expect(await download(world, ...options)).toBe(0);
    expect(world.core.request).toEqual({
      outDir: world.home,
      limit: 5,
      parallel: 7,
      kinds: ['voice', 'music'],
      dryRun: true,
    });
    expect(world.requests[0]).toMatchObject({ rateLimit: 2 ** 20, apiId: 12, apiHash: 'abc' });
    expect(world.core.disposed).toBe(true);
  });

  it.each([
    [[], /^tad: memory is critical: 90 MB of 100 MB; no new file starts until it falls\n$/],
    [['--quiet'], /^$/],
  ] as const)('says that memory is critical from the start, with %j', async (options, told) => {
    const world = makeWorld();
    const status = world.core.status.bind(world.core);
    const memory = {
      ...MEMORY,
      level: 'critical',
      usedBytes: 90 * 2 ** 20,
      budgetBytes: 100 * 2 ** 20,
    } as const;
    world.core.status = () => ({ ...status(), memory });
    await download(world, ...options);
    expect(world.stderr.text).toMatch(told);
    world.stdout.text = '';
    await download(world, '--json');
    expect(recordsOf(world.stdout)).toContainEqual(expect.objectContaining({ event: 'memory.critical' }));
  });

  it('puts results on stdout and failures on stderr, a line each', async () => {
    const world = makeWorld();
    world.core.work = async (core, signal) => {
      core.events.emit('transfer.completed', DONE);
      return await failing('not-found')(core, signal).then((summary) => ({
        ...summary,
        completed: 1,
        bytes: 1e6,
      }));
    };
    expect(await download(world)).toBe(1);
    expect(world.stdout.text).toBe(
      'downloaded    977 KB  /music/Song.mp3\n' +
        '1 file downloaded (977 KB in 4.0 s, 244 KB/s), 2 there already, 1 failed\n',
    );
    expect(world.stderr.text).toBe('tad: /music/B.mp3: the file is gone\n');
    expect(readFileSync(join(world.home, 'profiles/default/tad.log'), 'utf8')).toContain(
      'TadError: the file is gone',
    );
  });

  it('writes NDJSON as the contract has it, the summary last', async () => {
    const world = makeWorld();
    world.core.work = async (core, signal) => {
      core.events.emit('chat.scan', { chatId: '-1001', chatTitle: 'x', scanned: 9, matched: 3, done: true });
      core.events.emit('transfer.queued', transfer({ state: 'queued' }));
      core.events.emit('flood.wait', { seconds: 3, method: 'upload.getFile', until: 1 });
      core.events.emit('memory.warning', { ...MEMORY, level: 'warning' });
      core.events.emit('notice', { level: 'debug', text: 'not asked for' });
      await failing('not-found')(core, signal);
      setImmediate(() => core.events.emit('memory.sample', MEMORY));
      return SUMMARY;
    };
    expect(await download(world, '--json')).toBe(0);
    const records = recordsOf(world.stdout);
    expect(records.map(({ event }) => event)).toEqual([
      'chat.scan',
      'transfer.queued',
      'flood.wait',
      'memory.warning',
      'transfer.failed',
      'run.summary',
    ]);
    const time = '2026-01-02T03:04:05.000Z';
    expect(records[0]).toMatchObject({ time, chatId: '-1001', scanned: 9, matched: 3 });
    expect(records[1]).toEqual({
      time,
      event: 'transfer.queued',
      chatId: '-1001',
      messageId: 5,
      documentId: '42',
      fileName: 'Song.mp3',
      path: '/music/Song.mp3',
      state: 'queued',
      bytes: 500_000,
      totalBytes: 1_000_000,
      bytesPerSecond: 250_000,
    });
    expect(records[2]).toMatchObject({ seconds: 3, method: 'upload.getFile' });
    expect(records[3]).toMatchObject({ rssBytes: 100_000_000, budgetBytes: 512_000_000, level: 'warning' });
    expect(records[4]).toMatchObject({ reason: 'the file is gone', code: 'not-found' });
    expect(records[5]).toEqual({ time, event: 'run.summary', ...SUMMARY });
    expect(world.stderr.text).toBe('');
  });

  it('says in a dry run what would come', async () => {
    const world = makeWorld();
    world.core.work = async ({ events }) => {
      events.emit('transfer.queued', transfer({ state: 'queued' }));
      return { ...SUMMARY, completed: 0, bytes: 0 };
    };
    expect(await download(world, '--dry-run')).toBe(0);
    expect(world.stdout.text).toBe(
      'would download    977 KB  /music/Song.mp3\n1 file would be downloaded (977 KB), 2 there already\n',
    );
  });

  it('says once why the only chat cannot be read, with its title, and what to do', async () => {
    const world = makeWorld();
    world.core.work = async ({ events }) => {
      events.emit('notice', { level: 'error', text: 'Night Music: not for you' });
      throw new TadError('forbidden', 'not for you', 'Ask its owner');
    };
    expect(await download(world)).toBe(1);
    expect(world.stderr.text).toBe('tad: Night Music: not for you\ntad: Ask its owner\n');
  });

  it('marks every record of a dry run', async () => {
    const world = makeWorld();
    world.core.work = async ({ events }) => {
      events.emit('transfer.queued', transfer({ state: 'queued' }));
      return { ...SUMMARY, completed: 0, bytes: 0 };
    };
    await download(world, '--json', '--dry-run');
    const events = recordsOf(world.stdout).map(({ event, dryRun }) => [event, dryRun]);
    expect(events).toEqual([
      ['transfer.queued', true],
      ['run.summary', true],
    ]);
    world.stdout.text = '';
    await download(world, '--json');
    for (const record of recordsOf(world.stdout)) expect(record).not.toHaveProperty('dryRun');
  });

  it('is silent with --quiet but for failures', async () => {
    const world = makeWorld();
    world.core.work = failing('not-found');
    expect(await download(world, '--quiet')).toBe(1);
    expect([world.stdout.text, world.stderr.text]).toEqual(['', 'tad: /music/B.mp3: the file is gone\n']);
  });

  it.each([
    ['disk-full', 4],
    ['not-writable', 4],
    ['login-required', 3],
    ['unreachable', 5],
    ['corrupt', 1],
  ] as const)('exits for a run whose files failed with %s with %d', async (code, exit) => {
    const world = makeWorld();
    world.core.work = failing(code);
    expect(await download(world)).toBe(exit);
  });

  it.each([
    ['login-required', 3],
    ['session-locked', 3],
    ['disk-full', 4],
    ['unreachable', 5],
    ['forbidden', 1],
    ['internal', 1],
  ] as const)('exits for a run that ended with %s with %d and one line', async (code, exit) => {
    const world = makeWorld();
    world.core.work = async () => {
      throw new TadError(code, 'it went wrong', 'mend it');
    };
    expect(await download(world)).toBe(exit);
    expect(world.stderr.text).toBe('tad: it went wrong. Mend it\n');
    expect(world.core.disposed).toBe(true);
  });

  it('says in NDJSON why a run ended before its summary, once', async () => {
    const world = makeWorld();
    world.core.work = async ({ events }) => {
      events.emit('run.summary', SUMMARY);
      throw new TadError('disk-full', 'no room', 'make some');
    };
    expect(await download(world, '--json')).toBe(4);
    expect(recordsOf(world.stdout)).toMatchObject([
      { event: 'error', code: 'disk-full', message: 'no room', hint: 'make some' },
      { event: 'run.summary' },
    ]);
  });

  it('keeps the story of a defect in the log file and one line on the screen', async () => {
    const world = makeWorld();
    world.core.work = async () => {
      throw new TypeError('x is not a function');
    };
    expect(await download(world)).toBe(1);
    const log = join(world.home, 'profiles/default/tad.log');
    expect(world.stderr.text).toBe(`tad: x is not a function. Details are in ${log}\n`);
    expect(readFileSync(log, 'utf8')).toMatch(/TypeError: x is not a function\n +at /);
  });

  it('tells an unknown chat with the nearest title', async () => {
    const world = makeWorld();
    expect(await world.tad('download', 'Nigt Music')).toBe(1);
    expect(world.stderr.text).toBe("tad: no chat 'Nigt Music'. Did you mean Night Music?\n");
  });

  it('says how to log in, with and without an api id', async () => {
    const world = makeWorld();
    world.core.loggedIn = false;
    expect(await download(world)).toBe(3);
    world.env = {};
    expect(await download(world, '--json')).toBe(3);
    expect(world.stderr.text).toBe('tad: not logged in. Run: tad login\n'.repeat(2));
    expect(recordsOf(world.stdout)).toMatchObject([{ event: 'error', code: 'login-required' }]);
  });

  it('can be asked by others while it runs, and not after', async () => {
    const world = makeWorld();
    const { controlPath } = homeLayout(world.home, 'default');
    let completed: number | undefined;
    world.core.work = async () => {
      using client = await ControlClient.connect(controlPath);
      completed = (await client?.call('status', {}))?.completed;
      return SUMMARY;
    };
    await download(world);
    expect(completed).toBe(8);
    expect(await ControlClient.connect(controlPath)).toBeUndefined();
  });
});

/** A run that goes on until it is told to stop. */
const endless: FakeCore['work'] = async (core, signal) => {
  core.events.emit('transfer.started', transfer());
  await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  core.events.emit('run.summary', { ...SUMMARY, completed: 0 });
  throw new TadError('cancelled', 'cancelled');
};

describe('a stopped download', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('ends for %s with %d and says how to go on', async (signal, code) => {
    const world = makeWorld();
    world.core.work = endless;
    const ended = download(world);
    await vi.waitUntil(() => world.core.request !== undefined);
    world.signals.emit(signal);
    expect(await ended).toBe(code);
    expect(world.stderr.text).toBe(
      'tad: stopping; Ctrl-C again stops at once\n' +
        'tad: interrupted. Call it again the same way to go on from here\n',
    );
    expect(world.stdout.text).toBe('no file finished, 977 KB fetched, 2 there already\n');
    expect(world.core.disposed).toBe(true);
    expect(world.signals.eventNames()).toEqual([]);
  });

  it('stops quietly when nobody reads its output any more', async () => {
    const world = makeWorld();
    world.core.work = async (core, signal) => {
      world.stdout.broken = true;
      core.events.emit('transfer.completed', DONE);
      return await endless(core, signal);
    };
    expect(await download(world)).toBe(0);
    expect(world.stderr.text).not.toContain('EPIPE');
    expect(world.core.disposed).toBe(true);
  });
});

describe('on a terminal', () => {
  it('draws what is in hand below the results and leaves no trace of it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const world = makeWorld();
    world.stderr.isTTY = true;
    const frames: string[] = [];
    world.core.work = async ({ events }) => {
      events.emit('transfer.queued', transfer());
      events.emit('transfer.started', transfer());
      world.stderr.text = '';
      vi.advanceTimersByTime(200);
      frames.push(world.stderr.text);
      world.stderr.text = '';
      events.emit('transfer.completed', DONE);
      frames.push(world.stderr.text);
      return SUMMARY;
    };
    await download(world);
    vi.useRealTimers();
    expect(frames[0]).toBe(
      '\x1b[?25l  ██████████░░░░░░░░░░  50%   244 KB/s  Song.mp3\n' +
        '  0/1 file  11 MB  1.4 MB/s  333 ms left\n',
    );
    expect(frames[1]).toMatch(/^\x1b\[2F\x1b\[J/);
    expect(world.stderr.text.endsWith('\x1b[2F\x1b[J\x1b[?25h')).toBe(true);
    expect(world.stdout.text).toContain('downloaded    977 KB  /music/Song.mp3\n');
  });
});
