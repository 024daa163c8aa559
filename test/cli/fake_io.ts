import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { CoreRequest } from '../../src/cli/command.js';
import type { InputStream, Io } from '../../src/cli/io.js';
import { Output, type OutputStream } from '../../src/cli/output.js';
import { run } from '../../src/cli/run.js';
import type { Core } from '../../src/core/face.js';
import { FakeCore } from './fake_core.js';

export class FakeStream extends Writable {
  text = '';
  columns = 100;
  rows = 30;
  isTTY = false;
  /** Makes every write fail as that of a pipe whose reader has gone. */
  broken = false;

  override _write(chunk: Buffer, _: string, done: (error?: Error) => void): void {
    if (this.broken) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return;
    }
    this.text += chunk.toString();
    done();
  }
}

export interface World {
  readonly home: string;
  readonly core: FakeCore;
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
  readonly signals: EventEmitter;
  readonly requests: CoreRequest[];
  readonly forced: number[];
  env: Record<string, string>;
  input: string | InputStream;
  /** Lets time pass on the command's clock; it stands still otherwise. */
  advance(ms: number): void;
  /** Runs `tad …argv --home HOME` and resolves with its exit code. */
  tad(...argv: string[]): Promise<number>;
}

/** A throw-away directory, removed when the test is over. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tad-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Everything around a command, made of memory but for its home. */
export function makeWorld(core: FakeCore = new FakeCore()): World {
  const home = temporaryDirectory();
  const [stdout, stderr] = [new FakeStream(), new FakeStream()];
  let now = Date.parse('2026-01-02T03:04:05Z');
  const world: World = {
    home,
    core,
    stdout,
    stderr,
    signals: new EventEmitter(),
    requests: [],
    forced: [],
    env: { TAD_API_ID: '12', TAD_API_HASH: 'abc' },
    input: '',
    advance: (ms) => {
      now += ms;
    },
    tad: async (...argv) => {
      const io: Io = {
        stdin: typeof world.input === 'string' ? Readable.from([world.input]) : world.input,
        stdout: new Output(stdout as OutputStream),
        stderr: new Output(stderr as OutputStream),
        env: { TAD_HOME: home, ...world.env },
        now: () => now,
      };
      return await run(argv, io, {
        signals: world.signals,
        force: (code) => world.forced.push(code),
        openCore: async (request): Promise<Core> => {
          world.requests.push(request);
          return core;
        },
      });
    },
  };
  return world;
}

/** The NDJSON that was written so far. */
export function recordsOf(stream: FakeStream): Record<string, unknown>[] {
  return stream.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
