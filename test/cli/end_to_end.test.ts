import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCatalogue } from '../../src/demo/catalogue/create.js';
import { manifest } from '../../src/demo/catalogue/manifest.js';
import { temporaryDirectory } from './fake_io.js';

const LAUNCHER = join(import.meta.dirname, '../../bin/tad.js');
/** Three files of 1 MB: a small world for quick tests. */
const WORLD = ['--chats', '1', '--tracks', '3', '--file-mb', '1'];

type Line = Record<string, unknown>;

class Tad {
  readonly child: ChildProcess;
  readonly lines: Line[] = [];
  stderr = '';
  readonly #changed = new EventTarget();

  constructor(argv: readonly string[], home: string, nodeOptions: readonly string[] = []) {
    this.child = spawn(process.execPath, [...nodeOptions, LAUNCHER, ...argv], {
      env: { PATH: process.env['PATH'], TAD_HOME: home },
    });
    onTestFinished(() => {
      this.child.kill('SIGKILL');
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) this.lines.push(JSON.parse(line));
      this.#changed.dispatchEvent(new Event('line'));
    });
    this.child.stderr!.on('data', (chunk) => {
      this.stderr += chunk;
      this.#changed.dispatchEvent(new Event('line'));
    });
  }

  async line(event: string): Promise<Line> {
    for (;;) {
      const found = this.lines.find((line) => line['event'] === event);
      if (found) return found;
      await once(this.#changed, 'line');
    }
  }

  async stderrWith(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stderr);
      if (found) return found;
      await once(this.#changed, 'line');
    }
  }

  async ended(): Promise<number | null> {
    const [code] = await once(this.child, 'close');
    return code;
  }
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Resolves when whoever listens at `port` is gone. */
async function goneFrom(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
}

describe('tad demo', () => {
  it('logs in over real MTProto, mirrors a chat byte for byte, and finds nothing new the second time', async () => {
    const home = temporaryDirectory();
    const first = new Tad(['demo', '--json', ...WORLD], home);
    expect([await first.ended(), first.stderr]).toEqual([0, '']);
    const catalogue = createCatalogue({ seed: 1, chats: 1, tracks: 3, fileMb: 1 });
    const chat = catalogue.chatByUsername('night_ferry_radio')!;
    const expected = new Map(
      Iterator.from(manifest(catalogue, [chat])).map((each) => [each.documentId, each.sha256]),
    );
    const fetched = first.lines.filter(({ event }) => event === 'transfer.completed');
    expect(fetched).toHaveLength(expected.size);
    for (const { documentId, path, sha256: told } of fetched) {
      expect(told).toBe(expected.get(String(documentId)));
      expect(sha256(String(path))).toBe(told);
    }
    expect(first.lines.at(-1)).toMatchObject({
      event: 'run.summary',
      completed: 3,
      failed: 0,
      bytes: 3 * 2 ** 20,
    });

    const second = new Tad(['demo', '--json', ...WORLD], home);
    expect(await second.ended()).toBe(0);
    expect(second.lines.at(-1)).toMatchObject({ event: 'run.summary', completed: 0, skipped: 3, bytes: 0 });
  });

  it('is reachable while it runs, and stops with its server at Ctrl-C', async () => {
    const home = temporaryDirectory();
    const demo = new Tad(['demo', '--out', join(home, 'files'), ...WORLD, '--bandwidth', '0.2'], home);
    const [, port] = await demo.stderrWith(/serves on 127\.0\.0\.1:(\d+)/);
    const [, profile] = await demo.stderrWith(/profile ([\w-]+)/);
    await demo.stderrWith(/mirroring/);
    const status = new Tad(['status', '--json', '--profile', profile!], home);
    expect(await status.ended()).toBe(0);
    expect(status.lines).toMatchObject([{ event: 'status', connection: 'online' }]);
    demo.child.kill('SIGINT');
    expect(await demo.ended()).toBe(130);
    expect(demo.stderr).toContain('tad: interrupted.');
    await goneFrom(Number(port));
  });

  it('dies with its launcher and takes its server along, even for kill -9', async () => {
    const home = temporaryDirectory();
    const pretend = join(home, 'pretend.cjs');
    writeFileSync(
      pretend,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.0.0' } });",
    );
    const demo = new Tad(['demo', ...WORLD, '--bandwidth', '0.2'], home, ['--require', pretend]);
    const [, port] = await demo.stderrWith(/serves on 127\.0\.0\.1:(\d+)/);
    await demo.stderrWith(/mirroring/);
    demo.child.kill('SIGKILL');
    await demo.ended();
    await goneFrom(Number(port));
  });
});

describe('tad demo-server', () => {
  it('says where it is, serves until a signal, and reports what it made go wrong', async () => {
    const server = new Tad(
      ['demo-server', '--json', '--fault', 'flood=0.5', 'timeout=0.1'],
      temporaryDirectory(),
    );
    const listening = await server.line('demo.listening');
    expect(listening).toMatchObject({ host: '127.0.0.1', dcs: [{ id: 2 }, { id: 4 }] });
    expect(readFileSync(String(listening['publicKeyFile']), 'utf8')).toContain('BEGIN RSA PUBLIC KEY');
    server.child.kill('SIGTERM');
    expect(await server.ended()).toBe(0);
    expect(server.lines.at(-1)).toMatchObject({ event: 'demo.report', faults: {}, requests: {} });
  });

  it('refuses a fault that it does not know, with the nearest', async () => {
    const server = new Tad(['demo-server', '--fault', 'flod=0.5'], temporaryDirectory());
    expect(await server.ended()).toBe(2);
    expect(server.stderr).toBe("tad: unknown fault 'flod'. Did you mean flood?\n");
  });

  it('prints a manifest until nobody reads it any more, and takes that for no error', async () => {
    const server = new Tad(['demo-server', '--manifest'], temporaryDirectory());
    await once(server.child.stdout!, 'data');
    server.child.stdout!.destroy();
    expect([await server.ended(), server.stderr]).toEqual([0, '']);
    expect(Object.keys(server.lines[0]!)).toEqual([
      'chatId',
      'messageId',
      'documentId',
      'dcId',
      'fileName',
      'mimeType',
      'bytes',
      'sha256',
      'title',
      'performer',
      'duration',
    ]);
  });
});

describe('what is loaded', () => {
  const REACT = /node_modules\/(react|ink|ink-spinner)\//;
  const HEAVY = /node_modules\/(react|ink|ink-spinner|telegram|better-sqlite3)\//;

  async function loadedBy(...argv: string[]): Promise<string[]> {
    const home = temporaryDirectory();
    const [hooks, list] = [join(home, 'hooks.mjs'), join(home, 'loaded.txt')];
    writeFileSync(
      hooks,
      `import { registerHooks } from 'node:module';
       import { appendFileSync } from 'node:fs';
       registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });`,
    );
    await new Tad(argv, home, ['--import', hooks]).ended();
    return readFileSync(list, 'utf8').split('\n');
  }

  it.each([[['--help']], [['--version']], [['config']], [['status']], [['download', '--help']]])(
    'tad %j loads neither React nor GramJS nor SQLite',
    async (argv) => {
      const loaded = await loadedBy(...argv);
      expect(loaded.length).toBeGreaterThan(5);
      expect(loaded.filter((url) => HEAVY.test(url))).toEqual([]);
    },
  );

  it('a download loads no React', async () => {
    const loaded = await loadedBy('demo', '--quiet', ...WORLD);
    expect(loaded.some((url) => url.includes('node_modules/telegram/'))).toBe(true);
    expect(loaded.filter((url) => REACT.test(url))).toEqual([]);
  });
});
