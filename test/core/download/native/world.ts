import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../../../src/core/download/clock.js';
import type { PartRecord } from '../../../../src/core/download/lane.js';
import { LaneService } from '../../../../src/core/download/native/lane_service.js';
import { type Asked, type RawConnection, RawServer, tl } from './raw_server.js';

/** More than what the lane's thread writes itself: the system's threads write it. */
export const PART = 256 * 1024;
export const PARTS = 16;

/** What the server has; no two parts are alike. */
export const content = Buffer.alloc(PART * PARTS - 100);
for (let i = 0; i < content.length; i++) content[i] = (i * 7 + (i >> 9)) & 255;

export function answer({ messageId, offset, limit }: Asked): Buffer {
  return tl.result(messageId, tl.file(content.subarray(offset, offset + limit)));
}

export const answerWell = (asked: Asked, connection: RawConnection) => connection.send(answer(asked));

/** The lane's thread without the thread, one open file, and a server that does as it is told. */
export async function laneWorld(requestTimeoutMs = 10_000, clock: Clock = systemClock) {
  const server = await RawServer.start();
  server.onAsked = answerWell;
  const logged: string[] = [];
  const lane = new LaneService({
    client: { apiId: 1, deviceModel: 'test', systemVersion: 'test', appVersion: 'test' },
    clock,
    connectTimeoutMs: 1000,
    requestTimeoutMs,
    depth: 4,
    received: () => {},
    warn: (text) => logged.push(text),
  });
  const directory = mkdtempSync(join(tmpdir(), 'tad-native-'));
  onTestFinished(async () => {
    await lane.close();
    await server[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });
  lane.credentials(server.credentials);
  const path = join(directory, 'file');
  const location = {
    documentId: '1',
    accessHash: '1',
    fileReference: new Uint8Array(8),
    dcId: 2,
    size: content.length,
  };
  const handle = await lane.open(location, path);
  const fetch = (index: number, signal = new AbortController().signal): Promise<PartRecord> =>
    lane.fetch(handle, index * PART, PART, signal);
  return {
    server,
    lane,
    logged,
    directory,
    location,
    handle,
    fetch,
    /** Every part that was reported as written is there as the server has it, and no other byte is. */
    expectOnDisk(parts: ReadonlySet<number>) {
      const disk = readFileSync(path);
      for (let index = 0; index < PARTS; index++) {
        const found = disk.subarray(index * PART, (index + 1) * PART);
        const wanted = parts.has(index)
          ? content.subarray(index * PART, (index + 1) * PART)
          : Buffer.alloc(found.length);
        expect(found.equals(wanted), `part ${index}`).toBe(true);
      }
    },
    expectIdle() {
      expect(lane.partBuffers).toMatchObject({ inUse: 0, waiting: 0 });
    },
  };
}

const THREADS = 4;

/** Keeps all threads that serve the file system busy: each opens a pipe to which nobody writes yet. */
export function blockFileSystem(directory: string): () => Promise<void> {
  const pipes = Array.from({ length: THREADS }, (_, index) => join(directory, `pipe ${index}`));
  execFileSync('mkfifo', pipes);
  const readers = pipes.map((pipe) => open(pipe, 'r'));
  return async () => {
    for (const pipe of pipes) closeSync(openSync(pipe, 'w'));
    for (const reader of readers) await (await reader).close();
  };
}
