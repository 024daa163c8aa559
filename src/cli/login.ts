import { updateConfigFile } from '../core/config/config_file.js';
import { parseSetting } from '../core/config/resolve.js';
import { TadError } from '../core/errors.js';
import type { Account, Core, LoginPrompts } from '../core/face.js';
import { type ApiCredentials, knownCredentials } from './api_credentials.js';
import { type Asking, type AskOptions, openAsking } from './asking.js';
import type { Action, Call } from './command.js';
import type { Io } from './io.js';
import { record } from './records.js';
import { coreRequest, withCore } from './session.js';
import { CONNECTING, Telling } from './telling.js';

async function askCredentials(io: Io, asking: Asking): Promise<ApiCredentials> {
  if (!asking.interactive) {
    throw new TadError(
      'login-required',
      'an api id and hash are needed',
      'Get them at https://my.telegram.org and set TAD_API_ID and TAD_API_HASH',
    );
  }
  io.stderr.line('Telegram asks every program for an api id and hash. Make yours at https://my.telegram.org');
  io.stderr.line('(API development tools); tad keeps them in this profile, so this is asked once.');
  const apiId = await asking.ask('api id');
  parseSetting('api-id', { text: apiId, source: 'the api id' });
  const apiHash = await asking.ask('api hash');
  parseSetting('api-hash', { text: apiHash, source: 'the api hash' });
  return { apiId: Number(apiId), apiHash };
}

/** Asks what Telegram asks; a script whose answer was refused is not asked again for ever, for its lines end. */
function prompts({ io, settings }: Call, asking: Asking, telling: Telling): LoginPrompts {
  const ask = async (question: string, options: AskOptions) => {
    telling.waitFor(undefined);
    const answer = await asking.ask(question, options);
    telling.waitFor('logging in');
    return answer;
  };
  return {
    method: settings.get('qr') ? 'qr' : 'phone',
    phone: (problem) => ask('phone number, with country code', { problem }),
    code: ({ sentTo }, problem) => ask(`login code (sent by ${sentTo})`, { problem }),
    password: (hint, problem) => {
      const question = `two-step password${hint ? ` (hint: ${hint})` : ''}`;
      return ask(question, { problem, hidden: true });
    },
    qr: (link, expires) => {
      telling.waitFor(undefined);
      if (settings.get('json')) io.stdout.line(record(io.now(), 'login.qr', { link, expires }));
      else void showQr(io, link);
    },
    wait: (seconds) => telling.line(`Telegram asks to wait ${seconds} s`),
  };
}

async function showQr(io: Io, link: string): Promise<void> {
  const { qrLines } = await import('./qr.js');
  if (io.stderr.isTerminal) for (const line of qrLines(link)) io.stderr.line(line);
  io.stderr.line('On a phone that is logged in: Settings, Devices, Link Desktop Device, and scan the code.');
  io.stderr.line(link);
}

/** What later calls need to find the same account again, unless a config file says it already. */
function remember({ home, settings }: Call, { apiId, apiHash }: ApiCredentials): void {
  const server = settings.get('server');
  const changes = new Map<string, string | undefined>();
  if (server === undefined) changes.set('api-id', String(apiId)).set('api-hash', apiHash);
  else {
    const host = server.host.includes(':') ? `[${server.host}]` : server.host;
    changes.set('server', `${host}:${server.port}`).set('server-key', settings.get('server-key'));
  }
  updateConfigFile(home.profileConfigFile, changes);
}

function greeting(account: Account): string {
  const details = [account.username === undefined ? undefined : `@${account.username}`, account.phone];
  const known = details.filter((detail) => detail !== undefined);
  return known.length === 0 ? account.name : `${account.name} (${known.join(', ')})`;
}

/** The account of a session that still holds, if there is one. */
async function present(core: Core, signal: AbortSignal): Promise<Account | undefined> {
  try {
    return await core.connect(signal);
  } catch (error) {
    if (error instanceof TadError && error.code === 'login-required') return undefined;
    throw error;
  }
}

export const login: Action = async (call) => {
  const { io, settings, signal } = call;
  using asking = openAsking(io, signal);
  const credentials = knownCredentials(settings) ?? (await askCredentials(io, asking));
  return await withCore(call, coreRequest(call, credentials), async (core) => {
    using telling = new Telling(call, core);
    telling.waitFor(CONNECTING);
    const before = await present(core, signal);
    const account = before ?? (await core.login(prompts(call, asking, telling), signal));
    telling.waitFor(undefined);
    remember(call, credentials);
    if (settings.get('json')) io.stdout.line(record(io.now(), 'login.done', account));
    else
      io.stdout.line(`${before === undefined ? 'logged in' : 'already logged in'} as ${greeting(account)}`);
    return 0;
  });
};
