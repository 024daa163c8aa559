import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { PartFile } from '../../../../src/core/download/native/part_file.js';
import { answerWell, blockFileSystem, content, laneWorld, PART } from './world.js';

it('a part that is still to be written when its file is closed goes into no other file', async () => {
  const { lane, handle, fetch, directory, location, expectOnDisk, expectIdle } = await laneWorld();
  await fetch(0);
  const unblock = blockFileSystem(directory);
  const write = vi.spyOn(PartFile.prototype, 'write');
  const part = fetch(1);
  await vi.waitFor(() => expect(write).toHaveBeenCalledOnce());
  const closed = lane.closeFile(handle);
  const other = join(directory, 'other');
  const opened = lane.open({ ...location, documentId: '2' }, other);
  await unblock();
  await Promise.all([part, closed]);
  await lane.fetch(await opened, 0, PART, new AbortController().signal);
  expect(readFileSync(other).equals(content.subarray(0, PART))).toBe(true);
  expectOnDisk(new Set([0, 1]));
  expectIdle();
});

it('an answer that comes after its file was closed is written nowhere', async () => {
  const { lane, server, handle, fetch, directory, location, expectIdle } = await laneWorld();
  let late = () => {};
  server.onAsked = (asked, connection) => {
    late = () => answerWell(asked, connection);
  };
  const part = fetch(1);
  await vi.waitFor(() => expect(server.connections[0]?.received.length).toBe(1));
  await lane.closeFile(handle);
  const other = join(directory, 'other');
  await lane.open({ ...location, documentId: '2' }, other);
  late();
  await expect(part).rejects.toThrow();
  expect(readFileSync(other).length).toBe(0);
  expectIdle();
});
