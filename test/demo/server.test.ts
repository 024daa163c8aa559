import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from 'telegram';
import { expect, onTestFinished, test } from 'vitest';
import { startDemo, startDemoProcess } from '../helpers/demo.js';
import { connectGramJs, destroyGramJs } from './api/gramjs.js';

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tad-demo-test-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('says where it listens and how to log in', async () => {
  await using demo = await startDemo();
  const { host, dcs, phone, code, publicKeyPem } = demo.listening;
  expect(host).toBe('127.0.0.1');
  expect(dcs.map(({ id }) => id)).toEqual([2, 4]);
  expect(dcs.every(({ port }) => port > 0)).toBe(true);
  expect([phone, code]).toEqual(['9996620001', '22222']);
  expect(publicKeyPem).toContain('BEGIN RSA PUBLIC KEY');
  expect(demo.listening).not.toHaveProperty('publicKeyFile');
});

test('keeps its key and who is logged in across a restart', async () => {
  const dir = await directory();
  const files = { keyFile: join(dir, 'key.pem'), stateFile: join(dir, 'state') };
  const first = await startDemo(files);
  const login = first.loginReady(first.accounts[0]!.id);
  expect(readFileSync(first.listening.publicKeyFile!, 'utf8')).toBe(first.publicKeyPem);
  expect(statSync(files.stateFile).mode & 0o777).toBe(0o600);
  await first.close();

  await using second = await startDemo(files);
  expect(second.publicKeyPem).toBe(first.publicKeyPem);
  const client = await connectGramJs(second, login);
  expect(await client.getMe()).toMatchObject({ firstName: 'Demo' });
  await destroyGramJs(client);
});

test('a port that is taken is an error, and nothing stays open', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  await expect(startDemo({ ports: [0, address.port] })).rejects.toThrow('EADDRINUSE');
});

test('hands out logins, each good once, to accounts that exist', async () => {
  await using demo = await startDemo();
  const [account] = demo.accounts;
  const [one, two] = [demo.loginReady(account!.id), demo.loginReady(account!.id)];
  expect(one.authKeys.get(2)).not.toEqual(two.authKeys.get(2));
  expect(one.authKeys.get(2)).toHaveLength(256);
  expect(() => demo.loginReady(1n)).toThrow('no account 1');
});

test('reports what was asked and what went wrong', async () => {
  await using demo = await startDemo({ faults: { 'rpc-fail': 1 } });
  const client = await connectGramJs(demo, demo.loginReady(demo.accounts[0]!.id));
  onTestFinished(() => destroyGramJs(client));
  const sender = client._sender!;
  const asked = sender.send(new Api.messages.GetMessages({ id: [] }));
  await expect(asked).rejects.toMatchObject({ code: 500 });
  const report = demo.report();
  expect(report.faults).toEqual({ 'rpc-fail': 1 });
  expect(report.requests).toMatchObject({ 'messages.getMessages': 1 });
  expect(report.ignoredFloods).toBe(0);
  expect(report.traffic.connections).toBe(1);
});

test('runs in a process of its own, steered from here', async () => {
  await using demo = await startDemoProcess();
  const account = demo.catalogue.users[0]!;
  const client = await connectGramJs(demo, await demo.loginReady(account.id));
  onTestFinished(() => destroyGramJs(client));
  expect(await client.getMe()).toMatchObject({ firstName: account.firstName });
  const chat = demo.catalogue.chatByUsername('quiet_wave')!;
  const before = chat.ids('all');
  expect(await demo.post(chat)).toBeGreaterThan(before.at(before.length - 1));
  expect((await demo.report()).requests).toMatchObject({ 'users.getUsers': 1 });
});
