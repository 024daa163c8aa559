import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isChannel, isPrivate } from '../../src/demo/api/rows.js';
import type { Catalogue, CatalogueChat } from '../../src/demo/catalogue/catalogue.js';
import { createCatalogue } from '../../src/demo/catalogue/create.js';
import { DEFAULTS, type DemoServerOptions } from '../../src/demo/options.js';
import { type DemoListening, type DemoReport, DemoServer, type ReadyLogin } from '../../src/demo/server.js';
import type { DemoCall, ReadyLoginMessage, Reply, Request } from './demo_messages.js';

/** A small world: three music channels of ten tracks besides the fixed cast. */
const SMALL = { seed: 7, chats: 3, tracks: 10 } as const satisfies DemoServerOptions;

/** A demo server in this process on free ports: `await using demo = await startDemo({ … })`. */
export function startDemo(options: DemoServerOptions = {}): Promise<DemoServer> {
  return DemoServer.start({ ...SMALL, ...options });
}

/** Options that can be told to another process. */
export type DemoProcessOptions = Omit<DemoServerOptions, 'clock' | 'log'>;

/** A demo server in a process of its own, for tests that measure or kill one side; it ends with this process. */
export class DemoProcess implements AsyncDisposable {
  /** This process's own view of the same world; what is posted there does not appear here. */
  readonly catalogue: Catalogue;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (value: Reply['value']) => void>();
  #nextId = 1;

  private constructor(
    child: ChildProcess,
    readonly listening: DemoListening,
    options: DemoProcessOptions,
  ) {
    this.catalogue = createCatalogue({ ...DEFAULTS, ...options });
    this.#child = child;
    child.on('message', ({ id, value }: Reply) => {
      this.#waiting.get(id)?.(value);
      this.#waiting.delete(id);
    });
  }

  /** @throws Error when it does not come up */
  static async start(options: DemoProcessOptions): Promise<DemoProcess> {
    const child = fork(join(import.meta.dirname, 'demo_process.ts'), [JSON.stringify(options)], {
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--experimental-transform-types',
        `--import=${join(import.meta.dirname, 'typescript_hook.mjs')}`,
      ],
    });
    const ended = once(child, 'exit').then(() => {
      throw new Error('the demo process ended before it listened');
    });
    const [first] = await Promise.race([once(child, 'message'), ended]);
    return new DemoProcess(child, (first as Reply).value as DemoListening, options);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get publicKeyPem(): string {
    return this.listening.publicKeyPem;
  }

  async loginReady(userId: bigint): Promise<ReadyLogin> {
    const value = (await this.#ask({ name: 'loginReady', userId: String(userId) })) as ReadyLoginMessage;
    const keys = value.authKeys.map(([id, key]) => [id, Buffer.from(key, 'base64')] as const);
    return { userId, homeDcId: value.homeDcId, authKeys: new Map(keys) };
  }

  /** @returns the new message's id */
  async post(chat: CatalogueChat): Promise<number> {
    return (await this.#ask({ name: 'post', kind: tableOf(chat), id: String(chat.id) })) as number;
  }

  async report(): Promise<DemoReport> {
    return (await this.#ask({ name: 'report' })) as DemoReport;
  }

  async dropConnections(): Promise<void> {
    await this.#ask({ name: 'dropConnections' });
  }

  /** Ends the process; with SIGKILL as a crash would. */
  async close(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask(call: DemoCall): Promise<Reply['value']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, call } satisfies Request, (error) => error && reject(error));
    });
  }
}

/** Where the catalogue looks a chat up. */
function tableOf(chat: CatalogueChat): 'user' | 'group' | 'channel' {
  if (isChannel(chat)) return 'channel';
  return isPrivate(chat) ? 'user' : 'group';
}

/** As startDemo, in a process of its own: `await using demo = await startDemoProcess({ … })`. */
export function startDemoProcess(options: DemoProcessOptions = {}): Promise<DemoProcess> {
  return DemoProcess.start({ ...SMALL, ...options });
}
