import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { TlError } from '../../../src/demo/mtproto/tl.js';
import { unwrap } from '../../../src/demo/mtproto/wrappers.js';
import { int, long, string, vector } from './raw_client.js';
import { echo, METHOD, startWorld } from './world.js';

const text = (value: string): Buffer => string(Buffer.from(value));
const strings = (): Buffer => Buffer.concat(['model', 'system', 'app', 'en', '', 'en'].map(text));
const init = (flags: number, ...optional: readonly Buffer[]): Buffer =>
  Buffer.concat([int(0xc1cd5ea9), int(flags), int(4), strings(), ...optional]);
const withLayer = Buffer.concat([int(0xda9b0d0d), int(214)]);
const withoutUpdates = int(0xbf9459b7);
const query = echo('query');

const proxy = Buffer.concat([int(0x75588b3f), text('127.0.0.1'), int(1080)]);
const json = (id: number, ...fields: readonly Buffer[]): Buffer => Buffer.concat([int(id), ...fields]);
const list = (...items: readonly Buffer[]): Buffer =>
  Buffer.concat([int(0x1cb5c415), int(items.length), ...items]);
const params = json(
  0x99c1d49d,
  list(
    json(0xc0de1bd9, text('a'), json(0x3f6d7b68)),
    json(0xc0de1bd9, text('b'), json(0xc7345e6a, int(0x997275b5))),
    json(
      0xc0de1bd9,
      text('c'),
      json(0xf7444763, list(json(0x2be0dfa4, long(0n)), json(0xb71e767a, text('s')))),
    ),
  ),
);

test.each<[string, Buffer, object]>([
  ['nothing', query, {}],
  ['invokeWithLayer', Buffer.concat([withLayer, query]), { layer: 214 }],
  ['initConnection', Buffer.concat([withLayer, init(0), query]), { layer: 214 }],
  ['initConnection with proxy and params', Buffer.concat([init(3, proxy, params), query]), {}],
  [
    'all in the order of real clients',
    Buffer.concat([withLayer, init(2, params), withoutUpdates, query]),
    { layer: 214, wantsUpdates: false },
  ],
  [
    'gzip_packed inside',
    Buffer.concat([withLayer, int(0x3072cfa1), string(gzipSync(query))]),
    { layer: 214 },
  ],
  ['invokeAfterMsg', Buffer.concat([int(0xcb9f372d), long(8n), query]), { after: [8n] }],
  ['invokeAfterMsgs', Buffer.concat([int(0x3dc4b4f0), vector([4n, 8n]), query]), { after: [4n, 8n] }],
  ['invokeWithMessagesRange', Buffer.concat([int(0x365275f2), int(0x0ae30253), int(1), int(2), query]), {}],
])('takes off %s', (_, body, expected) => {
  expect(unwrap(body)).toEqual({ wantsUpdates: true, after: [], body: query, ...expected });
});

test('no prefix of a wrapped call is taken for a call', () => {
  const whole = Buffer.concat([withLayer, init(3, proxy, params), withoutUpdates]);
  for (let length = 0; length < whole.length; length += 4)
    expect(() => unwrap(whole.subarray(0, length)), `${length} bytes`).toThrow(TlError);
});

test('JSON and wrappers without end are refused', () => {
  const deep = Buffer.concat(Array.from({ length: 50 }, () => json(0xf7444763, int(0x1cb5c415), int(1))));
  expect(() => unwrap(Buffer.concat([init(2, deep), query]))).toThrow(TlError);
  const wrapped = Buffer.concat([...Array.from({ length: 50 }, () => withoutUpdates), query]);
  expect(() => unwrap(wrapped)).toThrow(TlError);
});

test('what cannot be unwrapped is answered with an rpc_error', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const error = await client.call(Buffer.concat([withLayer, init(1), query]));
  expect([error.readUInt32LE(), error.readInt32LE(4)]).toEqual([0x2144ca19, 400]);
});

test('invokeAfterMsg waits for the other call, and fails when that failed or is unknown', async () => {
  await using world = await startWorld();
  const client = await world.connect();
  const after = (id: bigint): Buffer => Buffer.concat([int(0xcb9f372d), long(id), echo('after')]);
  const first = client.send(Buffer.concat([int(METHOD.wait), int(0)]));
  const second = client.send(after(first));
  await client.call(echo('meanwhile'));
  expect(world.service.calls).toHaveLength(2);
  world.service.release();
  expect(await client.result(second)).toEqual(echo('after'));
  const failed = client.send(int(METHOD.fail));
  for (const id of [failed, 4n])
    expect((await client.call(after(id))).toString('utf8', 9, 24)).toBe('MSG_WAIT_FAILED');
});
