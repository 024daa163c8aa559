import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGateway } from '../../../src/core/telegram/create_gateway.js';
import type { DemoServer } from '../../../src/demo/server.js';
import { startDemo } from '../../helpers/demo.js';
import {
  connectedGateway,
  gatewayOptions,
  NEVER,
  scriptedPrompts,
  strikeNext,
  tempDir,
  watchConsole,
} from './support.js';

let demo: DemoServer;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.close());
watchConsole();

const [PLAIN, WITH_PASSWORD] = ['9996620001', '9996620002'];

async function freshGateway(extra = {}) {
  const options = gatewayOptions(demo, await tempDir(), extra);
  return { options, gateway: createGateway(options) };
}

it('logs in by phone and code, and needs neither the next time', async () => {
  const { options, gateway } = await freshGateway();
  const { prompts, log } = scriptedPrompts({ phones: ['+999 66 2 0001'], codes: ['22-222'] });
  const account = await gateway.login(prompts, NEVER);
  expect(account).toMatchObject({ name: 'Demo Listener', phone: PLAIN });
  expect(log).toEqual(['phone', 'code to your Telegram app (5)']);
  expect((await stat(options.sessionFile)).mode & 0o777).toBe(0o600);
  await gateway[Symbol.asyncDispose]();

  await using again = createGateway(options);
  expect(await again.connect(NEVER)).toEqual(account);
  expect(await again.login(scriptedPrompts({}).prompts, NEVER)).toEqual(account);
});

it('asks again after wrong answers, and says what was wrong', async () => {
  await using gateway = (await freshGateway()).gateway;
  const { prompts, log } = scriptedPrompts({
    phones: ['12345', WITH_PASSWORD],
    codes: ['00000', '22222'],
    passwords: ['wrong', 'correct horse'],
  });
  expect(await gateway.login(prompts, NEVER)).toMatchObject({ name: 'Careful Collector' });
  expect(log).toEqual([
    'phone',
    'phone: no Telegram account has this phone number',
    'code to your Telegram app (5)',
    'code to your Telegram app (5): the login code is wrong',
    expect.stringMatching(/^password/),
    expect.stringMatching(/^password.*: the password is wrong$/),
  ]);
});

it('gives up after too many wrong passwords, and stores nothing', async () => {
  const { options, gateway } = await freshGateway();
  const answers = { phones: [WITH_PASSWORD], codes: ['22222'], passwords: Array(9).fill('wrong') };
  const { prompts, log } = scriptedPrompts(answers);
  await expect(gateway.login(prompts, NEVER)).rejects.toMatchObject({ code: 'login-refused', exitCode: 3 });
  expect(log.length).toBeLessThan(9);
  await expect(readFile(options.sessionFile)).rejects.toMatchObject({ code: 'ENOENT' });
  await gateway[Symbol.asyncDispose]();
});

it('follows the account to its data centre and stays there', async () => {
  const { options } = await freshGateway();
  const other = demo.listening.dcs.find(({ id }) => id === 4)!;
  const started = { ...options, server: { ...options.server, port: other.port, dcId: other.id } };
  await using gateway = createGateway(started);
  await gateway.login(scriptedPrompts({ phones: [PLAIN], codes: ['22222'] }).prompts, NEVER);
  expect(JSON.parse(await readFile(options.sessionFile, 'utf8'))).toMatchObject({ homeDc: 2, userId: /\d+/ });
  await gateway[Symbol.asyncDispose]();
  await using again = createGateway(started);
  await again.connect(NEVER);
});

it('logs in over a bad line', async () => {
  await using gateway = (await freshGateway({ requestTimeoutMs: 300 })).gateway;
  const { prompts } = scriptedPrompts({ phones: [PLAIN], codes: ['22222'] });
  const left: (readonly string[])[] = [];
  const troubled = {
    ...prompts,
    phone: (problem?: string) => {
      left.push(strikeNext(demo, 'silence', 'bad-salt').left);
      return prompts.phone(problem);
    },
    code: (info: { readonly sentTo: string }, problem?: string) => {
      left.push(strikeNext(demo, 'corrupt', 'disconnect').left);
      return prompts.code(info, problem);
    },
  };
  await gateway.login(troubled, NEVER);
  expect(left).toEqual([[], []]);
});

it('logs in when another device scans the QR code', async () => {
  await using gateway = (await freshGateway()).gateway;
  const links: string[] = [];
  const { prompts } = scriptedPrompts({
    method: 'qr',
    qr: (link) => {
      links.push(link);
      demo.acceptLogin(demo.accounts[0]!.id);
    },
  });
  expect(await gateway.login(prompts, NEVER)).toMatchObject({ name: 'Demo Listener' });
  expect(links).toEqual([expect.stringMatching(/^tg:\/\/login\?token=[\w-]+$/)]);
});

it('asks for the two-step password after a QR code, on the right data centre', async () => {
  const { options } = await freshGateway();
  const other = demo.listening.dcs.find(({ id }) => id === 4)!;
  await using gateway = createGateway({
    ...options,
    server: { ...options.server, port: other.port, dcId: other.id },
  });
  const { prompts, log } = scriptedPrompts({
    method: 'qr',
    passwords: ['correct horse'],
    qr: () => demo.acceptLogin(demo.accounts[1]!.id),
  });
  expect(await gateway.login(prompts, NEVER)).toMatchObject({ name: 'Careful Collector' });
  expect(log).toHaveLength(1);
});

it('needs a way to show the QR code', async () => {
  await using gateway = (await freshGateway()).gateway;
  const { prompts } = scriptedPrompts({ method: 'qr' });
  await expect(gateway.login(prompts, NEVER)).rejects.toMatchObject({ code: 'usage' });
});

it('ends with the signal while a person thinks, and can begin again', async () => {
  const { gateway } = await freshGateway();
  const abort = new AbortController();
  const { prompts } = scriptedPrompts({ phones: [PLAIN], codes: ['22222'] });
  const thinking = {
    ...prompts,
    code: () => {
      abort.abort();
      return new Promise<string>(() => {});
    },
  };
  await expect(gateway.login(thinking, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
  await gateway.login(scriptedPrompts({ phones: [PLAIN], codes: ['22222'] }).prompts, NEVER);
  await gateway[Symbol.asyncDispose]();
});

it('passes on what the prompts throw', async () => {
  await using gateway = (await freshGateway()).gateway;
  await expect(gateway.login(scriptedPrompts({}).prompts, NEVER)).rejects.toThrow('no phone left');
});

it('replaces a session that Telegram has ended', async () => {
  const { options, gateway } = await freshGateway();
  await gateway.login(scriptedPrompts({ phones: ['9996620003'], codes: ['22222'] }).prompts, NEVER);
  await gateway[Symbol.asyncDispose]();
  for (const end of ['forgetKeys', 'revokeLogins'] as const) {
    demo[end](demo.accounts[2]!.id);
    await using again = createGateway(options);
    await expect(again.connect(NEVER)).rejects.toMatchObject({ code: 'login-required' });
    await again.login(scriptedPrompts({ phones: ['9996620003'], codes: ['22222'] }).prompts, NEVER);
  }
});

it('logs out on the server and deletes the session file', async () => {
  const { options, gateway } = await freshGateway();
  await gateway.login(scriptedPrompts({ phones: [PLAIN], codes: ['22222'] }).prompts, NEVER);
  await gateway.logout(NEVER);
  expect(demo.report().requests['auth.logOut']).toBe(1);
  await expect(stat(options.sessionFile)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'login-required' });
  await expect(gateway.logout(NEVER)).rejects.toMatchObject({ code: 'login-required' });
  await gateway[Symbol.asyncDispose]();
});

it('only deletes the file of a session that has ended already', async () => {
  const gateway = await connectedGateway(demo, { account: 2 });
  demo.revokeLogins(demo.accounts[2]!.id);
  await gateway.logout(NEVER);
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'login-required' });
});
