import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { createGateway } from '../../../src/core/telegram/create_gateway.js';
import type { DemoServer } from '../../../src/demo/server.js';
import { startDemo } from '../../helpers/demo.js';
import {
  allChats,
  gatewayOptions,
  isState,
  NEVER,
  readyGateway,
  recordEvents,
  runTypescript,
  tempDir,
  watchConsole,
  writeSession,
} from './support.js';

let demo: DemoServer;
beforeAll(async () => {
  demo = await startDemo();
});
afterAll(() => demo.close());
watchConsole();

it('connects with a stored session and says whose it is', async () => {
  const { events, seen } = recordEvents();
  const gateway = await readyGateway(demo, { events });
  expect(await gateway.connect(NEVER)).toEqual({
    id: demo.accounts[0]!.id.toString(),
    name: 'Demo Listener',
    username: 'demo_listener',
    phone: '9996620001',
    premium: false,
  });
  const states = seen.filter(({ name }) => name === 'connection.state').map(({ payload }) => payload);
  expect(states).toEqual([
    { state: 'connecting', dcId: 2 },
    { state: 'online', dcId: 2 },
  ]);
  expect(seen.some(({ name, payload }) => name === 'notice' && /gramjs/.test(JSON.stringify(payload)))).toBe(
    true,
  );
});

it('asks for a login where there is no session, and touches nothing', async () => {
  const directory = await tempDir();
  await using gateway = createGateway(gatewayOptions(demo, directory));
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'login-required', exitCode: 3 });
  expect(await readdir(directory)).toEqual([]);
  const chats = gateway.chats(NEVER)[Symbol.asyncIterator]();
  await expect(chats.next()).rejects.toMatchObject({ code: 'login-required' });
});

it('lets one process use a session at a time', async () => {
  const options = gatewayOptions(demo, await tempDir());
  await writeSession(demo, options.sessionFile);
  const first = createGateway(options);
  await first.connect(NEVER);
  await using second = createGateway(options);
  await expect(second.connect(NEVER)).rejects.toMatchObject({ code: 'session-locked', exitCode: 3 });
  await first[Symbol.asyncDispose]();
  await second.connect(NEVER);
});

it('does not show the session to a server with another key', async () => {
  await using other = await startDemo();
  const options = gatewayOptions(demo, await tempDir());
  await writeSession(demo, options.sessionFile);
  await using gateway = createGateway({ ...options, server: gatewayOptions(other, '').server });
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'login-required' });
  expect(other.report().traffic).toMatchObject({ connections: 0 });
});

it('fails at once where nobody listens', async () => {
  const server = await elsewhere((socket) => socket.destroy(), 'closed');
  const gateway = await readyGateway(demo, { server });
  const started = performance.now();
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({
    code: 'unreachable',
    exitCode: 5,
    hint: `is the server at ${server.host}:${server.port} running?`,
  });
  expect(performance.now() - started).toBeLessThan(3000);
});

it('goes on trying where nobody answered: calls wait for that, and the next connect finishes what was begun', async () => {
  let isReachable = false;
  const { port } = demo.listening.dcs[0]!;
  const server = await elsewhere((socket) => {
    if (isReachable) relay(socket, port);
    else socket.destroy();
  });
  const { events, until } = recordEvents();
  const gateway = await readyGateway(demo, { server, events, reconnectDelaysMs: [10, 10] });
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'unreachable' });
  await until(isState('offline'));
  await expect(allChats(gateway)).rejects.toMatchObject({ code: 'unreachable' });
  isReachable = true;
  expect((await allChats(gateway)).length).toBeGreaterThan(10);
  await until(isState('online'));
  const [one, other] = await Promise.all([gateway.connect(NEVER), gateway.connect(NEVER)]);
  expect(one).toMatchObject({ name: 'Demo Listener' });
  expect(other).toBe(one);
});

it('is waited for by several, each of whom may leave; when the last one has left it is given up', async () => {
  const held: Socket[] = [];
  const server = await elsewhere((socket) => held.push(socket));
  const gateway = await readyGateway(demo, { server });
  const connect = () => {
    const abort = new AbortController();
    return { abort: () => abort.abort(), account: gateway.connect(abort.signal) };
  };
  const [first, second, third] = [connect(), connect(), connect()];
  second.abort();
  await expect(second.account).rejects.toMatchObject({ code: 'cancelled' });
  first.abort();
  await expect(first.account).rejects.toMatchObject({ code: 'cancelled' });
  await vi.waitUntil(() => held.length === 1);
  const hungUp = once(held[0]!, 'close');
  third.abort();
  const next = connect();
  await expect(third.account).rejects.toMatchObject({ code: 'cancelled' });
  held[0]!.resume();
  await hungUp;
  await vi.waitUntil(() => held.length === 2);
  const last = connect();
  next.abort();
  await expect(next.account).rejects.toMatchObject({ code: 'cancelled' });
  relay(held[1]!, demo.listening.dcs[0]!.port);
  expect(await last.account).toMatchObject({ name: 'Demo Listener' });
});

it('fails within the deadline where somebody listens and never answers', async () => {
  const gateway = await readyGateway(demo, {
    server: await elsewhere(() => {}),
    connectTimeoutMs: 300,
    requestTimeoutMs: 300,
  });
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'timeout', exitCode: 5 });
});

it('fails where the connection is dropped in the middle of the greeting', async () => {
  const gateway = await readyGateway(demo, {
    server: await elsewhere((socket) => socket.once('data', () => socket.destroy())),
  });
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'unreachable' });
});

it('stops connecting when told to', async () => {
  const gateway = await readyGateway(demo, { server: await elsewhere(() => {}) });
  const abort = new AbortController();
  const connecting = gateway.connect(abort.signal);
  setTimeout(() => abort.abort(), 50);
  await expect(connecting).rejects.toMatchObject({ code: 'cancelled', exitCode: 130 });
});

// GramJS hangs for ever on a key that the server has forgotten (transport error -404).
it('asks for a login when the server no longer knows the key', async () => {
  const gateway = await readyGateway(demo, { account: 2 });
  demo.forgetKeys(demo.accounts[2]!.id);
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'login-required', exitCode: 3 });
});

it('asks for a login when the session was ended from another device', async () => {
  const gateway = await readyGateway(demo, { account: 2 });
  demo.revokeLogins(demo.accounts[2]!.id);
  await expect(gateway.connect(NEVER)).rejects.toMatchObject({ code: 'login-required' });
});

it('leaves neither sockets nor timers behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  for (let round = 0; round < 3; round++) {
    const gateway = await readyGateway(demo);
    await gateway.connect(NEVER);
    await gateway.laneCredentials(4, NEVER, true);
    await gateway[Symbol.asyncDispose]();
  }
  expect(timers()).toBeLessThanOrEqual(before);
  await expect.poll(() => demo.report().traffic.connections).toBe(0);
});

// disconnect() and destroy() of GramJS keep the process alive for half a minute.
it('lets the process end promptly', async () => {
  const options = gatewayOptions(demo, await tempDir());
  await writeSession(demo, options.sessionFile);
  const { events: _, ...plain } = options;
  const child = spawn(process.execPath, runTypescript('short_visit.ts', JSON.stringify(plain)), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const closedAt = performance.now();
  expect(line.toString()).toBe('before: 0 files of GramJS; Demo Listener; closed\n');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  expect(performance.now() - closedAt).toBeLessThan(1000);
});

it('refuses a proxy or key that is none before anything else', async () => {
  const options = gatewayOptions(demo, '/nowhere');
  const usage = expect.objectContaining({ code: 'usage', exitCode: 2 });
  expect(() => createGateway({ ...options, proxy: 'http://127.0.0.1:8080' })).toThrowError(usage);
  expect(() => createGateway({ ...options, proxy: 'nonsense' })).toThrowError(usage);
  expect(() => createGateway({ ...options, server: { ...options.server, publicKeyPem: 'x' } })).toThrowError(
    usage,
  );
});

it('makes the session directory private', async () => {
  const options = gatewayOptions(demo, await tempDir());
  await writeSession(demo, options.sessionFile);
  await using gateway = createGateway(options);
  await gateway.connect(NEVER);
  expect((await stat(dirname(options.sessionFile))).mode & 0o777).toBe(0o700);
});

/** A server of another kind on a free port, in place of the demo. */
/** Passes on what is said, both ways, to a port of this machine. */
function relay(socket: Socket, port: number): void {
  const there = connect(port, '127.0.0.1');
  there.on('error', () => socket.destroy());
  there.on('close', () => socket.destroy());
  socket.on('close', () => there.destroy());
  socket.pipe(there).pipe(socket);
}

async function elsewhere(serve: (socket: Socket) => void, state: 'open' | 'closed' = 'open') {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  if (state === 'closed') close();
  else onTestFinished(close);
  return { ...gatewayOptions(demo, '').server, port };
}
