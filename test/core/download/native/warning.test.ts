import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type * as Starter from '../../../../src/core/download/native/start_native_lane.js';
import { createCoreEmitter } from '../../../../src/core/events.js';
import { RawServer } from './raw_server.js';
import { answer, content, PART } from './world.js';

// The lane's thread is a file that node runs: the built one.
const built = new URL('../../../../dist/core/download/native/start_native_lane.js', import.meta.url);
const { startNativeLane } = (await import(built.href)) as typeof Starter;

it('whoever looks at the log is warned of a server that breaks the protocol', async () => {
  await using server = await RawServer.start();
  server.onAsked = (asked, connection) => connection.send(answer(asked), { sessionId: randomBytes(8) });
  const events = createCoreEmitter();
  const notices: { level: string; text: string }[] = [];
  events.on('notice', (notice) => void notices.push(notice));
  const { signal } = new AbortController();
  const gateway = { laneCredentials: async () => server.credentials };
  await using lane = await startNativeLane(gateway, { apiId: 1 }, events, signal);
  const directory = mkdtempSync(join(tmpdir(), 'tad-warning-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const location = {
    documentId: '1',
    accessHash: '1',
    fileReference: new Uint8Array(8),
    dcId: 2,
    size: content.length,
  };
  await using file = await lane.open(location, join(directory, 'a'), signal);
  await expect(file.fetchPart(0, PART, signal)).rejects.toMatchObject({ code: 'unreachable' });
  expect(notices.filter(({ level }) => level === 'warning')).toEqual([
    { level: 'warning', text: 'data centre 2 sent a message for another session; connection dropped' },
  ]);
});
