import { expect, test } from 'vitest';
import { newSession } from './raw_client.js';
import { echo, part, startWorld } from './world.js';

const BAD_SALT = 0xedab447b;
const RESULT = 0xf35c6d01;

test('disconnect: closed in place of the answer, which comes after the reconnect', async () => {
  await using world = await startWorld({ faults: { disconnect: 1 } });
  const client = await world.connect();
  const id = client.send(part(50_000));
  await client.closed;
  const again = await client.reconnect(world.port);
  again.sendPayload(again.encrypt(again.key!, { id: again.nextId(), seqno: 2, body: pingBody() }));
  expect(await again.result(id)).toHaveLength(50_000);
});

test('reset: half of a part, then a reset; small answers are spared', async () => {
  await using world = await startWorld({ faults: { reset: 1 } });
  const client = await world.connect();
  expect(await client.call(echo('small'))).toEqual(echo('small'));
  const before = world.server.stats().bytesWritten;
  client.send(part(100_000));
  await client.closed;
  const written = world.server.stats().bytesWritten - before;
  expect(written).toBeGreaterThan(49_000);
  expect(written).toBeLessThan(51_000);
});

test('silence: no answer to calls, but the connection lives', async () => {
  await using world = await startWorld({ faults: { silence: 1 } });
  const client = await world.connect();
  client.send(echo('x'));
  client.send(pingBody(), false);
  await client.expect(0x347773c5);
  expect(client.inbox.map(({ body }) => body.readUInt32LE())).toEqual([0x9ec20908]);
  expect(world.service.calls).toEqual([]);
});

test('bad-salt: a fresh salt, with which it works', async () => {
  await using world = await startWorld({ faults: { 'bad-salt': 0.5 } });
  const client = await world.connect();
  const salts = new Set<bigint>();
  for (let calls = 0; calls < 12; calls++) {
    client.session = newSession();
    client.send(echo('x'));
    const { body } = await client.expect(BAD_SALT, RESULT);
    if (body.readUInt32LE() !== BAD_SALT) continue;
    client.key!.salt = body.readBigInt64LE(20);
    salts.add(client.key!.salt);
  }
  expect(salts.size).toBeGreaterThan(1);
  expect(salts.size + world.service.calls.length).toBe(12);
});

test('corrupt: the message key does not fit', async () => {
  await using world = await startWorld({ faults: { corrupt: 1 } });
  const client = await world.connect();
  await expect(client.call(part(10_000))).rejects.toThrow('wrong message key');
});

test('revoke: the key of another data centre is forgotten, that of the home never', async () => {
  await using world = await startWorld({ faults: { revoke: 1 } });
  const home = await world.connect();
  expect(await home.call(echo('x'))).toEqual(echo('x'));
  const foreign = await world.connect(undefined, 1);
  foreign.send(echo('x'));
  expect(await foreign.transportError()).toBe(-404);
  const again = await foreign.reconnect(world.ports[1]!);
  again.send(echo('x'));
  expect(await again.transportError()).toBe(-404);
  expect(world.service.forgotten).toHaveLength(1);
});

test('slow-start: the first answers of a connection come late, the next do not', async () => {
  await using world = await startWorld({ faults: { 'slow-start': 1 } });
  const start = performance.now();
  const client = await world.connect();
  for (let i = 0; i < 3; i++) await client.call(echo('slow'));
  expect(performance.now() - start).toBeGreaterThan(4 * 390);
  const fast = performance.now();
  for (let i = 0; i < 10; i++) await client.call(echo('fast'));
  expect(performance.now() - fast, 'ten slow ones take 4 s').toBeLessThan(2000);
});

function pingBody(): Buffer {
  return Buffer.from('ec77be7a0100000000000000', 'hex');
}
