import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Home, homeLayout } from '../core/config/home.js';
import { flagOf, type SettingKey } from '../core/config/settings.js';
import { TadError } from '../core/errors.js';
import type { Account, Core, LoginPrompts } from '../core/face.js';
import { makeDirectories } from '../core/make_directories.js';
import type { Call, CoreRequest } from './command.js';
import { type Listening, startDemoServer } from './demo_child.js';
import { DEMO_SERVER } from './option_groups.js';
import { coreRequest } from './session.js';

/** What decides which chats and files there are; a library of one such world is wrong about another. */
const WORLD = ['seed', 'chats', 'tracks', 'file-mb'] as const;

/** A profile of its own for each demo world, so that a real account's session and library stay untouched. */
function demoHome({ settings }: Call): Home {
  const changed = WORLD.map((key) => settings.written(key)?.text ?? '');
  const isPlain = changed.every((text) => text === '');
  const suffix = createHash('sha256').update(changed.join()).digest('hex').slice(0, 8);
  return homeLayout(settings.get('home'), isPlain ? 'demo' : `demo-${suffix}`);
}

/** What the server is given where the person says nothing. */
export type DemoDefaults = Partial<Readonly<Record<SettingKey, string>>>;

/** The server's options: what was given to the demo, and files of the demo's own. */
function serverArguments({ settings }: Call, { profileDir }: Home, defaults: DemoDefaults): string[] {
  const given = DEMO_SERVER.flatMap((key) => {
    const text = settings.written(key)?.text ?? defaults[key];
    return text === undefined ? [] : [`${flagOf(key)}=${text}`];
  });
  return [
    ...given,
    '--quiet',
    '--port=0',
    `--key=${join(profileDir, 'demo-server.pem')}`,
    `--state=${join(profileDir, 'demo-server.state')}`,
  ];
}

/** A demo server that runs in its own process, and how to reach it. */
export interface DemoSession extends AsyncDisposable {
  readonly listening: Listening;
  readonly request: CoreRequest;
}

/** @throws TadError `internal` when the server does not start, `not-writable` */
export async function startDemoSession(call: Call, defaults: DemoDefaults = {}): Promise<DemoSession> {
  const { settings } = call;
  const home = demoHome(call);
  makeDirectories(home.profileDir, 0o700);
  const server = await startDemoServer(serverArguments(call, home, defaults));
  const { listening } = server;
  const [first] = listening.dcs;
  if (first === undefined) throw new TadError('internal', 'the demo server has no data centre');
  // The server is on this machine: no proxy leads there.
  const { proxy: _, ...common } = coreRequest({ home, settings }, { apiId: 1, apiHash: 'demo' });
  return {
    listening,
    request: {
      ...common,
      outDir: settings.get('out') ?? join(home.profileDir, 'music'),
      server: { host: listening.host, port: first.port },
      serverKeyFile: listening.publicKeyFile,
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The demo account answers by itself: its number, code and password are known. */
function automaticAnswers({ phone, code, password }: Listening): LoginPrompts {
  const once = (answer: string | undefined) => async (problem: string | undefined) => {
    if (problem !== undefined || answer === undefined) {
      throw new TadError(
        'login-refused',
        `the demo server refused its own account: ${problem ?? 'no password'}`,
      );
    }
    return answer;
  };
  return {
    method: 'phone',
    phone: once(phone),
    code: (_, problem) => once(code)(problem),
    password: (_, problem) => once(password)(problem),
  };
}

/** Logs in for real the first time; later the session still holds, as it would with Telegram. */
export async function enterDemo(core: Core, listening: Listening, signal: AbortSignal): Promise<Account> {
  try {
    return await core.connect(signal);
  } catch (error) {
    if (!(error instanceof TadError) || error.code !== 'login-required') throw error;
    return await core.login(automaticAnswers(listening), signal);
  }
}
