import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { type CoreEmitter, type CoreEvents, createCoreEmitter } from '../../../src/core/events.js';
import type { LoginPrompts } from '../../../src/core/face.js';
import type { AnyEvent } from '../../../src/core/memory/typed_emitter.js';
import { createGateway } from '../../../src/core/telegram/create_gateway.js';
import type { GatewayOptions, TelegramGateway } from '../../../src/core/telegram/gateway.js';
import { readServerKey } from '../../../src/core/telegram/server_key.js';
import type { AudioMessage, AudioPage, Chat } from '../../../src/core/types.js';
import type { FaultName } from '../../../src/demo/faults.js';
import type { DemoServerOptions } from '../../../src/demo/options.js';
import type { DemoServer, ReadyLogin } from '../../../src/demo/server.js';
import { startDemo } from '../../helpers/demo.js';

/** Never aborted. */
export const NEVER = new AbortController().signal;

/** Runs what it is given at the end: of the test, unless said otherwise. */
type Defer = (work: () => PromiseLike<void>) => void;

export async function tempDir(defer: Defer = onTestFinished): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tad-telegram-'));
  defer(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Arguments with which node runs one of this folder's TypeScript files. */
export function runTypescript(name: string, ...args: string[]): string[] {
  return [
    '--disable-warning=ExperimentalWarning',
    '--experimental-transform-types',
    `--import=${join(import.meta.dirname, '..', 'library', 'typescript_hook.mjs')}`,
    join(import.meta.dirname, name),
    ...args,
  ];
}

export type SeenEvent = AnyEvent<CoreEvents>;

export interface Recorded {
  readonly events: CoreEmitter;
  readonly seen: SeenEvent[];
  /** The first event, past or future, that satisfies the test. */
  until(test: (event: SeenEvent) => boolean): Promise<SeenEvent>;
}

export function recordEvents(): Recorded {
  const events = createCoreEmitter();
  const seen: SeenEvent[] = [];
  const waiting = new Set<() => void>();
  events.onAny((event) => {
    seen.push(event);
    for (const look of [...waiting]) look();
  });
  return {
    events,
    seen,
    until: (test) =>
      new Promise((resolve) => {
        const look = () => {
          const found = seen.find(test);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

export const isState = (state: string) => (event: SeenEvent) =>
  event.name === 'connection.state' && event.payload.state === state;

export function gatewayOptions(server: DemoServer, directory: string, extra: Partial<GatewayOptions> = {}) {
  const { host, dcs, publicKeyPem } = server.listening;
  const [home] = dcs;
  return {
    apiId: 12345,
    apiHash: '0123456789abcdef0123456789abcdef',
    sessionFile: join(directory, 'session', 'session.json'),
    server: { host, port: home!.port, dcId: home!.id, publicKeyPem },
    events: createCoreEmitter(),
    reconnectDelaysMs: [20, 50, 100],
    ...extra,
  } satisfies GatewayOptions;
}

export interface ReadyOptions extends Partial<GatewayOptions> {
  /** Also the other data centres' keys. */
  readonly foreignKeys?: boolean;
  /** Which of the server's accounts: 0 the plain one, 1 with a password, 2 premium. */
  readonly account?: number;
  readonly defer?: Defer;
}

/** A gateway whose session is logged in already, not yet connected; disposed with the test. */
export async function readyGateway(server: DemoServer, options: ReadyOptions = {}): Promise<TelegramGateway> {
  const { foreignKeys = true, account = 0, defer = onTestFinished, ...extra } = options;
  const all = gatewayOptions(server, await tempDir(defer), extra);
  await writeSession(server, all.sessionFile, { account, foreignKeysOf: foreignKeys ? account : null });
  const gateway = createGateway(all);
  defer(() => gateway[Symbol.asyncDispose]());
  return gateway;
}

/** One server and one connected gateway for all tests of a file. */
export function sharedWorld(options?: DemoServerOptions): {
  readonly demo: DemoServer;
  readonly gateway: TelegramGateway;
} {
  let world: { demo: DemoServer; gateway: TelegramGateway } | undefined;
  beforeAll(async () => {
    const last: (() => PromiseLike<void>)[] = [];
    const demo = await startDemo(options);
    const gateway = await connectedGateway(demo, { defer: (work) => last.unshift(work) });
    world = { demo, gateway };
    return async () => {
      for (const work of last) await work();
      await demo.close();
    };
  });
  return {
    get demo() {
      return world!.demo;
    },
    get gateway() {
      return world!.gateway;
    },
  };
}

export async function connectedGateway(server: DemoServer, options: ReadyOptions = {}) {
  const gateway = await readyGateway(server, options);
  await gateway.connect(NEVER);
  return gateway;
}

interface SessionContent {
  /** Whose session, by index. */
  readonly account?: number;
  /** Whose keys on the other data centres; none when null. */
  readonly foreignKeysOf?: number | null;
}

/** A session file as a login would have left it. */
export async function writeSession(server: DemoServer, path: string, content: SessionContent = {}) {
  const { account = 0, foreignKeysOf = account } = content;
  const login = server.loginReady(server.accounts[account]!.id);
  const other =
    foreignKeysOf === null || foreignKeysOf === account ? login : otherLogin(server, foreignKeysOf);
  const { host, dcs, publicKeyPem } = server.listening;
  const foreign = foreignKeysOf === null ? [] : [...other.authKeys].filter(([id]) => id !== login.homeDcId);
  const keys = [[login.homeDcId, login.authKeys.get(login.homeDcId)!] as const, ...foreign];
  const data = {
    version: 1,
    server: readServerKey(publicKeyPem).fingerprint,
    homeDc: login.homeDcId,
    homeHost: host,
    homePort: dcs.find(({ id }) => id === login.homeDcId)!.port,
    userId: login.userId.toString(),
    dcs: Object.fromEntries(keys.map(([id, key]) => [id, { key: key.toString('base64'), authorized: true }])),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, JSON.stringify(data), { mode: 0o600 });
}

function otherLogin(server: DemoServer, account: number): ReadyLogin {
  return server.loginReady(server.accounts[account]!.id);
}

/** Prompts that give these answers in turn, and remember what they were told. */
export function scriptedPrompts(answers: {
  readonly method?: 'phone' | 'qr';
  readonly phones?: readonly string[];
  readonly codes?: readonly string[];
  readonly passwords?: readonly string[];
  readonly qr?: (link: string, expires: number) => void;
}) {
  const log: string[] = [];
  const next = (name: string, list: readonly string[] | undefined, count: number) => {
    const answer = list?.[count];
    if (answer === undefined) throw new Error(`no ${name} left to answer with`);
    return answer;
  };
  let [phones, codes, passwords] = [0, 0, 0];
  const prompts: LoginPrompts = {
    method: answers.method ?? 'phone',
    phone: async (problem) => {
      log.push(`phone${problem === undefined ? '' : `: ${problem}`}`);
      return next('phone', answers.phones, phones++);
    },
    code: async ({ sentTo, length }, problem) => {
      log.push(`code to ${sentTo} (${length})${problem === undefined ? '' : `: ${problem}`}`);
      return next('code', answers.codes, codes++);
    },
    password: async (hint, problem) => {
      log.push(
        `password${hint === undefined ? '' : ` (${hint})`}${problem === undefined ? '' : `: ${problem}`}`,
      );
      return next('password', answers.passwords, passwords++);
    },
    wait: (seconds) => log.push(`wait ${seconds}`),
    ...(answers.qr === undefined ? {} : { qr: answers.qr }),
  };
  return { prompts, log };
}

export async function allChats(gateway: TelegramGateway): Promise<readonly Chat[]> {
  return (await collect(gateway.chats(NEVER))).flat();
}

export async function allMessages(pages: AsyncIterable<AudioPage>): Promise<readonly AudioMessage[]> {
  return (await collect(pages)).flatMap(({ messages }) => messages);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Lets exactly these faults strike, each at its next opportunity, and no others. */
export function strikeNext(
  server: DemoServer,
  ...names: FaultName[]
): { readonly left: readonly FaultName[] } {
  const spy = vi.spyOn(server.faults, 'strikes').mockImplementation((name) => {
    const index = names.indexOf(name);
    if (index >= 0) names.splice(index, 1);
    return index >= 0;
  });
  onTestFinished(() => spy.mockRestore());
  return { left: names };
}

/** The console must stay untouched while a full-screen program runs: GramJS likes to write to it. */
export function watchConsole(): void {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => {}),
  );
  afterEach(() => {
    for (const spy of spies) expect(spy.mock.calls).toEqual([]);
  });
}
