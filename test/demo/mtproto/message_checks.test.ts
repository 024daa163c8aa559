import { expect, test } from 'vitest';
import { int, long, type Overrides, type RawClient, vector } from './raw_client.js';
import { echo, startWorld } from './world.js';

const BAD_MESSAGE = 0xa7eff811;
const PONG = 0x347773c5;
const ping = Buffer.concat([int(0x7abe77ec), long(5n)]);

async function codeFor(client: RawClient, id: bigint): Promise<number> {
  const { body } = await client.expect(BAD_MESSAGE);
  expect(body.readBigInt64LE(4)).toBe(id);
  return body.readUInt32LE(16);
}

const secondsFromNow = (seconds: number): bigint => BigInt(Math.floor(Date.now() / 1000) + seconds) << 32n;

test.each<[number, string, () => Overrides]>([
  [16, 'too old', () => ({ id: secondsFromNow(-310) })],
  [17, 'from the future', () => ({ id: secondsFromNow(40) })],
  [18, 'not divisible by four', () => ({ id: secondsFromNow(0) + 1n })],
  [35, 'a call with an even number', () => ({ seqno: 8 })],
])('%i: %s', async (code, _, overrides) => {
  await using world = await startWorld();
  const client = await world.connect();
  const id = client.send(echo('x'), true, overrides());
  expect(await codeFor(client, id)).toBe(code);
  expect(world.service.calls).toEqual([]);
});

test('5 minutes behind and half a minute ahead are allowed', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  await client.result(client.send(echo('x'), true, { id: secondsFromNow(-295), seqno: 1 }));
  await client.result(client.send(echo('x'), true, { id: secondsFromNow(28), seqno: 3 }));
});

test('32 and 33: sequence numbers against the order of ids', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const early = client.nextId();
  await client.result(client.send(echo('x'), true, { seqno: 5 }));
  const low = client.send(echo('x'), true, { seqno: 3 });
  expect(await codeFor(client, low)).toBe(32);
  const same = client.send(echo('x'), true, { seqno: 5 });
  expect(await codeFor(client, same)).toBe(32);
  client.send(echo('x'), true, { id: early, seqno: 7 });
  expect(await codeFor(client, early)).toBe(33);
  expect(world.service.calls).toHaveLength(1);
});

test('20: too old to know whether it was received', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const early = client.nextId();
  for (let i = 0; i < 1025; i++) client.send(ping, false);
  for (let i = 0; i < 1025; i++) await client.expect(PONG);
  client.send(ping, false, { id: early, seqno: 0 });
  expect(await codeFor(client, early)).toBe(20);
});

test('34: a container with an odd number; 19: one that was sent before', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const container = Buffer.concat([int(0x73f1f8dc), int(0)]);
  const odd = client.send(container, true);
  expect(await codeFor(client, odd)).toBe(34);
  const id = client.send(container, false, { seqno: 0 });
  client.send(container, false, { id, seqno: 0 });
  expect(await codeFor(client, id)).toBe(19);
});

test('64: a container in a container, or with an id above its own', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const wrap = (id: bigint, body: Buffer): Buffer =>
    Buffer.concat([int(0x73f1f8dc), int(1), long(id), int(1), int(body.length), body]);
  const nested = client.send(wrap(client.nextId(), Buffer.concat([int(0x73f1f8dc), int(0)])), false);
  expect(await codeFor(client, nested)).toBe(64);
  const above = client.send(wrap(secondsFromNow(10), echo('x')), false);
  expect(await codeFor(client, above)).toBe(64);
});

test('a message too old by itself is accepted inside a container', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const id = secondsFromNow(-1000);
  const body = echo('late');
  client.send(Buffer.concat([int(0x73f1f8dc), int(1), long(id), int(1), int(body.length), body]), false, {
    seqno: 2,
  });
  expect(await client.result(id)).toEqual(body);
});

test('more ids or messages than allowed: transport error 429', async () => {
  await using world = await startWorld();
  const ids = Array.from({ length: 8193 }, (_, i) => BigInt(i));
  const first = await world.connect();
  first.send(Buffer.concat([int(0x62d6b459), vector(ids)]), false);
  expect(await first.transportError()).toBe(-429);
  const second = await world.connect();
  second.send(Buffer.concat([int(0x73f1f8dc), int(1021)]), false);
  expect(await second.transportError()).toBe(-429);
});

test('48: the right salt comes back, no session is made, and the same id is then good', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const right = client.key!.salt;
  const id = client.send(echo('x'), true, { salt: 0n, seqno: 1 });
  const { body } = await client.expect(0xedab447b);
  expect([body.readBigInt64LE(4), body.readUInt32LE(12), body.readUInt32LE(16)]).toEqual([id, 1, 48]);
  expect(body.readBigInt64LE(20)).toBe(right);
  expect(world.server.stats().sessions).toBe(0);
  client.send(echo('x'), true, { id, seqno: 1 });
  expect(await client.result(id)).toEqual(echo('x'));
});
