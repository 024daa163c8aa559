import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BAD_SERVER_SALT,
  GZIP_PACKED,
  MSG_CONTAINER,
  RPC_ERROR,
  RPC_RESULT,
  UPLOAD_FILE,
} from '../../../../src/core/download/native/mtproto/constructors.js';
import { ProtocolViolation } from '../../../../src/core/download/native/mtproto/protocol_violation.js';
import { container, fileBytes, fileHashes } from '../../../../src/core/download/native/mtproto/requests.js';
import { parseServerMessages as parse } from '../../../../src/core/download/native/mtproto/server_message.js';
import { TlWriter } from '../../../../src/core/download/native/mtproto/tl_writer.js';

const parseServerMessages = (messageId: bigint, sequenceNumber: number, body: Uint8Array) =>
  parse(messageId, sequenceNumber, body, () => true);
const result = (requestId: bigint, body: Uint8Array) =>
  new TlWriter().uint32(RPC_RESULT).uint64(requestId).raw(body).toBuffer();
const file = (bytes: Uint8Array) => new TlWriter().uint32(UPLOAD_FILE, 0xaa963b05, 0).bytes(bytes).toBuffer();
const packed = (bytes: Uint8Array) => new TlWriter().uint32(GZIP_PACKED).bytes(bytes).toBuffer();

describe('what the server says', () => {
  it('a file part is found without being copied', () => {
    const bytes = Buffer.alloc(300_000, 'part');
    const message = result(77n, file(bytes));
    const [parsed] = parseServerMessages(5n, 1, message);
    expect(parsed).toMatchObject({
      messageId: 5n,
      sequenceNumber: 1,
      message: { kind: 'result', requestId: 77n },
    });
    if (parsed?.message.kind !== 'result') throw new Error('no result');
    const found = fileBytes(parsed.message.body);
    expect(bytes.equals(found)).toBe(true);
    expect(found.buffer).toBe(message.buffer);
  });

  it('an error carries its code and text', () => {
    const error = new TlWriter().uint32(RPC_ERROR, 420).string('FLOOD_WAIT_3').toBuffer();
    expect(parseServerMessages(5n, 1, result(9n, error))[0]!.message).toEqual({
      kind: 'error',
      requestId: 9n,
      code: 420,
      message: 'FLOOD_WAIT_3',
    });
  });

  it('a container gives its messages with their own ids', () => {
    const salt = new TlWriter().uint32(BAD_SERVER_SALT).uint64(1n).uint32(3, 48).uint64(0x1122n).toBuffer();
    const body = container([
      { messageId: 11n, sequenceNumber: 1, body: result(1n, file(Buffer.from('abc'))) },
      { messageId: 15n, sequenceNumber: 2, body: salt },
    ]);
    const parsed = parseServerMessages(19n, 2, body);
    expect(parsed.map(({ messageId, message }) => [messageId, message.kind])).toEqual([
      [11n, 'result'],
      [15n, 'bad-salt'],
    ]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zlib', deflateSync],
  ])('a result packed with %s is unpacked', (_, pack) => {
    const [parsed] = parseServerMessages(5n, 1, result(1n, packed(pack(file(Buffer.from('tiny'))))));
    if (parsed?.message.kind !== 'result') throw new Error('no result');
    expect(Buffer.from(fileBytes(parsed.message.body)).toString()).toBe('tiny');
  });
});

describe('hostile messages', () => {
  const violates = (action: () => unknown) => expect(action).toThrow(ProtocolViolation);

  it('a gzip bomb is not unpacked beyond a part', () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    violates(() => parseServerMessages(5n, 1, result(1n, packed(bomb))));
  });

  const bombs = container(
    Array.from({ length: 200 }, (_, i) => ({
      messageId: BigInt(4 * i + 1),
      sequenceNumber: 1,
      body: result(BigInt(i), packed(gzipSync(Buffer.alloc(1 << 20)))),
    })),
  );

  it('many small bombs in one container are not unpacked beyond a few parts', () => {
    violates(() => parseServerMessages(999n, 1, bombs));
  });

  it('what nobody waits for is not unpacked at all', () => {
    const before = process.memoryUsage().arrayBuffers;
    const parsed = parse(999n, 1, bombs, (requestId) => requestId === 7n);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20);
    expect(parsed.flatMap(({ message }) => (message.kind === 'result' ? message.requestId : []))).toEqual([
      7n,
    ]);
  });

  it('a container inside a container is refused', () => {
    const inner = container([{ messageId: 1n, sequenceNumber: 0, body: result(1n, file(Buffer.alloc(4))) }]);
    violates(() =>
      parseServerMessages(5n, 1, container([{ messageId: 3n, sequenceNumber: 0, body: inner }])),
    );
  });

  it('a container that is not newer than what it holds, or not numbered after it, is refused', () => {
    const body = result(1n, file(Buffer.alloc(4)));
    const holding = (messageId: bigint, sequenceNumber: number) =>
      container([{ messageId, sequenceNumber, body }]);
    expect(parseServerMessages(13n, 2, holding(9n, 2)).length).toBe(1);
    violates(() => parseServerMessages(13n, 2, holding(13n, 2)));
    violates(() => parseServerMessages(13n, 2, holding(17n, 2)));
    violates(() => parseServerMessages(13n, 2, holding(9n, 3)));
  });

  it('a packed container inside a container is refused', () => {
    const inner = container([{ messageId: 1n, sequenceNumber: 0, body: result(1n, file(Buffer.alloc(4))) }]);
    const wrapped = packed(gzipSync(inner));
    violates(() =>
      parseServerMessages(5n, 1, container([{ messageId: 3n, sequenceNumber: 0, body: wrapped }])),
    );
  });

  it('counts and lengths of gigabytes are refused before anything is made', () => {
    violates(() => parseServerMessages(5n, 1, new TlWriter().uint32(MSG_CONTAINER, 0x7fffffff).toBuffer()));
    violates(() => fileHashes(new TlWriter().uint32(0x1cb5c415, 0xffffffff).toBuffer()));
    const hugeString = Buffer.from([...file(Buffer.alloc(0)).subarray(0, 12), 254, 255, 255, 255]);
    violates(() => fileBytes(hugeString));
  });

  it('random bytes, and real messages cut or altered anywhere, are parsed or refused, never anything else', () => {
    const real = container([
      { messageId: 11n, sequenceNumber: 1, body: result(1n, packed(gzipSync(file(Buffer.alloc(64, 'x'))))) },
      { messageId: 15n, sequenceNumber: 1, body: result(2n, file(Buffer.alloc(300, 'y'))) },
    ]);
    const altered = fc
      .tuple(fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 4 }), fc.nat(real.length))
      .map(([changes, length]) => {
        const bytes = Buffer.from(real);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, length);
      });
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 512 }), altered);
    fc.assert(
      fc.property(bytes, (message) => {
        try {
          for (const { message: parsed } of parseServerMessages(19n, 1, message)) {
            if (parsed.kind === 'result') fileBytes(parsed.body);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
      }),
      { numRuns: 3000, seed: 3 },
    );
  });
});
