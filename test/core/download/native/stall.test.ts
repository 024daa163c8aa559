import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { PartFile } from '../../../../src/core/download/native/part_file.js';
import { answer, answerWell, laneWorld, PART } from './world.js';

// Eight slots: four answers at once, and four to spare.
it('a connection that finds no slot stops reading until there is one, however the slots were lost', async () => {
  const { lane, server, logged, location, handle, directory, fetch, expectOnDisk, expectIdle } =
    await laneWorld();
  const dcIds = [11, 12, 13, 14, 15];
  server.onAsked = (asked, connection) =>
    void connection.socket.write(connection.packet(answer(asked)).subarray(0, 2000));
  for (const [index, dcId] of dcIds.entries()) {
    lane.credentials({ ...server.credentials, dcId });
    const file = await lane.open({ ...location, dcId }, join(directory, `${dcId}`));
    const abort = new AbortController();
    const part = lane.fetch(file, 0, PART, abort.signal);
    await vi.waitFor(() => expect(lane.partBuffers.inUse).toBe(index + 1));
    abort.abort();
    await expect(part).rejects.toMatchObject({ code: 'cancelled' });
  }
  const disk = Promise.withResolvers<void>();
  const real = PartFile.prototype.write;
  const write = vi.spyOn(PartFile.prototype, 'write').mockImplementation(async function (
    this: PartFile,
    ...part
  ) {
    await disk.promise;
    return real.apply(this, part);
  });
  server.onAsked = answerWell;
  const parts = Promise.all([0, 1, 2, 3].map((index) => fetch(index)));
  await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(3));
  expect(lane.partBuffers).toMatchObject({ inUse: 8, capacity: 8 });
  disk.resolve();
  await parts;
  expect(logged).toEqual([]);
  expectOnDisk(new Set([0, 1, 2, 3]));
  for (const connection of server.connections) connection.socket.destroy();
  await lane.closeFile(handle);
  await vi.waitFor(expectIdle);
});
