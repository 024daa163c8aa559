import { expect, test } from 'vitest';
import { Bandwidth } from '../../../src/demo/mtproto/bandwidth.js';
import { int, RawClient } from './raw_client.js';
import { echo, part, startWorld } from './world.js';

test('latency: late by as much, in order, with many in flight', async () => {
  await using world = await startWorld({ latencyMs: 60 });
  const client = await world.connect();
  const start = performance.now();
  const ids = Array.from({ length: 20 }, (_, i) => client.send(i % 2 ? echo(String(i)) : part(2000)));
  const results = ids.map((id) => client.result(id));
  await Promise.all(results);
  const took = performance.now() - start;
  expect(took).toBeGreaterThan(59);
  expect(took, 'one after the other would take 20 times as long').toBeLessThan(1100);
});

test('bandwidth: all connections together are never faster', async () => {
  const bytesPerSecond = 4e6;
  await using world = await startWorld({ bandwidth: bytesPerSecond });
  const first = await world.connect();
  const second = await first.reconnect(world.port, 'abridged');
  const third = await world.connect(undefined, 1);
  const before = world.server.stats().bytesWritten;
  const start = performance.now();
  await Promise.all(
    [first, second, third].map(async (client) => {
      const ids = Array.from({ length: 8 }, () => client.send(part(100_000)));
      for (const id of ids) await client.result(id);
    }),
  );
  const seconds = (performance.now() - start + Bandwidth.BURST) / 1000;
  const rate = (world.server.stats().bytesWritten - before) / seconds;
  expect(rate).toBeLessThanOrEqual(bytesPerSecond);
});

test('bandwidth: the clock is exact however late the timers are', () => {
  const bandwidth = new Bandwidth(1e6);
  let now = 1000;
  let sent = 0;
  for (let i = 0; i < 1000; i++) {
    const due = bandwidth.reserve(bandwidth.slice, now);
    if (due > now) now = due + (i % 7);
    sent += bandwidth.slice;
  }
  const rate = sent / ((now - 1000 + Bandwidth.BURST) / 1000);
  expect(rate / 1e6).toBeGreaterThan(0.98);
  expect(rate / 1e6).toBeLessThanOrEqual(1);
});

test('a client that does not read costs no more than what is on its way, and gets all in the end', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  client.pause();
  const ids = Array.from({ length: 40 }, () => client.send(part(1 << 20)));
  await world.service.called(40);
  expect(world.server.stats().bytesWritten).toBeLessThan(20 << 20);
  client.resume();
  for (const id of ids) expect(await client.result(id)).toHaveLength(1 << 20);
});

test('close ends what is under way', async () => {
  const world = await startWorld({ latencyMs: 10_000 });
  const client = await RawClient.connect(world.port);
  client.sendPayload(Buffer.concat([Buffer.alloc(16), int(20), int(0xbe7e8ef1), Buffer.alloc(16)]));
  await expect.poll(() => world.server.stats().bytesRead).toBeGreaterThan(40);
  await world.server.close();
  await client.closed;
  expect(world.server.stats()).toMatchObject({ connections: 0, bytesWritten: 0 });
});
