import { expect, test } from 'vitest';
import { RetentionBudget, Unacknowledged } from '../../../src/demo/mtproto/unacknowledged.js';
import { int, long, newSession, vector } from './raw_client.js';
import { echo, METHOD, part, startWorld } from './world.js';

const RESULT = 0xf35c6d01;
const waitCall = Buffer.concat([int(METHOD.wait), int(0)]);
const updates = Buffer.concat([int(0xe317af7e)]);

test('an answer that was made while nobody was connected comes after the reconnect', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const id = client.send(waitCall);
  await world.service.called(1);
  client.destroy();
  await expect.poll(() => world.server.stats().connections).toBe(0);
  world.service.release();
  const again = await client.reconnect(world.port, 'abridged');
  again.send(Buffer.concat([int(0x7abe77ec), long(1n)]), false);
  expect(await again.result(id)).toEqual(waitCall);
  expect(world.service.calls).toHaveLength(1);
});

test('unacknowledged answers come again with their own ids, acknowledged ones do not; no second session', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  client.send(echo('1'));
  client.send(echo('2'));
  const first = await client.expect(RESULT);
  const second = await client.expect(RESULT);
  const created = await client.expect(0x9ec20908);
  client.send(Buffer.concat([int(0x62d6b459), vector([first.id, created.id])]), false);
  await client.call(echo('3'));
  client.destroy();
  await client.closed;
  const again = await client.reconnect(world.port);
  const id = again.send(echo('4'));
  expect(await again.expect(RESULT)).toEqual(second);
  expect(await again.result(id)).toEqual(echo('4'));
  expect(again.inbox.map(({ body }) => body.readUInt32LE())).toEqual([RESULT]);
  expect(again.inbox[0]!.body.subarray(12)).toEqual(echo('3'));
});

test('of a large answer written before the loss, only msg_detailed_info comes', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const id = client.send(part(200_000));
  const answer = await client.expect(RESULT);
  client.destroy();
  await client.closed;
  const again = await client.reconnect(world.port);
  again.send(Buffer.concat([int(0x7abe77ec), long(1n)]), false);
  const { body } = await again.expect(0x276d3ec6);
  expect([body.readBigInt64LE(4), body.readBigInt64LE(12)]).toEqual([id, answer.id]);
  expect(body.readUInt32LE(20)).toBe(answer.body.length);
});

test('sessions of one key are apart, and know the layer that each was told', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  await client.call(Buffer.concat([int(0xda9b0d0d), int(185), echo('layered')]));
  await client.call(echo('later'));
  client.session = newSession();
  await client.call(echo('other'));
  const [layered, later, other] = world.service.calls.map(({ context }) => context);
  expect([layered!.layer, later!.layer, other!.layer]).toEqual([185, 185, 198]);
  expect(layered!.sessionId).toBe(later!.sessionId);
  expect(other!.sessionId).not.toBe(later!.sessionId);
  expect(other!.authKeyId).toBe(later!.authKeyId);
});

test('updates go to the sessions of the key that take them, now or after a reconnect', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  await client.call(echo('x'));
  const silent = await client.reconnect(world.port);
  silent.session = newSession();
  await silent.call(Buffer.concat([int(0xbf9459b7), echo('x')]));
  const stranger = await world.connect();
  await stranger.call(echo('x'));
  const { authKeyId } = world.service.calls[0]!.context;
  world.server.push(authKeyId, updates);
  const pushed = await client.expect(0xe317af7e);
  expect([pushed.id & 3n, pushed.seqno & 1]).toEqual([3n, 1]);
  client.destroy();
  await client.closed;
  await expect.poll(() => world.server.stats().connections).toBe(2);
  world.server.push(authKeyId, updates);
  const again = await client.reconnect(world.port);
  await again.call(echo('x'));
  expect(again.inbox.filter(({ body }) => body.equals(updates))).toHaveLength(2);
  for (const other of [silent, stranger]) {
    await other.call(echo('y'));
    expect(other.inbox.some(({ body }) => body.equals(updates))).toBe(false);
  }
});

test('unacknowledged answers are bounded: the oldest are given up', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const ids: bigint[] = [];
  for (let i = 0; i < 10; i++) {
    ids.push(client.send(part(1 << 20)));
    await client.result(ids[i]!);
  }
  client.send(Buffer.concat([int(0x8610baeb), vector([ids[0]!, ids[9]!])]), false);
  await client.result(ids[9]!);
  await client.call(echo('end'));
  expect(client.inbox.map(({ body }) => body.readUInt32LE())).toEqual([0x9ec20908]);
});

test('all sessions together keep no more than the budget', () => {
  const budget = new RetentionBudget();
  const sessions = Array.from({ length: 40 }, () => new Unacknowledged(budget));
  const size = 1 << 20;
  for (let i = 0; i < 120; i++)
    sessions[i % 40]!.add({ id: BigInt(i), seqno: 1, pieces: [], size, wasSent: true, replyTo: BigInt(-i) });
  const kept = sessions.flatMap((session) => session.all().map(({ id }) => Number(id)));
  expect(kept.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i + 56));
  for (const session of sessions.slice(1)) session.clear();
  for (let i = 200; i < 208; i++)
    sessions[0]!.add({ id: BigInt(i), seqno: 1, pieces: [], size, wasSent: true });
  expect(sessions[0]!.all()).toHaveLength(8);
});
