import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TadError } from '../../../../src/core/errors.js';
import { type Asked, type RawConnection, serverMessageId, tl } from './raw_server.js';
import { answer, answerWell, content, laneWorld, PART, PARTS } from './world.js';

type Deed = (asked: Asked, connection: RawConnection) => void;

const error = (asked: Asked, code: number, text: string) =>
  tl.result(asked.messageId, Buffer.concat([tl.int(0x2144ca19, code), tl.bytes(Buffer.from(text))]));

describe('the security guidelines: each breach drops the connection, is reported, and writes nothing', () => {
  const breaches: readonly (readonly [string, Deed])[] = [
    ['a bit changed on the way', (asked, c) => c.send(answer(asked), { flip: 100 })],
    ['another session', (asked, c) => c.send(answer(asked), { sessionId: randomBytes(8) })],
    ['another key', (asked, c) => c.send(answer(asked), { keyId: randomBytes(8) })],
    ['an even message id', (asked, c) => c.send(answer(asked), { messageId: serverMessageId() + 1n })],
    [
      'a message from an hour ago',
      (asked, c) => c.send(answer(asked), { messageId: serverMessageId(-3600) }),
    ],
    [
      'a message from a minute ahead',
      (asked, c) => c.send(answer(asked), { messageId: serverMessageId(60) }),
    ],
    [
      'a container older than what it holds',
      (asked, c) => c.send(tl.container(answer(asked)), { messageId: serverMessageId(-1) }),
    ],
    [
      'a container numbered before what it holds',
      (asked, c) => c.send(tl.container(answer(asked)), { sequenceNumber: 0 }),
    ],
    ['no padding', (asked, c) => c.send(answer(asked), { padding: -(32 + answer(asked).length) & 15 || 0 })],
    [
      'too much padding',
      (asked, c) => c.send(answer(asked), { padding: 2048 + (-(32 + answer(asked).length) & 15) }),
    ],
    ['a length beyond the message', (asked, c) => c.send(answer(asked), { bodyBytes: 0x7fffffff })],
    ['a length that is no multiple of four', (asked, c) => c.send(answer(asked), { bodyBytes: 17 })],
    ['a frame of 2 GB', (_, c) => c.socket.write(tl.int(0x7ffffff0))],
    ['a frame of 4 GB', (_, c) => c.socket.write(tl.int(0xfffffff8))],
    ['an empty frame', (_, c) => c.socket.write(tl.int(0))],
    ['a frame of no whole blocks', (_, c) => c.frame(Buffer.alloc(24 + 65))],
  ];
  it.each(breaches)('%s', async (_, deed) => {
    const { server, fetch, logged, expectIdle, expectOnDisk } = await laneWorld();
    await fetch(0);
    server.onAsked = deed;
    await expect(fetch(1)).rejects.toMatchObject({ code: 'unreachable' });
    expect(logged.length).toBe(1);
    server.onAsked = answerWell;
    await fetch(2);
    expect(server.connections.length).toBe(2);
    expectOnDisk(new Set([0, 2]));
    expectIdle();
  });

  it('more than was asked for passes through, or holds one slot', async () => {
    const { server, lane, fetch, expectIdle } = await laneWorld();
    const stalled = Buffer.alloc(1 << 20);
    server.onAsked = (_, connection) => {
      // Whole frames pass through and are dropped; what never ends holds one slot and no more.
      for (let i = 0; i < 9; i++) connection.send(tl.result(99n, tl.file(stalled)));
      connection.socket.write(tl.int(24 + (1 << 20)));
      connection.socket.write(stalled, () => connection.socket.destroy());
    };
    await expect(fetch(1)).rejects.toMatchObject({ code: expect.stringMatching(/unreachable|corrupt/) });
    expect(lane.partBuffers.capacity).toBe(8);
    server.onAsked = answerWell;
    await fetch(1);
    expectIdle();
  });
});

describe('answers that are lies', () => {
  const lies: readonly (readonly [string, Deed])[] = [
    [
      'too few bytes',
      (asked, c) => c.send(tl.result(asked.messageId, tl.file(content.subarray(0, PART - 4)))),
    ],
    [
      'too many bytes',
      (asked, c) => c.send(tl.result(asked.messageId, tl.file(content.subarray(0, PART + 4)))),
    ],
    ['no bytes', (asked, c) => c.send(tl.result(asked.messageId, tl.file(Buffer.alloc(0))))],
    ['something that is no file', (asked, c) => c.send(tl.result(asked.messageId, tl.int(0x997275b5)))],
    ['a CDN redirect', (asked, c) => c.send(tl.result(asked.messageId, tl.int(0xf18cda44, 1, 2, 3)))],
  ];
  it.each(lies)('%s: the part fails, nothing is written, the slot is free again', async (_, deed) => {
    const { server, fetch, expectIdle, expectOnDisk } = await laneWorld();
    server.onAsked = deed;
    await expect(fetch(1)).rejects.toBeInstanceOf(TadError);
    server.onAsked = answerWell;
    await fetch(2);
    expectOnDisk(new Set([2]));
    expectIdle();
  });
});

/** What a hostile server, or a very broken one, might say instead of an answer. */
const deeds: Readonly<Record<string, (random: Buffer) => Deed>> = {
  'random bytes': (random) => (_, c) => c.socket.write(random, () => c.socket.destroy()),
  'a random frame': (random) => (_, c) =>
    c.frame(Buffer.concat([random, Buffer.alloc(-(random.length - 24) & 15)])),
  'half a frame': (random) => (_, c) => {
    c.socket.write(tl.int(24 + 16 * 1000));
    c.socket.write(random, () => c.socket.destroy());
  },
  'a random body': (random) => (asked, c) => {
    c.send(Buffer.concat([random, Buffer.alloc(-random.length & 3)]));
    c.send(answer(asked));
  },
  'a random result': (random) => (asked, c) =>
    c.send(tl.result(asked.messageId, Buffer.concat([random, Buffer.alloc(-random.length & 3)]))),
  'an answer cut short': (random) => (asked, c) => {
    const whole = answer(asked);
    c.send(whole.subarray(0, (random.readUInt32LE(0) % whole.length) & ~3));
  },
  'containers in containers': () => (asked, c) => {
    let nested = answer(asked);
    for (let i = 0; i < 50; i++) nested = tl.container(nested);
    c.send(nested);
  },
  'a container with a huge count': () => (_, c) => c.send(tl.int(0x73f1f8dc, 0x7fffffff, 0, 0)),
  'a gzip bomb': () => (asked, c) => c.send(tl.result(asked.messageId, tl.packed(BOMB))),
  'a gzip bomb around everything': () => (_, c) => c.send(tl.packed(BOMB)),
  'a string of 16 MB': () => (asked, c) =>
    c.send(tl.result(asked.messageId, tl.int(0x096a18d5, 0xaa963b05, 0, 0xfffffffe))),
  'a strange error': (random) => (asked, c) =>
    c.send(error(asked, random.readInt32LE(0), random.toString('latin1'))),
  'an answer to nobody': () => (asked, c) => {
    c.send(tl.result(12345n, tl.file(Buffer.alloc(PART, 'x'))));
    c.send(answer(asked));
  },
  'an answer to another part': () => (asked, c) => {
    c.send(tl.result(asked.messageId, tl.file(Buffer.alloc(PART - 16, 'x'))));
  },
  'a good answer, packed': () => (asked, c) => {
    const file = tl.file(content.subarray(asked.offset, asked.offset + asked.limit));
    c.send(tl.result(asked.messageId, tl.packed(gzipSync(file))));
  },
  'a good answer': () => answerWell,
};
const BOMB = gzipSync(Buffer.alloc(32 << 20));

describe('fuzz', () => {
  it('whatever comes over a live connection: no crash, no wrong byte, no slot lost, no memory taken', async () => {
    const { server, fetch, expectIdle, expectOnDisk } = await laneWorld();
    const written = new Set<number>();
    const names = Object.keys(deeds);
    const steps = fc.sample(
      fc.tuple(fc.nat(PARTS - 1), fc.constantFrom(...names), fc.uint8Array({ minLength: 4, maxLength: 600 })),
      { numRuns: 400, seed: 11 },
    );
    const external = () => process.memoryUsage().arrayBuffers;
    let most = 0;
    for (const [index, name, bytes] of steps) {
      server.onAsked = deeds[name]!(Buffer.from(bytes));
      const before = external();
      try {
        await fetch(index);
        written.add(index);
      } catch (failure) {
        expect(failure, name).toBeInstanceOf(TadError);
      }
      most = Math.max(most, external() - before);
    }
    expectOnDisk(written);
    expect(written.size).toBeGreaterThan(PARTS / 2);
    // What one frame takes: a bomb that goes off is 32 MB.
    expect(most).toBeLessThan(24 << 20);
    expectIdle();
  });
});
