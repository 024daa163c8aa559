import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../../src/core/download/clock.js';
import { tl } from './raw_server.js';
import { laneWorld } from './world.js';

const LARGE = 256 * 1024;
/** Only waiting for company is shorter than this. */
const SHORT_MS = 200;

it('a part that could not be asked for is not waited for by those that come', async () => {
  let waits = 0;
  const clock: Clock = {
    ...systemClock,
    after: (ms, callback) => {
      if (ms < SHORT_MS) waits++;
      return systemClock.after(ms, callback);
    },
  };
  const { lane, server, directory, location } = await laneWorld(10_000, clock);
  const { signal } = new AbortController();
  server.onAsked = ({ messageId }, connection) =>
    connection.send(tl.result(messageId, tl.file(Buffer.alloc(LARGE))));
  const nowhere = await lane.open({ ...location, dcId: 9 }, join(directory, 'nowhere'));
  for (let i = 0; i < 6; i++) await expect(lane.fetch(nowhere, 0, 4096, signal)).rejects.toThrow();
  const large = await lane.open({ ...location, size: LARGE }, join(directory, 'large'));
  // Close together, as parts come when company is worth a wait.
  for (let i = 0; i < 20; i++)
    expect(await lane.fetch(large, 0, LARGE, signal)).toMatchObject({ length: LARGE });
  expect(waits).toBe(0);
});
