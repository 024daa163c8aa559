import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { DemoServer } from '../../../src/demo/server.js';
import { startDemo } from '../../helpers/demo.js';
import {
  allChats,
  connectedGateway,
  isState,
  NEVER,
  readyGateway,
  recordEvents,
  strikeNext,
  watchConsole,
} from './support.js';

let demo: DemoServer;
beforeAll(async () => {
  demo = await startDemo({ floodSeconds: [1, 1] });
});
afterAll(() => demo.close());
watchConsole();

const stateEvents = (seen: readonly { name: string; payload: object }[]) =>
  seen.flatMap(({ name, payload }) =>
    name === 'connection.state' && 'state' in payload ? [payload.state] : [],
  );

// GramJS has no request timeouts at all.
it('asks again when an answer is lost', async () => {
  const { events, seen } = recordEvents();
  const gateway = await connectedGateway(demo, { events, requestTimeoutMs: 200 });
  const faults = strikeNext(demo, 'silence');
  expect((await allChats(gateway)).length).toBeGreaterThan(10);
  expect(faults.left).toEqual([]);
  expect(stateEvents(seen)).toEqual(['connecting', 'online']);
});

it('gives up on a server that never answers again, in bounded time', async () => {
  const gateway = await connectedGateway(demo, {
    requestTimeoutMs: 100,
    connectTimeoutMs: 300,
    reconnectDelaysMs: [10],
  });
  const spy = vi.spyOn(demo.faults, 'strikes').mockImplementation((name) => name === 'silence');
  try {
    const chats = allChats(gateway);
    await expect(chats).rejects.toMatchObject({ exitCode: 5 });
  } finally {
    spy.mockRestore();
  }
});

it('replaces a packet that was damaged on its way without waiting for a deadline', async () => {
  const gateway = await connectedGateway(demo);
  const faults = strikeNext(demo, 'corrupt');
  const started = performance.now();
  await allChats(gateway);
  expect(faults.left).toEqual([]);
  expect(performance.now() - started).toBeLessThan(5000);
});

it.each(['disconnect', 'bad-salt', 'rpc-fail', 'timeout', 'slow-start'] as const)(
  'survives %s',
  async (fault) => {
    const gateway = await readyGateway(demo);
    if (fault === 'slow-start') strikeNext(demo, fault);
    await gateway.connect(NEVER);
    const faults = strikeNext(demo, ...(fault === 'slow-start' ? [] : [fault]));
    expect((await allChats(gateway)).length).toBeGreaterThan(10);
    expect(faults.left).toEqual([]);
  },
);

// GramJS sleeps through floods without a word.
it('waits when Telegram asks it to, visibly', async () => {
  const { events, seen } = recordEvents();
  const gateway = await connectedGateway(demo, { events });
  strikeNext(demo, 'flood');
  const started = performance.now();
  await allChats(gateway);
  expect(performance.now() - started).toBeGreaterThan(900);
  const waits = seen.filter(({ name }) => name === 'flood.wait').map(({ payload }) => payload);
  expect(waits).toEqual([
    { seconds: 1, method: expect.stringMatching(/^messages\./), until: expect.any(Number) },
  ]);
  expect(demo.report().ignoredFloods).toBe(0);
});

it('reports a wait that is longer than it may sit out', async () => {
  const gateway = await connectedGateway(demo, { maxFloodWaitSeconds: 0, account: 1 });
  strikeNext(demo, 'flood');
  await expect(allChats(gateway)).rejects.toMatchObject({ code: 'flood-wait', seconds: 1 });
});

it('reconnects by itself, and says so', async () => {
  const { events, seen, until } = recordEvents();
  const gateway = await connectedGateway(demo, { events });
  demo.dropConnections();
  await until(isState('reconnecting'));
  seen.splice(0);
  await until(isState('online'));
  expect((await allChats(gateway)).length).toBeGreaterThan(10);
});

it('goes on with what was under way when the connection broke', async () => {
  const gateway = await connectedGateway(demo);
  const chats = Promise.all(Array.from({ length: 5 }, () => allChats(gateway)));
  demo.dropConnections();
  expect((await chats).map((list) => list.length)).toEqual(Array(5).fill((await chats)[0]!.length));
});

// GramJS tries for ever by default.
it('notices that it is offline, and comes back when the server does', async () => {
  const first = await startDemo();
  const [home, other] = first.listening.dcs;
  const { events, until } = recordEvents();
  const gateway = await connectedGateway(first, { events, reconnectDelaysMs: [10, 10] });
  await first.close();
  await until(isState('offline'));
  await expect(allChats(gateway)).rejects.toMatchObject({ code: 'unreachable', exitCode: 5 });
  // The same ports, but nobody knows the key any more: reached, and honest about it.
  await using second = await startDemo({ ports: [home!.port, other!.port] });
  expect(second.listening.dcs).toEqual(first.listening.dcs);
  await expect(allChats(gateway)).rejects.toMatchObject({ code: 'login-required' });
  await until(({ name }) => name === 'login.required');
});

it('says that a login is required when the session is ended meanwhile', async () => {
  const { events, until } = recordEvents();
  const gateway = await connectedGateway(demo, { events, account: 2 });
  demo.revokeLogins(demo.accounts[2]!.id);
  await expect(allChats(gateway)).rejects.toMatchObject({ code: 'login-required', exitCode: 3 });
  await until(({ name }) => name === 'login.required');
  await expect(allChats(gateway)).rejects.toMatchObject({ code: 'login-required' });
});

it('stops a call when told to', async () => {
  const gateway = await connectedGateway(demo);
  const abort = new AbortController();
  strikeNext(demo, 'silence');
  const resolving = gateway.resolve('@night_ferry_radio', abort.signal);
  setTimeout(() => abort.abort(), 30);
  await expect(resolving).rejects.toMatchObject({ code: 'cancelled' });
});
