import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/core/download/clock.js';
import { answerWell, laneWorld } from './world.js';

// A server accepts ids from 300 s ago to 30 s ahead; beyond that it complains (codes 16 and 17).
describe.each([-1000, -200, -45, 45, 200, 1000])(
  'a server whose clock is %i s ahead of ours',
  (secondsAhead) => {
    it('is believed: parts come, on one connection, and ids are right from the first answer on', async () => {
      const { server, logged, fetch, expectIdle } = await laneWorld();
      server.secondsAhead = secondsAhead;
      await fetch(0);
      await fetch(1);
      expect(logged).toEqual([]);
      expect(server.connections.length).toBe(1);
      const serverNow = Date.now() / 1000 + secondsAhead;
      const { messageId } = server.connections[0]!.received.at(-1)!;
      expect(Math.abs(Number(messageId >> 32n) - serverNow)).toBeLessThan(5);
      expectIdle();
    });

    it('need not say so twice: the next connection begins with its time', async () => {
      const { server, fetch } = await laneWorld();
      server.secondsAhead = secondsAhead;
      await fetch(0);
      server.connections[0]!.socket.destroy();
      await fetch(1).catch(() => fetch(1));
      expect(server.connections.length).toBe(2);
      const [first] = server.connections[1]!.received;
      expect(Math.abs(Number(first!.messageId >> 32n) - (Date.now() / 1000 + secondsAhead))).toBeLessThan(5);
    });

    it('is not mistaken for another when our clock is set right while parts are under way', async () => {
      let step = 0;
      const clock = { ...systemClock, wallNow: () => Date.now() + step };
      const { server, logged, fetch } = await laneWorld(10_000, clock);
      await fetch(0);
      step = 1000 * secondsAhead;
      await fetch(1);
      server.onAsked = answerWell;
      await fetch(2);
      expect(logged).toEqual([]);
      expect(server.connections.length).toBe(1);
    });
  },
);

it('a second connection whose server is a little behind the first is believed too', async () => {
  const { server, logged, fetch } = await laneWorld();
  server.secondsAhead = 100;
  await fetch(0);
  server.secondsAhead = 60;
  server.connections[0]!.socket.destroy();
  await fetch(1).catch(() => fetch(1));
  expect(logged).toEqual([]);
  expect(server.connections.length).toBe(2);
});
