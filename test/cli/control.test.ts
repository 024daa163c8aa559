import { mkdirSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { homeLayout } from '../../src/core/config/home.js';
import { startControlServer } from '../../src/core/control/server.js';
import { openLibrary } from '../../src/core/library/library.js';
import { SUMMARY, transfer } from './fake_core.js';
import { makeWorld, recordsOf, type World } from './fake_io.js';

/** Leaves in the profile's library: a run that was interrupted, one that was done, one that began just now. */
function runBefore(world: World): void {
  const { libraryFile, profileDir } = homeLayout(world.home, 'default');
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  let now = new Date(2025, 10, 27, 9, 5).getTime();
  using library = openLibrary({ file: libraryFile, clock: { wallNow: () => now } });
  library.runs.start(['queue']);
  now += 60_000;
  const done = library.runs.start(['Night Music', 'Jazz', 'Blues']);
  now += 4_000;
  library.runs.finish(done, { ...SUMMARY, completed: 12, failed: 1 }, { floodWaits: 2 });
  now = Date.parse('2026-01-02T03:04:05Z');
  library.runs.start(['Night Music']);
}

/** A world in which another tad runs already. */
async function withRunning(): Promise<World & { stop(): Promise<void> }> {
  const world = makeWorld();
  const home = homeLayout(world.home, 'default');
  mkdirSync(home.profileDir, { recursive: true, mode: 0o700 });
  const options = { core: world.core, path: home.controlPath, directory: home.profileDir };
  const server = await startControlServer(options);
  const stop = async () => await server[Symbol.asyncDispose]();
  onTestFinished(stop);
  return { ...world, tad: world.tad, stop };
}

describe.skipIf(process.platform === 'win32')('acting on the running tad', () => {
  it('shows what it is doing', async () => {
    const world = await withRunning();
    world.core.transfers = [
      transfer(),
      transfer({ state: 'waiting', reason: 'rate limit', documentId: '43' }),
    ];
    expect(await world.tad('status')).toBe(0);
    expect(world.stdout.text).toContain('files       8 downloaded, 3 queued, 1 there already, 2 failed\n');
    expect(world.stdout.text).toMatch(/^42 +active +50% +244 KB\/s +Song\.mp3$/m);
    expect(world.stdout.text).toMatch(/^43 +waiting +50% +rate limit +Song\.mp3$/m);
  });

  it('lists what is not finished, and counts the rest of that', async () => {
    const world = await withRunning();
    const status = world.core.status.bind(world.core);
    world.core.status = () => ({ ...status(), underWay: 1, queued: 41 });
    const ended = ['completed', 'failed', 'cancelled', 'skipped'] as const;
    world.core.transfers = [
      ...ended.map((state) => transfer({ state, fileName: 'ended.mp3' })),
      transfer(),
      ...Array.from({ length: 41 }, () => transfer({ state: 'queued' })),
    ];
    expect(await world.tad('status')).toBe(0);
    expect(world.stdout.text).not.toContain('ended.mp3');
    expect(world.stdout.text.match(/Song\.mp3/g)).toHaveLength(30);
    expect(world.stdout.text).toMatch(/\nand 12 more\n$/);
  });

  it('gives all figures to a script', async () => {
    const world = await withRunning();
    expect(await world.tad('status', '--json')).toBe(0);
    expect(recordsOf(world.stdout)).toMatchObject([
      { event: 'status', completed: 8, process: { pid: process.pid } },
    ]);
  });

  it('pauses and resumes, one or all', async () => {
    const world = await withRunning();
    world.core.transfers = [transfer()];
    expect(await world.tad('pause')).toBe(0);
    expect(await world.tad('resume', '42')).toBe(0);
    expect(await world.tad('pause', '99')).toBe(1);
    expect(await world.tad('pause', 'abc')).toBe(2);
    expect(world.core.asked).toEqual(['pause all', 'resume 42']);
    expect(world.stdout.text).toBe('paused all transfers\nresumed 42\n');
    expect(world.stderr.text).toBe(
      'tad: no transfer with the id 99 that could be paused. See: tad status\n' +
        "tad: 'abc' is not the id of a transfer. tad status lists them\n",
    );
  });

  it('reports on its performance: the three tables, caches and pools', async () => {
    const world = await withRunning();
    expect(await world.tad('performance')).toBe(0);
    for (const title of ['Downloads', 'Resources', 'Waits and limits', 'Caches', 'Pools']) {
      expect(world.stdout.text).toContain(`\n${title}\n`);
    }
    expect(world.stdout.text).toMatch(/failed +2 +80\.0 % succeeded/);
    expect(world.stdout.text).toMatch(/memory +86 MB +18 % of 488 MB, normal/);
    expect(world.stdout.text).toMatch(/known ids +10\/50000 +75\.0 % hits/);
    expect(world.stdout.text).toMatch(/parts +2\/8 +in use, 6 idle, 0 waiting/);
  });

  it('reports on the last runs, too: what was done, what was interrupted and what is under way', async () => {
    const world = await withRunning();
    runBefore(world);
    expect(await world.tad('performance')).toBe(0);
    const [, runs = ''] = world.stdout.text.split('\nLast runs\n');
    expect(runs.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}Night Music +under way$/),
      '  2025-11-27 09:06  Night Music and 2 more  12 files, 1 failed  977 KB  4.0 s  244 KB/s  94 MB of memory at most',
      '  2025-11-27 09:05  queue                   interrupted',
    ]);
  });

  it('cleans it up and says before, after and what each step gave', async () => {
    const world = await withRunning();
    expect(await world.tad('performance', '--cleanup')).toBe(0);
    expect(world.stdout.text).toMatch(/memory +86 MB +67 MB +19 MB/);
    expect(world.stdout.text).toMatch(/resident +95 MB +76 MB +19 MB/);
    expect(world.stdout.text).toMatch(/ids +12 B freed/);
    expect(world.stdout.text).toMatch(/covers +failed: broken/);
    world.stdout.text = '';
    await world.tad('performance', '--cleanup', '--json');
    expect(recordsOf(world.stdout)).toMatchObject([
      {
        event: 'memory.cleanup',
        freedBytes: 20_000_000,
        before: { rssBytes: 100_000_000, usedBytes: 90_000_000 },
      },
    ]);
  });

  it('profiles it and says where the profile is and how to open it', async () => {
    const world = await withRunning();
    expect(await world.tad('performance', '--profile', '1')).toBe(0);
    expect(world.stdout.text).toMatch(/profiles\/default\/tad-.*\.heapprofile\n$/);
    expect(world.stderr.text).toContain('Chrome');
  });

  it('watches it as NDJSON until it ends: events and a status each second', async () => {
    const world = await withRunning();
    const ended = world.tad('performance', '--watch', '--json');
    await vi.waitUntil(() => world.stdout.text.includes('"status"'));
    world.core.events.emit('transfer.completed', transfer({ state: 'completed' }));
    await vi.waitUntil(() => world.stdout.text.includes('transfer.completed'));
    await world.stop();
    expect(await ended).toBe(0);
    expect(recordsOf(world.stdout).map(({ event }) => event)).toEqual(['status', 'transfer.completed']);
  });

  it('watches it on a screen of its own and puts the old one back', async () => {
    const world = await withRunning();
    world.stdout.isTTY = true;
    const modes: boolean[] = [];
    const keyboard = new PassThrough();
    const setRawMode = (on: boolean) => modes.push(on);
    const watching = makeWorld(world.core);
    watching.env['TAD_HOME'] = world.home;
    watching.stdout.isTTY = true;
    watching.input = Object.assign(keyboard, { isTTY: true, setRawMode });
    watching.stdout.rows = 14;
    const ended = watching.tad('performance', '--watch');
    await vi.waitUntil(() => watching.stdout.text.includes('q leaves'));
    expect(watching.stdout.text.startsWith('\x1b[?1049h')).toBe(true);
    expect(watching.stdout.text).toContain('\x1b[32m86 MB\x1b[39m');
    const frame = watching.stdout.text.split('\x1b[H').at(-1)!;
    expect(frame.split('\n')).toHaveLength(14);
    expect(frame).toMatch(/q leaves {3}\d+ more lines in a taller window/);
    keyboard.write('\x1b[A');
    await vi.waitUntil(() => watching.stdout.text.split('\x1b[H').length > 2);
    keyboard.write('q');
    expect(await ended).toBe(0);
    expect(watching.stdout.text.endsWith('\x1b[?1049l')).toBe(true);
    expect(modes).toEqual([true, false]);
  });

  it('leaves colours away for NO_COLOR', async () => {
    const world = await withRunning();
    const plain = makeWorld(world.core);
    plain.env['TAD_HOME'] = world.home;
    plain.env['NO_COLOR'] = '1';
    plain.stdout.isTTY = true;
    await plain.tad('performance');
    expect(plain.stdout.text).not.toContain('\x1b[');
  });

  it.each([['status'], ['pause'], ['resume'], ['performance'], ['performance', '--cleanup']])(
    'says that none runs: %s %s',
    async (...argv) => {
      const world = makeWorld();
      expect(await world.tad(...argv)).toBe(1);
      expect(world.stderr.text).toBe(
        'tad: no tad is running for the profile "default". Start one with: tad --no-ui download CHAT\n',
      );
    },
  );

  it('names the profiles for which one runs', async () => {
    const world = await withRunning();
    expect(await world.tad('--profile', 'work', 'status')).toBe(1);
    expect(world.stderr.text).toBe(
      'tad: no tad is running for the profile "work". One runs for --profile default\n',
    );
  });

  it('knows how a demo is started', async () => {
    const world = makeWorld();
    expect(await world.tad('--profile', 'demo', 'status')).toBe(1);
    expect(world.stderr.text).toBe(
      'tad: no tad is running for the profile "demo". Start one with: tad demo\n',
    );
  });

  it('knows the last runs also when none runs', async () => {
    const world = makeWorld();
    runBefore(world);
    expect(await world.tad('performance')).toBe(0);
    expect(world.stdout.text).toMatch(
      /^no tad is running for the profile "default"\n\nLast runs\n.* Night Music +interrupted\n/,
    );
    world.stdout.text = '';
    expect(await world.tad('performance', '--json')).toBe(0);
    expect(recordsOf(world.stdout)).toMatchObject([
      { event: 'run', targets: ['Night Music'] },
      { event: 'run', id: 2, completed: 12, failed: 1, seconds: 4, figures: { floodWaits: 2 } },
      { event: 'run', id: 1, targets: ['queue'] },
    ]);
  });

  it('tells of a library that cannot be read, and reports on the running tad all the same', async () => {
    const world = await withRunning();
    writeFileSync(
      homeLayout(world.home, 'default').libraryFile,
      'no database, but long enough to be looked at',
    );
    expect(await world.tad('performance')).toBe(0);
    expect(world.stdout.text).toContain('\nDownloads\n');
    expect(world.stderr.text).toMatch(/^tad: the last runs cannot be read: .+\n$/);
  });

  it('does not watch where there is no terminal', async () => {
    const world = makeWorld();
    expect(await world.tad('performance', '--watch')).toBe(2);
    expect(world.stderr.text).toMatch(/^tad: --watch needs a terminal\./);
  });
});
