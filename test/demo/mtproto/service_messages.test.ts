import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { int, long, newSession, string, vector } from './raw_client.js';
import { echo, METHOD, part, startWorld } from './world.js';

const ID = { newSession: 0x9ec20908, pong: 0x347773c5, stateInfo: 0x04deb57d, detailedInfo: 0x276d3ec6 };
const waitCall = Buffer.concat([int(METHOD.wait), int(0)]);

test('ping and ping_delay_disconnect get a bare pong', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const first = client.send(Buffer.concat([int(0x7abe77ec), long(77n)]), false);
  const { body } = await client.expect(ID.pong);
  expect([body.readBigInt64LE(4), body.readBigInt64LE(12)]).toEqual([first, 77n]);
  client.send(Buffer.concat([int(0xf3427b8c), long(78n), int(0)]), false);
  expect((await client.expect(ID.pong)).body.readBigInt64LE(12)).toBe(78n);
  await client.closed;
});

test('get_future_salts: a bare list, each salt good in its time', async () => {
  let now = Date.now();
  await using world = await startWorld({ clock: () => now });
  const client = await world.connect();
  const id = client.send(Buffer.concat([int(0xb921bd04), int(3)]));
  const { body } = await client.expect(0xae500895);
  expect([body.readBigInt64LE(4), body.readUInt32LE(16)]).toEqual([id, 3]);
  expect(body).toHaveLength(20 + 3 * 16);
  const salts = [0, 1, 2].map((i) => ({
    since: body.readUInt32LE(20 + i * 16),
    until: body.readUInt32LE(24 + i * 16),
    salt: body.readBigInt64LE(28 + i * 16),
  }));
  expect(salts[0]!.salt).toBe(client.key!.salt);
  for (const { since, until, salt } of salts.slice(1)) {
    for (const time of [since + 1, until - 1]) {
      now = time * 1000;
      const message = { id: BigInt(time) << 32n, seqno: 1, body: echo('x') };
      client.session = newSession();
      client.sendPayload(client.encrypt(client.key!, message, salt));
      expect(await client.result(message.id)).toEqual(echo('x'));
    }
    now = (until + 1) * 1000;
    client.session = newSession();
    const message = { id: BigInt(until + 1) << 32n, seqno: 1, body: echo('x') };
    client.sendPayload(client.encrypt(client.key!, message, salt));
    await client.expect(0xedab447b);
  }
});

test('msgs_state_req tells what was received, runs, is answered, or was never seen', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const never = client.nextId();
  const answered = client.send(echo('x'));
  await client.result(answered);
  const running = client.send(waitCall);
  await world.service.called(2);
  const above = running + (9n << 32n);
  const id = client.send(Buffer.concat([int(0xda69fb52), vector([never, answered, running, above])]));
  const { body } = await client.expect(ID.stateInfo);
  expect(body.readBigInt64LE(4)).toBe(id);
  expect([...body.subarray(12, 17)]).toEqual([4, 2, 4 + 8 + 64, 4 + 8 + 32, 3]);
});

test('a call that takes long is acknowledged before it is answered', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const id = client.send(waitCall);
  const { body } = await client.expect(0x62d6b459);
  expect(body.readBigInt64LE(12)).toBe(id);
  world.service.release();
  expect(await client.result(id)).toEqual(waitCall);
});

test('a repeated request is not run again; its answer comes again, or word of it when it is large', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const small = client.send(echo('x'), true, { seqno: 1 });
  const first = await client.expect(0xf35c6d01);
  client.send(echo('x'), true, { id: small, seqno: 1 });
  expect(await client.expect(0xf35c6d01)).toEqual(first);
  const large = client.send(part(100_000), true, { seqno: 3 });
  const answer = await client.expect(0xf35c6d01);
  client.send(part(100_000), true, { id: large, seqno: 3 });
  const { body } = await client.expect(ID.detailedInfo);
  expect([body.readBigInt64LE(4), body.readBigInt64LE(12)]).toEqual([large, answer.id]);
  client.send(Buffer.concat([int(0x7d861a08), vector([answer.id])]), false, { seqno: 4 });
  expect(await client.expect(0xf35c6d01)).toEqual(answer);
  client.send(Buffer.concat([int(0x8610baeb), vector([large])]), false, { seqno: 4 });
  expect(await client.expect(0xf35c6d01)).toEqual(answer);
  expect(world.service.calls).toHaveLength(2);
});

test('msg_resend_req for what was acknowledged gets msgs_state_info', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  client.send(echo('x'));
  const { id } = await client.expect(0xf35c6d01);
  client.send(Buffer.concat([int(0x62d6b459), vector([id])]), false);
  const request = client.send(Buffer.concat([int(0x7d861a08), vector([id])]), false);
  expect((await client.expect(ID.stateInfo)).body.readBigInt64LE(4)).toBe(request);
});

test('rpc_drop_answer: unknown, running, already answered', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const drop = (id: bigint) => client.call(Buffer.concat([int(0x58e4a740), long(id)]));
  expect((await drop(client.nextId())).readUInt32LE()).toBe(0x5e2ad36e);
  const running = client.send(waitCall);
  await world.service.called(1);
  expect((await drop(running)).readUInt32LE()).toBe(0xcd78e586);
  world.service.release();
  const done = client.send(echo('x'));
  const answer = await client.expect(0xf35c6d01);
  expect(answer.body.readBigInt64LE(4)).toBe(done);
  const dropped = await drop(done);
  expect([dropped.readUInt32LE(), dropped.readBigInt64LE(4)]).toEqual([0xa43ad8b7, answer.id]);
});

test('destroy_session forgets another session, and knows none twice', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const other = client.session;
  await client.call(echo('x'));
  client.session = newSession();
  const request = Buffer.concat([int(0xe7512126), long(other.id)]);
  client.send(request);
  expect((await client.expect(0xe22045fc)).body.readBigInt64LE(4)).toBe(other.id);
  client.send(request);
  await client.expect(0x62d350c9);
  expect(world.server.stats().sessions).toBe(1);
});

test('destroy_auth_key: ok, then nobody knows the key', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  await client.call(echo('x'));
  client.send(int(0xd1435160));
  await client.expect(0xf660e1d4);
  client.send(echo('x'));
  expect(await client.transportError()).toBe(-404);
  expect(world.service.forgotten).toEqual([world.service.calls[0]!.context.authKeyId]);
});

test('new_session_created once, with the lowest id of the packet', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const { ids } = client.sendTogether([echo('1'), echo('2')]);
  const created = await client.expect(ID.newSession);
  expect(created.body.readBigInt64LE(4)).toBe(ids[0]);
  expect(created.body.readBigInt64LE(20)).toBe(client.key!.salt);
  expect([await client.result(ids[1]!), await client.result(ids[0]!)]).toEqual([echo('2'), echo('1')]);
  await client.call(echo('3'));
  expect(client.inbox).toEqual([]);
});

test.each([
  ['gzip', gzipSync],
  ['zlib', deflateSync],
])('gzip_packed requests in a %s stream', async (_, packer) => {
  await using world = await startWorld();
  const client = await world.connect();
  const packed = Buffer.concat([int(0x3072cfa1), string(packer(echo('packed')))]);
  expect(await client.call(packed)).toEqual(echo('packed'));
  const ping = Buffer.concat([int(0x7abe77ec), long(9n)]);
  client.send(Buffer.concat([int(0x3072cfa1), string(packer(ping))]));
  expect((await client.expect(ID.pong)).body.readBigInt64LE(12)).toBe(9n);
});

test('a packed bomb and packed noise end the connection, not the server', async () => {
  await using world = await startWorld();
  for (const data of [gzipSync(Buffer.alloc(64 << 20)), Buffer.from('noise')]) {
    const client = await world.connect();
    client.send(Buffer.concat([int(0x3072cfa1), string(data)]));
    await client.closed;
  }
  expect(world.logged).toEqual([]);
});

test('large answers are packed, parts of files are not', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const text = Buffer.concat([int(METHOD.echo), Buffer.alloc(50_000, 'abc')]);
  expect(await client.call(text)).toEqual(text);
  const before = world.server.stats().bytesWritten;
  expect(before).toBeLessThan(10_000);
  await client.call(part(50_000));
  expect(world.server.stats().bytesWritten - before).toBeGreaterThan(50_000);
});

test('errors of the API: its own, and a bug', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const flood = await client.call(int(METHOD.fail));
  expect([flood.readUInt32LE(), flood.readInt32LE(4)]).toEqual([0x2144ca19, 420]);
  expect(flood.toString('utf8', 9, 21)).toBe('FLOOD_WAIT_7');
  const bug = await client.call(int(METHOD.crash));
  expect(bug.readInt32LE(4)).toBe(500);
  expect(bug.toString('utf8', 9, 17)).toBe('INTERNAL');
  expect(world.logged).toHaveLength(1);
  expect(world.logged[0]).toContain('bug in the API');
});
