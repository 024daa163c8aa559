import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Handshake } from '../../../src/demo/mtproto/handshake.js';
import { RsaKey } from '../../../src/demo/mtproto/rsa_key.js';
import { Random } from '../../../src/demo/random.js';
import { RawClient } from './raw_client.js';
import { type HandshakeTwist, handshake } from './raw_handshake.js';
import { TRANSPORT_NAMES } from './raw_transport.js';
import { echo, startWorld } from './world.js';

const DH_GEN_OK = 0x3bcbf734;
const DH_GEN_FAIL = 0xa69dae02;

test.each<[string, HandshakeTwist]>([
  ['req_pq_multi, RSA_PAD', {}],
  ['req_pq', { multi: false }],
  ['the padding of old', { oldPadding: true }],
  ['p_q_inner_data_dc', { dc: 2 }],
  ['a media data centre', { dc: -2 }],
  ['a test data centre', { dc: 10_002 }],
  ['p_q_inner_data_temp', { expiresIn: 60 }],
  ['p_q_inner_data_temp_dc', { expiresIn: 60, dc: 2 }],
])('agrees on a key: %s', async (_, twist) => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port);
  const { constructorId, hashIsRight } = await handshake(client, world.server.publicKeyPem, twist);
  expect(constructorId).toBe(DH_GEN_OK);
  expect(hashIsRight).toBe(true);
  expect(world.server.stats()).toMatchObject({ handshakes: 1, keys: 1 });
});

test.each(TRANSPORT_NAMES)('the salt from the nonces is good for the first call, over %s', async (name) => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port, name);
  await handshake(client, world.server.publicKeyPem);
  expect(await client.call(echo('hello'))).toEqual(echo('hello'));
  expect(client.inbox.map(({ body }) => body.readUInt32LE())).toEqual([0x9ec20908]);
});

test.each<[string, HandshakeTwist]>([
  ['another nonce in req_DH_params', { wrongNonce: 'offer' }],
  ['another nonce inside the encrypted part', { wrongNonce: 'inner' }],
  ['another nonce in set_client_DH_params', { wrongNonce: 'conclude' }],
  ['another nonce in client_DH_inner_data', { wrongNonce: 'dh' }],
  ['p and q exchanged', { wrongFactors: true }],
  ['a wrong hash of client_DH_inner_data', { wrongHash: true }],
  ['a fingerprint of another key', { fingerprint: 1n }],
  ['a temporary key without end', { expiresIn: 0 }],
])('refuses %s', async (_, twist) => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port);
  await expect(handshake(client, world.server.publicKeyPem, twist)).rejects.toThrow('transport error -404');
  expect(world.server.stats().keys).toBe(0);
});

test('refuses a key for another data centre with 444', async () => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port);
  await expect(handshake(client, world.server.publicKeyPem, { dc: 4 })).rejects.toThrow('-444');
});

test.each([0n, 1n, 2n ** 1000n, 2n ** 2048n - 1n])('answers dh_gen_fail to g_b = %#', async (gb) => {
  await using world = await startWorld();
  const client = await RawClient.connect(world.port);
  const { constructorId } = await handshake(client, world.server.publicKeyPem, { gb });
  expect(constructorId).toBe(DH_GEN_FAIL);
  expect(world.server.stats().keys).toBe(0);
});

test('makes the same handshake from the same random source', async () => {
  const resPqOf = async (seed: number): Promise<string> => {
    const random = new Random(seed);
    await using world = await startWorld({
      random: (length) => Buffer.from(Array.from({ length }, () => random.int(0, 255))),
    });
    const client = await RawClient.connect(world.port);
    const answer = await client.plain(Buffer.concat([Buffer.from('f18e7ebe', 'hex'), Buffer.alloc(16)]));
    return answer.toString('hex');
  };
  const [first, again, other] = [await resPqOf(1), await resPqOf(1), await resPqOf(2)];
  expect(first).toBe(again);
  expect(first).not.toBe(other);
});

test('answers dh_gen_retry when the key exists already, and takes the next one', async () => {
  const rsaKey = RsaKey.generate();
  const asked: string[] = [];
  const accepted: string[] = [];
  const server = new Handshake({
    dcId: 2,
    rsaKey,
    random: randomBytes,
    now: Date.now,
    isTaken: (id) => asked.push(id) === 1,
    accept: (key) => accepted.push(key.hexId),
  });
  const client = { key: undefined, plain: async (body: Buffer) => server.answer(body)! };
  const { constructorId, hashIsRight } = await handshake(client, rsaKey.publicKeyPem);
  expect(constructorId).toBe(DH_GEN_OK);
  expect(hashIsRight).toBe(true);
  expect(asked).toHaveLength(2);
  expect(asked[0]).not.toBe(asked[1]);
  expect(accepted).toEqual([asked[1]]);
});
