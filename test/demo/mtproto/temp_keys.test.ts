import { expect, test } from 'vitest';
import type { RawClient, RawKey } from './raw_client.js';
import { bindRequest } from './raw_handshake.js';
import { echo, startWorld, type World } from './world.js';

const TRUE = 0x997275b5;

async function bind(client: RawClient, permanent: RawKey, lie?: bigint): Promise<Buffer> {
  const id = client.nextId();
  client.send(bindRequest(client, permanent, id, lie), true, { id });
  return client.result(id);
}

const errorOf = (result: Buffer): string => {
  expect(result.readUInt32LE()).toBe(0x2144ca19);
  return result.toString('utf8', 9, 9 + result[8]!);
};

async function keyPair(world: World): Promise<{ permanent: RawClient; temporary: RawClient }> {
  return { permanent: await world.connect(), temporary: await world.connect({ expiresIn: 3600, dc: 2 }) };
}

test('a bound temporary key speaks for its permanent key', async () => {
  await using world = await startWorld();
  const { permanent, temporary } = await keyPair(world);
  expect(errorOf(await temporary.call(echo('x')))).toBe('AUTH_KEY_PERM_EMPTY');
  expect((await bind(temporary, permanent.key!)).readUInt32LE()).toBe(TRUE);
  await temporary.call(echo('x'));
  await permanent.call(echo('x'));
  const [first, second] = world.service.calls.map(({ context }) => context.authKeyId);
  expect(first).toBe(second);
  world.server.push(first!, Buffer.from('7eaf17e3', 'hex'));
  await temporary.expect(0xe317af7e);
  await permanent.expect(0xe317af7e);
});

test('a false proof is refused', async () => {
  await using world = await startWorld();
  const { permanent, temporary } = await keyPair(world);
  expect(errorOf(await bind(temporary, permanent.key!, 1n))).toBe('ENCRYPTED_MESSAGE_INVALID');
  const stolen = { bytes: Buffer.from(permanent.key!.bytes), salt: 0n };
  stolen.bytes[20]! ^= 1;
  expect(errorOf(await bind(temporary, stolen))).toBe('ENCRYPTED_MESSAGE_INVALID');
  const other = temporary.nextId();
  const result = temporary.call(bindRequest(temporary, permanent.key!, other));
  expect(errorOf(await result)).toBe('ENCRYPTED_MESSAGE_INVALID');
  expect(errorOf(await temporary.call(echo('x')))).toBe('AUTH_KEY_PERM_EMPTY');
});

test('only a temporary key can be bound, and only to one permanent key', async () => {
  await using world = await startWorld();
  const { permanent, temporary } = await keyPair(world);
  expect(errorOf(await bind(permanent, permanent.key!))).toBe('TEMP_AUTH_KEY_EMPTY');
  await bind(temporary, permanent.key!);
  const second = await world.connect();
  expect(errorOf(await bind(temporary, second.key!))).toBe('TEMP_AUTH_KEY_ALREADY_BOUND');
});

test('a temporary key expires', async () => {
  let now = Date.now();
  await using world = await startWorld({ clock: () => now });
  const temporary = await world.connect({ expiresIn: 2 });
  now += 3000;
  temporary.send(echo('x'));
  expect(await temporary.transportError()).toBe(-404);
  await world.connect();
  expect(world.server.stats().keys, 'cleared away with the next handshake').toBe(1);
});

test('a permanent key that is forgotten takes its temporary keys with it', async () => {
  await using world = await startWorld();
  const { permanent, temporary } = await keyPair(world);
  await bind(temporary, permanent.key!);
  await temporary.call(echo('x'));
  const { authKeyId } = world.service.calls[0]!.context;
  world.server.forgetKey(authKeyId);
  for (const client of [permanent, temporary]) {
    client.send(echo('x'));
    expect(await client.transportError()).toBe(-404);
  }
  expect(world.service.forgotten).toHaveLength(2);
});
