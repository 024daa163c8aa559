import { describe, expect, it } from 'vitest';
import type { TadError } from '../../../../src/core/errors.js';
import { answer, answerWell, laneWorld, PART } from './world.js';

/** Asks as the main thread does: gives up long before the lane does, and asks again. */
async function persist(fetch: (index: number, signal: AbortSignal) => Promise<unknown>, index: number) {
  for (let failures = 0; ; failures++) {
    try {
      await fetch(index, AbortSignal.timeout(150));
      return failures;
    } catch (error) {
      expect((error as TadError).code).toMatch(/cancelled|timeout/);
    }
  }
}

const STEP = 16 * 1024;

// Suspicious after 200 ms, given up after a second.
const TIMEOUT_MS = 1000;

describe('a connection on which nobody answers any more', () => {
  it('gets no new requests while another answers, and is given up though every request to it was withdrawn', async () => {
    const { server, fetch, expectIdle } = await laneWorld(TIMEOUT_MS);
    await fetch(0);
    const [mute] = server.connections;
    const closed = new Promise((resolve) => mute!.socket.once('close', resolve));
    mute!.isMute = true;
    let failures = 0;
    for (let index = 1; index < 10; index++) failures += await persist(fetch, index);
    expect(failures).toBeLessThanOrEqual(2);
    expect(server.connections.length).toBe(2);
    await closed;
    expectIdle();
  });

  it('is replaced, also when all of them fall silent at once', async () => {
    const { server, fetch } = await laneWorld(TIMEOUT_MS);
    await fetch(0);
    server.onAsked = (asked, connection) => {
      connection.isMute = server.connections.indexOf(connection) < 2;
      if (!connection.isMute) answerWell(asked, connection);
    };
    const failures = await Promise.all([1, 2].map((index) => persist(fetch, index)));
    expect(Math.max(...failures)).toBeLessThanOrEqual(4);
    expect(server.connections.length).toBe(3);
  });

  it('is noticed without being asked for anything but a sign of life', async () => {
    const { server, fetch } = await laneWorld(TIMEOUT_MS);
    await fetch(0);
    const [connection] = server.connections;
    connection!.isMute = true;
    // The request is given up with its connection, or a moment before.
    await expect(fetch(1)).rejects.toMatchObject({ code: expect.stringMatching(/^(unreachable|timeout)$/) });
    expect(connection!.received.some(({ body }) => body.readUInt32LE(0) === 0xf3427b8c)).toBe(true);
  });
});

describe('a connection on which somebody answers', () => {
  it('is kept when one answer takes too long', async () => {
    const { server, fetch } = await laneWorld(300);
    await fetch(0);
    server.onAsked = () => {};
    await expect(fetch(1)).rejects.toMatchObject({ code: 'timeout' });
    server.onAsked = answerWell;
    await fetch(2);
    expect(server.connections[0]!.socket.destroyed).toBe(false);
  });

  it('is waited for while a part trickles in, however long that takes', async () => {
    const { server, fetch } = await laneWorld(300);
    await fetch(0);
    server.onAsked = (asked, connection) => {
      const bytes = connection.packet(answer(asked));
      // Nothing else may come in the middle of a frame.
      connection.isMute = true;
      let sent = 0;
      const trickle = setInterval(() => {
        connection.socket.write(bytes.subarray(sent, sent + STEP));
        sent += STEP;
        if (sent >= bytes.length) clearInterval(trickle);
      }, 80);
    };
    expect(await fetch(1)).toMatchObject({ offset: PART });
    expect(server.connections.length).toBe(1);
  });
});
