import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { type DemoProcess, startDemoProcess } from '../helpers/demo.js';
import type { RssSample } from './figures.js';

const LAUNCHER = join(import.meta.dirname, '../../bin/tad.js');
const BALLAST = pathToFileURL(join(import.meta.dirname, 'ballast.js')).href;
const CHANNEL = '@field_archive';
/** Where the ballast keeps the process, of its budget: above critical (0.9), below the whole. */
const HELD_SHARE = 0.95;
/** Samples, one a second, for which a wave holds after the clean-up that answered it. */
const HELD_SAMPLES = 2;

export interface DownloadSoak {
  readonly files: number;
  readonly budgetBytes: number;
  /** Shares of the work after which the ballast pushes the process to critical for a while. */
  readonly waves: readonly number[];
  /** As `--limit-rate`: a short soak must outlast the second between two samples of memory. */
  readonly limitRate?: string;
}

/** What one wave of the ballast brought about. */
export interface Wave {
  /** Files that started after critical was told and before recovered. */
  startedMeanwhile: number;
  /** Clean-ups that ran for it. */
  cleanups: number;
  /** Why the first in the queue waited. */
  reason?: string;
  recovered: boolean;
}

export interface DownloadReport {
  readonly stderr: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly completedIds: number;
  readonly waves: readonly Wave[];
  readonly samples: readonly RssSample[];
  /** Part files that are left. */
  readonly leftovers: readonly string[];
  /** What `tad verify` says of every file. */
  readonly verified: Readonly<Record<string, number>>;
}

type Line = { readonly event: string } & Readonly<Record<string, unknown>>;

/** Runs the built program as a person would, each time in a home of its own. */
class Home implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'tad-soak-'));
  readonly files = join(this.directory, 'files');
  readonly #env: NodeJS.ProcessEnv;

  constructor({ listening }: DemoProcess) {
    const key = join(this.directory, 'server.pem');
    writeFileSync(key, listening.publicKeyPem);
    this.#env = {
      PATH: process.env['PATH'],
      TAD_HOME: this.directory,
      TAD_OUT: this.files,
      TAD_API_ID: '12345',
      TAD_API_HASH: '0123456789abcdef0123456789abcdef',
      TAD_SERVER: `${listening.host}:${listening.dcs[0]?.port}`,
      TAD_SERVER_KEY: key,
    };
  }

  tad(argv: readonly string[], nodeOptions: readonly string[] = []): ChildProcess {
    return spawn(process.execPath, [...nodeOptions, LAUNCHER, ...argv], {
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Follows a download by its NDJSON and puts the ballast on and off. */
class Watch {
  readonly samples: RssSample[] = [];
  readonly waves: Wave[] = [];
  readonly completed = new Set<unknown>();
  last: Line | undefined;
  readonly #soak: DownloadSoak;
  readonly #hold: (rssBytes: number) => void;
  #wave: Wave | undefined;
  #isCritical = false;
  #heldSamples = 0;

  constructor(soak: DownloadSoak, hold: (rssBytes: number) => void) {
    this.#soak = soak;
    this.#hold = hold;
  }

  take(line: Line): void {
    this.last = line;
    const wave = this.#wave;
    switch (line.event) {
      case 'transfer.completed':
        this.completed.add(line['documentId']);
        this.#nextWave();
        break;
      case 'transfer.started':
        if (wave && this.#isCritical) wave.startedMeanwhile++;
        break;
      case 'transfer.changed':
        if (wave && line['state'] === 'waiting') wave.reason ??= String(line['reason']);
        break;
      case 'memory.critical':
        this.#isCritical = true;
        if (wave) wave.recovered = false;
        break;
      case 'memory.cleanup':
        if (wave) wave.cleanups++;
        break;
      case 'memory.recovered':
        this.#isCritical = line['level'] === 'critical';
        this.#recovered();
        break;
      case 'memory.sample':
        this.#sampled(Number(line['rssBytes']));
    }
  }

  #nextWave(): void {
    const next = this.#soak.waves[this.waves.length];
    if (this.#wave || next === undefined || this.completed.size < next * this.#soak.files) return;
    this.#wave = { startedMeanwhile: 0, cleanups: 0, recovered: false };
    this.waves.push(this.#wave);
    this.#heldSamples = 0;
    this.#hold(HELD_SHARE * this.#soak.budgetBytes);
  }

  #sampled(rssBytes: number): void {
    if (!this.#wave) {
      this.samples.push({ done: this.completed.size, rssBytes });
    } else if (this.#isCritical && this.#wave.cleanups > 0 && ++this.#heldSamples === HELD_SAMPLES) {
      this.#hold(0);
    }
  }

  /** A clean-up alone may bring relief, until the ballast has filled the room again or to the end of the run. */
  #recovered(): void {
    if (!this.#wave) return;
    this.#wave.recovered = !this.#isCritical;
    if (this.#heldSamples >= HELD_SAMPLES) this.#wave = undefined;
  }
}

/** Downloads so many small files of the archive with the built program, from a demo server in its own process. */
export async function soakDownload(soak: DownloadSoak): Promise<DownloadReport> {
  await using demo = await startDemoProcess({ chats: 1, tracks: 1 });
  using home = new Home(demo);
  const { phone, code } = demo.listening;
  const login = home.tad(['login']);
  login.stdin?.end(`${phone}\n${code}\n`);
  const [loginCode] = await once(login, 'close');
  if (loginCode !== 0) throw new Error(`login ended with ${loginCode}`);

  const budget = `${Math.round(soak.budgetBytes / 1024)}K`;
  const argv = ['--no-ui', 'download', CHANNEL, '--limit', String(soak.files), '--json'];
  const child = home.tad(
    [...argv, '--memory-budget', budget, ...(soak.limitRate ? ['--limit-rate', soak.limitRate] : [])],
    ['--import', BALLAST],
  );
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const watch = new Watch(soak, (holdRssBytes) => child.send({ holdRssBytes }));
  const ended = once(child, 'close');
  for await (const text of createInterface({ input: child.stdout! })) watch.take(JSON.parse(text) as Line);
  const [exitCode] = await ended;
  if (exitCode !== 0) throw new Error(`the download ended with ${exitCode}: ${stderr}`);
  return {
    stderr,
    summary: watch.last as unknown as Record<string, number>,
    completedIds: watch.completed.size,
    waves: watch.waves,
    samples: watch.samples,
    leftovers: readdirSync(home.files, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.part'),
    ),
    verified: await verify(home),
  };
}

async function verify(home: Home): Promise<Record<string, number>> {
  const child = home.tad(['verify', '--json']);
  const ended = once(child, 'close');
  let last = '{}';
  for await (const text of createInterface({ input: child.stdout! })) last = text;
  await ended;
  return JSON.parse(last) as Record<string, number>;
}
