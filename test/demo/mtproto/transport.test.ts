import { expect, test } from 'vitest';
import { RawClient } from './raw_client.js';
import { hash, ige, messageAes } from './raw_crypto.js';
import { handshake } from './raw_handshake.js';
import { TRANSPORT_NAMES } from './raw_transport.js';
import { echo, part, startWorld } from './world.js';

test.each(TRANSPORT_NAMES)('%s: requests in pieces of one byte, answers of every size', async (name) => {
  await using world = await startWorld();
  const maker = await world.connect();
  const client = await maker.reconnect(world.port, name);
  for (const size of [8, 496, 508, 4096, 1 << 20]) expect(await client.call(part(size))).toHaveLength(size);
  const { write } = client;
  client.write = (bytes) => {
    for (const byte of bytes) write.call(client, Buffer.of(byte));
  };
  expect(await client.call(echo('slowly'))).toEqual(echo('slowly'));
});

test.each<[string, Buffer]>([
  ['intermediate of 2 GB', Buffer.from('eeeeeeeeffffff7f', 'hex')],
  ['intermediate of 0 bytes', Buffer.from('eeeeeeee00000000', 'hex')],
  ['abridged of 64 MB', Buffer.from('ef7fffffff', 'hex')],
  ['full of 4 GB', Buffer.from('ffffffff00000000', 'hex')],
  ['full with a wrong checksum', Buffer.concat([Buffer.from('1800000000000000', 'hex'), Buffer.alloc(16)])],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['TLS', Buffer.from('160301020001000001fc0303', 'hex')],
  ['64 bytes of no known transport', Buffer.alloc(64, 0x41)],
  ['a packet of noise', Buffer.concat([Buffer.from('eeeeeeee10000000', 'hex'), Buffer.alloc(16, 0x42)])],
])('closes on %s, and serves the next client', async (_, bytes) => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port, 'full');
  client.write(bytes);
  await client.closed;
  expect(world.logged).toEqual([]);
  const next = await world.connect();
  expect(await next.call(echo('next'))).toEqual(echo('next'));
});

test('no prefix or mutation of a good packet makes the server throw', async () => {
  await using world = await startWorld();
  const good = await world.connect();
  const packet = good.encrypt(good.key!, { id: good.nextId(), seqno: 1, body: echo('x') });
  const clients: RawClient[] = [];
  for (let i = 0; i < packet.length; i += 3) {
    const client = await RawClient.connect(world.port);
    const mutated = Buffer.from(packet);
    mutated[i]! ^= 0x55;
    client.sendPayload(mutated);
    clients.push(client);
  }
  const errors = await Promise.all(clients.map((client) => client.transportError()));
  expect(new Set(errors)).toEqual(new Set([-404]));
  expect(world.logged).toEqual([]);
});

test('answers -404 to a key that it does not know, and to one of another data centre', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const elsewhere = await client.reconnect(world.ports[1]!);
  elsewhere.send(echo('x'));
  expect(await elsewhere.transportError()).toBe(-404);
  const stranger = await RawClient.connect(world.port, 'abridged');
  stranger.key = { bytes: Buffer.alloc(256, 1), salt: 0n };
  stranger.send(echo('x'));
  expect(await stranger.transportError()).toBe(-404);
});

test.each(['abridged', 'padded', 'obfuscated-intermediate'] as const)('quick ack over %s', async (name) => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port, name);
  await handshake(client, world.server.publicKeyPem);
  const packet = client.encrypt(client.key!, { id: client.nextId(), seqno: 1, body: echo('x') });
  client.sendPayload(packet, true);
  const aes = messageAes(client.key!.bytes, packet.subarray(8, 24), 0);
  const plaintext = ige.decrypt(packet.subarray(24), aes.key, aes.iv);
  const token = hash('sha256', client.key!.bytes.subarray(88, 120), plaintext).subarray(0, 4);
  token[3]! |= 0x80;
  expect(await client.payload()).toEqual(token);
});
