import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type * as NativeLaneModule from '../../../../src/core/download/native/native_lane.js';
import { ManualClock } from '../fakes/manual_clock.js';
import { RawServer } from './raw_server.js';
import { answerWell, content, laneWorld, PART } from './world.js';

const NEVER = new AbortController().signal;

/** The port of a server that takes connections and says nothing. */
async function silentPort(): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('a connection that is being opened on a key is given up when the key is replaced', async () => {
  const { server, lane, location, directory } = await laneWorld();
  const file = await lane.open({ ...location, dcId: 5 }, join(directory, 'other'));
  const port = await silentPort();
  lane.credentials({ ...server.credentials, dcId: 5, port, authKey: randomBytes(256) });
  const waiting = lane.fetch(file, 0, PART, NEVER);
  // Before the socket is connected.
  await Promise.resolve();
  lane.credentials({ ...server.credentials, dcId: 5 });
  await expect(waiting).rejects.toMatchObject({ code: 'unreachable' });
  expect(await lane.fetch(file, 0, PART, NEVER)).toMatchObject({ offset: 0 });
  expect(server.connections.length).toBe(1);
});

it('a connection that carried nothing for a minute is closed, one that is used is not', async () => {
  const clock = new ManualClock();
  const { server, fetch, logged } = await laneWorld(10_000, clock);
  await fetch(0);
  await clock.advance(30_000);
  await fetch(1);
  await clock.advance(31_000);
  await fetch(2);
  expect(server.connections.length).toBe(1);
  const closed = once(server.connections[0]!.socket, 'close');
  await clock.advance(120_000);
  await closed;
  await fetch(3);
  expect(server.connections.length).toBe(2);
  expect(logged).toEqual([]);
});

it('a data centre that moved is found at its new address', async () => {
  // The lane's thread is a file that node runs: the built one.
  const built = new URL('../../../../dist/core/download/native/native_lane.js', import.meta.url);
  const { NativeLane } = (await import(built.href)) as typeof NativeLaneModule;
  await using server = await RawServer.start();
  server.onAsked = answerWell;
  const gone = net.createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  let credentials = { ...server.credentials, port };
  await using lane = await NativeLane.start(
    {
      credentials: async () => credentials,
      client: { apiId: 1, deviceModel: 'test', systemVersion: 'test', appVersion: 'test' },
      depth: 4,
      comesLast: false,
      connectTimeoutMs: 1000,
      requestTimeoutMs: 1000,
      log: () => {},
      warn: () => {},
    },
    NEVER,
  );
  const directory = mkdtempSync(join(tmpdir(), 'tad-moved-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const location = {
    documentId: '1',
    accessHash: '1',
    fileReference: new Uint8Array(8),
    dcId: 2,
    size: content.length,
  };
  await using file = await lane.open(location, join(directory, 'a'), NEVER);
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'unreachable' });
  credentials = server.credentials;
  await vi.waitFor(() => file.fetchPart(0, PART, NEVER), { timeout: 5000 });
});
