import fc from 'fast-check';
import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/index.js';
import { expect, test } from 'vitest';
import { LAYER_CHANGES } from '../../../src/demo/api/tl/layers.js';
import { decodeObject, TlReadError } from '../../../src/demo/api/tl/reader.js';
import { definitionById, definitionByName } from '../../../src/demo/api/tl/schema.js';
import { encodeObject } from '../../../src/demo/api/tl/writer.js';
import { as, long } from './bench.js';

test('what we write, GramJS reads', () => {
  const written = encodeObject(
    {
      _: 'documentAttributeAudio',
      voice: true,
      duration: 61,
      title: 'Тихая волна',
      performer: 'x'.repeat(300),
      waveform: Buffer.from([1, 2, 3]),
    },
    198,
  );
  const read = as(new BinaryReader(written).tgReadObject(), Api.DocumentAttributeAudio);
  expect(read).toMatchObject({ voice: true, duration: 61, title: 'Тихая волна', performer: 'x'.repeat(300) });
  expect(read.waveform).toEqual(Buffer.from([1, 2, 3]));
});

test('what GramJS writes, we read', () => {
  const request = new Api.messages.Search({
    peer: new Api.InputPeerChannel({ channelId: long(1234n), accessHash: long(-5n) }),
    q: 'волна',
    filter: new Api.InputMessagesFilterMusic(),
    minDate: 0,
    maxDate: 0,
    offsetId: 9,
    addOffset: -3,
    limit: 10,
    maxId: 0,
    minId: 0,
    hash: long(0n),
    topMsgId: 77,
  });
  expect(decodeObject(request.getBytes())).toMatchObject({
    _: 'messages.search',
    peer: { _: 'inputPeerChannel', channel_id: 1234n, access_hash: -5n },
    q: 'волна',
    top_msg_id: 77,
    filter: { _: 'inputMessagesFilterMusic' },
    add_offset: -3,
    hash: 0n,
  });
});

test('an object comes back as it was, whatever its strings and numbers', () => {
  const value = fc.record({
    _: fc.constant('auth.exportedAuthorization'),
    id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    bytes: fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array)),
  });
  fc.assert(
    fc.property(value, (given) => {
      const bytes = encodeObject(given, 198);
      expect(bytes.length % 4).toBe(0);
      expect(decodeObject(bytes)).toEqual(given);
    }),
    { seed: 7 },
  );
});

test('slips that would corrupt the stream are thrown', () => {
  expect(() => encodeObject({ _: 'peerUser' }, 198)).toThrow(
    'peerUser.user_id must be a bigint, and it is missing',
  );
  expect(() => encodeObject({ _: 'peerUser', user_id: 1n, userId: 1n }, 198)).toThrow('has no field userId');
  expect(() => encodeObject({ _: 'peerNobody' }, 198)).toThrow('no TL definition');
  const settings = { _: 'peerSettings', request_chat_title: 'without its date' };
  expect(() => encodeObject(settings, 198)).toThrow('only some fields of flags');
});

test('bytes that are no request are refused, not crashed on', () => {
  const request = new Api.messages.GetMessages({ id: [new Api.InputMessageID({ id: 1 })] }).getBytes();
  expect(() => decodeObject(Buffer.concat([request, Buffer.alloc(4)]))).toThrow(TlReadError);
  fc.assert(
    fc.property(fc.nat(request.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(request);
      damaged[at]! ^= flip;
      for (const body of [damaged, damaged.subarray(0, at)]) {
        try {
          decodeObject(body);
        } catch (error) {
          expect(error).toBeInstanceOf(TlReadError);
        }
      }
    }),
    { seed: 7 },
  );
});

test('each client gets the newest version that its layer knows', () => {
  const idAt = (layer: number) => definitionByName('user', layer).id;
  expect([150, 198, 199, 200, 216, 217, 300].map(idAt)).toEqual([
    0x4b46c37e, 0x4b46c37e, 0x4b46c37e, 0x20b1422, 0x20b1422, 0x31774388, 0x31774388,
  ]);
});

test('no id stands for two things, and each line of the table is found by its id', () => {
  const ids = LAYER_CHANGES.map(({ line }) => Number.parseInt(/#([0-9a-f]+)/.exec(line)![1]!, 16));
  expect(new Set(ids).size).toBe(ids.length);
  for (const [index, id] of ids.entries()) {
    expect(definitionById(id)?.name).toBe(LAYER_CHANGES[index]!.line.split('#')[0]);
  }
});
