import { describe, expect, it, vi } from 'vitest';
import { type RawConnection, serverMessageId, tl } from './raw_server.js';
import { answer, answerWell, content, laneWorld, PART } from './world.js';

const BAD_MESSAGE = 0xa7eff811;
const last = ({ received }: RawConnection) => received.at(-1)!;

describe('what a server may say to a file client', () => {
  it('a plain answer', async () => {
    const { fetch, expectOnDisk, expectIdle } = await laneWorld();
    expect(await fetch(3)).toMatchObject({ offset: 3 * PART, length: PART });
    expect(await fetch(15)).toMatchObject({ length: content.length - 15 * PART });
    expectOnDisk(new Set([3, 15]));
    expectIdle();
  });

  it('bad_server_salt: the request goes again with the new salt, under a new id', async () => {
    const { server, fetch, expectIdle } = await laneWorld();
    const salt = Buffer.from('87654321');
    server.onAsked = (asked, connection) => {
      if (connection.salt.equals(salt)) return answerWell(asked, connection);
      connection.send(Buffer.concat([tl.int(0xedab447b), tl.long(asked.messageId), tl.int(1, 48), salt]));
    };
    await fetch(0);
    const { received } = server.connections[0]!;
    expect(received[1]!.messageId).toBeGreaterThan(received[0]!.messageId);
    expectIdle();
  });

  it('complaints about what was never sent are ignored', async () => {
    const { server, fetch } = await laneWorld();
    server.onAsked = (asked, connection) => {
      const stranger = tl.long(asked.messageId - 4n);
      connection.send(Buffer.concat([tl.int(0xedab447b), stranger, tl.int(1, 48), Buffer.from('87654321')]));
      connection.send(Buffer.concat([tl.int(BAD_MESSAGE), stranger, tl.int(1, 32)]));
      answerWell(asked, connection);
    };
    await fetch(0);
    await fetch(1);
    expect(server.connections.length).toBe(1);
    expect(server.connections[0]!.salt.toString()).not.toBe('87654321');
  });

  it('an old answer that is sent again in a new container is taken', async () => {
    const { server, fetch, logged } = await laneWorld();
    await fetch(0);
    server.onAsked = (asked, connection) => {
      const body = answer(asked);
      connection.send(
        Buffer.concat([tl.int(0x73f1f8dc, 1), tl.long(serverMessageId(-1000)), tl.int(1, body.length), body]),
      );
    };
    await fetch(1);
    expect(logged).toEqual([]);
  });

  it.each([32, 33, 64])('bad_msg_notification %i: a new connection begins a new session', async (code) => {
    const { server, fetch, expectIdle } = await laneWorld();
    server.onAsked = (asked, connection) =>
      connection.send(Buffer.concat([tl.int(BAD_MESSAGE), tl.long(asked.messageId), tl.int(1, code)]));
    await expect(fetch(0)).rejects.toMatchObject({ code: 'server' });
    server.onAsked = answerWell;
    await fetch(0);
    const [first, second] = server.connections;
    expect(second!.sessionId.equals(first!.sessionId)).toBe(false);
    expectIdle();
  });

  it('new_session_created: what the server has not seen goes again', async () => {
    const { server, fetch, expectIdle } = await laneWorld();
    let asked = 0;
    server.onAsked = (request, connection) => {
      if (++asked > 1) return answerWell(request, connection);
      const created = [
        tl.int(0x9ec20908),
        tl.long(request.messageId + 4n),
        tl.long(9n),
        Buffer.from('newsalt!'),
      ];
      connection.send(Buffer.concat(created));
    };
    await fetch(0);
    expect(server.connections[0]!.salt.toString()).toBe('newsalt!');
    expectIdle();
  });

  it('msg_detailed_info: the answer is asked for again', async () => {
    const { server, fetch, expectIdle } = await laneWorld();
    server.onAsked = (asked, connection) => {
      const answerId = serverMessageId();
      connection.send(
        Buffer.concat([tl.int(0x276d3ec6), tl.long(asked.messageId), tl.long(answerId), tl.int(100, 0)]),
      );
      void vi
        .waitFor(() => {
          const { body } = last(connection);
          expect(body.readUInt32LE(0)).toBe(0x7d861a08);
          expect(body.readBigUInt64LE(12)).toBe(answerId);
        })
        .then(() => connection.send(answer(asked), { messageId: answerId }));
    };
    await fetch(0);
    expectIdle();
  });

  it('what it repeats is acknowledged and not done twice; acknowledgements ride with the next request', async () => {
    const { server, fetch, expectIdle } = await laneWorld();
    const messageId = serverMessageId();
    server.onAsked = (asked, connection) => {
      connection.send(answer(asked), { messageId });
      connection.send(answer(asked), { messageId });
    };
    await fetch(0);
    server.onAsked = answerWell;
    await fetch(1);
    const [connection] = server.connections;
    const acks = connection!.received.filter(({ body }) => body.readUInt32LE(0) === 0x62d6b459);
    expect(acks.flatMap(({ body }) => body.readBigUInt64LE(12))).toContain(messageId);
    expectIdle();
  });

  it('what is older than all that it remembers is ignored, as it may be a repeat', async () => {
    const { server, fetch, logged, expectOnDisk } = await laneWorld();
    const old = serverMessageId();
    server.onAsked = (asked, connection) => {
      for (let i = 0; i < 600; i++)
        connection.send(Buffer.concat([tl.int(0x347773c5), tl.long(1n), tl.long(1n)]));
      connection.send(tl.result(asked.messageId, tl.file(Buffer.alloc(PART, 'old'))), { messageId: old });
      connection.send(answer(asked));
    };
    await fetch(0);
    expectOnDisk(new Set([0]));
    expect(server.connections.length).toBe(1);
    expect(logged).toEqual([]);
  });

  it('nothing to one request, while others flow: only that one fails', async () => {
    const { server, fetch, expectIdle } = await laneWorld(1_500);
    server.onAsked = (asked, connection) => {
      if (asked.offset !== PART) answerWell(asked, connection);
    };
    const silent = fetch(1).then(
      () => 'answered',
      (error) => error.code,
    );
    let outcome: string | undefined;
    void silent.then((code) => {
      outcome = code;
    });
    while (outcome === undefined) await fetch(2);
    expect(outcome).toBe('timeout');
    expect(server.connections.length).toBe(1);
    expectIdle();
  });

  it('nothing, as after a sleep: what is under way goes over a new connection', async () => {
    const { server, lane, fetch, expectIdle } = await laneWorld();
    const asked = Promise.withResolvers<void>();
    server.onAsked = () => asked.resolve();
    const silent = fetch(0);
    await asked.promise;
    lane.reconnect();
    await expect(silent).rejects.toMatchObject({ code: 'unreachable' });
    server.onAsked = answerWell;
    await fetch(0);
    expect(server.connections.length).toBe(2);
    expectIdle();
  });

  it('an aborted request leaves nothing behind, and its late answer is dropped', async () => {
    const { server, fetch, expectIdle, expectOnDisk } = await laneWorld();
    const late: (() => void)[] = [];
    server.onAsked = (asked, connection) => {
      late.push(() => answerWell(asked, connection));
    };
    const abort = new AbortController();
    const aborted = fetch(1, abort.signal);
    await vi.waitFor(() => expect(late.length).toBe(1));
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'cancelled' });
    late[0]!();
    server.onAsked = answerWell;
    await fetch(2);
    expectOnDisk(new Set([2]));
    expectIdle();
  });

  it.each([
    [-404, { code: 'login-required' }],
    [-429, { code: 'flood-wait', seconds: 30 }],
    [-444, { code: 'unreachable' }],
  ])('transport error %i', async (code, expected) => {
    const { server, fetch, expectIdle } = await laneWorld();
    server.onAsked = (_, { socket }) => socket.write(tl.int(4, code));
    await expect(fetch(0)).rejects.toMatchObject(expected);
    expectIdle();
  });
});
