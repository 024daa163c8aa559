import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { FileLane, LaneFile, PartRecord } from '../../../src/core/download/lane.js';
import { partDigest } from '../../../src/core/download/parts/part_digest.js';
import { limitFor } from '../../../src/core/download/parts/part_size.js';
import { createGateway } from '../../../src/core/telegram/create_gateway.js';
import type { AudioMessage, FileLocation } from '../../../src/core/types.js';
import type { CatalogueDocument } from '../../../src/demo/catalogue/catalogue.js';
import type { DemoServer } from '../../../src/demo/server.js';
import {
  allMessages,
  connectedGateway,
  gatewayOptions,
  NEVER,
  sharedWorld,
  strikeNext,
  tempDir,
  watchConsole,
  writeSession,
} from './support.js';

const PART = 128 * 1024;
const MODIFIED = 1_234_567_890;
const world = sharedWorld({ fileMb: 1, floodSeconds: [1, 1] });
watchConsole();
afterEach(() => vi.restoreAllMocks());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A music message whose file is on that data centre. */
async function messageOn(dcId: number): Promise<AudioMessage> {
  const { gateway } = world;
  const target = await gateway.resolve('@night_ferry_radio', NEVER);
  const messages = await allMessages(gateway.scan(target, { kind: 'music' }, NEVER));
  return messages.find(({ location }) => location.dcId === dcId)!;
}

function contentOf(demo: DemoServer, location: FileLocation): Buffer {
  const document: CatalogueDocument = demo.catalogue.document(BigInt(location.documentId))!;
  const content = Buffer.alloc(document.size);
  document.read(0, document.size, content);
  return content;
}

async function opened(location: FileLocation, lane: FileLane = world.gateway.gramjsLane()) {
  const path = join(await tempDir(), 'file.part');
  const file = await lane.open(location, path, NEVER);
  return { path, file };
}

async function fetchAll(file: LaneFile, { size }: FileLocation): Promise<PartRecord[]> {
  const offsets = Array.from({ length: Math.ceil(size / PART) }, (_, index) => index * PART);
  return Promise.all(offsets.map((offset) => file.fetchPart(offset, PART, NEVER)));
}

it.each([2, 4])('fetches a file from data centre %i, byte for byte', async (dcId) => {
  const { location } = await messageOn(dcId);
  const { path, file } = await opened(location);
  const content = contentOf(world.demo, location);
  const parts = await fetchAll(file, location);
  for (const { offset, length, digest } of parts) {
    expect(digest).toBe(partDigest(content.subarray(offset, offset + length)));
  }
  expect(await file.finish(MODIFIED, NEVER)).toEqual({ bytes: location.size, sha256: sha256(content) });
  expect((await readFile(path)).equals(content)).toBe(true);
  await file[Symbol.asyncDispose]();
  await file[Symbol.asyncDispose]();
});

// A slow link is told from a lost answer by it.
it('counts what comes over the wire', async () => {
  const { location } = await messageOn(4);
  await using file = (await opened(location)).file;
  const before = file.receivedBytes!;
  await file.fetchPart(0, PART, NEVER);
  const received = file.receivedBytes! - before;
  expect(received).toBeGreaterThan(PART);
  expect(received).toBeLessThan(PART * 1.1);
});

it('goes on with what an earlier run has left, and finds out what of it is good', async () => {
  const { location } = await messageOn(2);
  const { path, file } = await opened(location);
  const parts = await fetchAll(file, location);
  await file[Symbol.asyncDispose]();
  const damaged = await readFile(path);
  damaged[PART + 5]! ^= 1;
  await writeFile(path, damaged);
  await truncate(path, location.size - 10);

  await using again = await world.gateway.gramjsLane().open(location, path, NEVER);
  const good = await again.verify(parts, NEVER);
  expect(good).toEqual(parts.filter((_, index) => index !== 1 && index !== parts.length - 1));
  await expect(again.finish(MODIFIED, NEVER)).rejects.toMatchObject({ code: 'corrupt' });
  await again.fetchPart(PART, PART, NEVER);
  await again.fetchPart(parts.at(-1)!.offset, PART, NEVER);
  expect(await again.finish(MODIFIED, NEVER)).toMatchObject({
    sha256: sha256(contentOf(world.demo, location)),
  });
});

// GramJS takes any short answer for the end of the file.
it('does not take a short answer for the end of the file', async () => {
  const { location } = await messageOn(2);
  await using file = (await opened(location)).file;
  strikeNext(world.demo, 'truncate');
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'corrupt' });
  await expect(file.finish(MODIFIED, NEVER)).rejects.toMatchObject({ code: 'corrupt' });
  await file.fetchPart(0, PART, NEVER);
});

// GramJS throws FILE_REFERENCE_EXPIRED at its caller and cannot go on.
it('reports an expired reference, and goes on with a fresh one', async () => {
  const message = await messageOn(4);
  await using file = (await opened(message.location)).file;
  world.demo.expireReferences(BigInt(message.location.documentId));
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'reference-expired' });
  file.relocate(await world.gateway.refresh(message, NEVER));
  await file.fetchPart(0, PART, NEVER);
});

// GramJS ignores document.dcId: its first request always goes to the wrong place.
it('asks the right data centre, and reports when the file is on another', async () => {
  const message = await messageOn(4);
  await using file = (await opened(message.location)).file;
  const spy = strikeNext(world.demo);
  await file.fetchPart(0, PART, NEVER);
  file.relocate({ ...message.location, dcId: 2 });
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'wrong-dc', dcId: 4 });
  expect(spy.left).toEqual([]);
});

it.each([
  ['rpc-fail', { code: 'server' }],
  ['timeout', { code: 'timeout' }],
  ['silence', { code: 'timeout' }],
  ['reset', { code: 'unreachable' }],
  ['disconnect', { code: 'unreachable' }],
  ['corrupt', { code: 'corrupt' }],
] as const)('reports %s, and does the part the next time', async (fault, expected) => {
  const { location } = await messageOn(4);
  const gateway = await connectedGateway(world.demo, { requestTimeoutMs: 300 });
  await using file = (await opened(location, gateway.gramjsLane())).file;
  const faults = strikeNext(world.demo, fault);
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject(expected);
  expect(faults.left).toEqual([]);
  expect(await file.fetchPart(0, PART, NEVER)).toMatchObject({ length: PART });
});

it('reports how long Telegram asks to wait', async () => {
  const { location } = await messageOn(4);
  // Another account: the wait holds for all of an account's connections.
  const gateway = await connectedGateway(world.demo, { account: 2 });
  await using file = (await opened(location, gateway.gramjsLane())).file;
  strikeNext(world.demo, 'flood-premium');
  const wait = { code: 'flood-wait', seconds: 1, method: 'upload.getFile' };
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject(wait);
});

it('replaces the key of another data centre that has forgotten it, without a login', async () => {
  const { location } = await messageOn(4);
  await using file = (await opened(location)).file;
  await file.fetchPart(0, PART, NEVER);
  strikeNext(world.demo, 'revoke');
  await file.fetchPart(0, PART, NEVER);
});

it('makes nobody believe that the login is gone when another data centre refuses a key', async () => {
  const { location } = await messageOn(4);
  await using file = (await opened(location)).file;
  // The first strike hits a part, the second the key that was made in its place.
  const faults = strikeNext(world.demo, 'revoke', 'revoke');
  const parts = await Promise.allSettled(
    [0, 1, 2, 3].map((index) => file.fetchPart(index * PART, PART, NEVER)),
  );
  expect(faults.left).toEqual([]);
  for (const part of parts) {
    if (part.status === 'rejected') expect(part.reason).toMatchObject({ code: 'unreachable' });
  }
  await file.fetchPart(0, PART, NEVER);
});

// A stored key that was never authorised, or is so no longer.
it('replaces the key of another data centre that is not logged in there', async () => {
  const { location } = await messageOn(4);
  const options = gatewayOptions(world.demo, await tempDir());
  await writeSession(world.demo, options.sessionFile, { foreignKeysOf: 2 });
  world.demo.revokeLogins(world.demo.accounts[2]!.id);
  await using gateway = createGateway(options);
  await gateway.connect(NEVER);
  await using file = (await opened(location, gateway.gramjsLane())).file;
  await file.fetchPart(0, PART, NEVER);
});

it('keeps the key of another data centre for the next run', async () => {
  const { location } = await messageOn(4);
  const exports = () => world.demo.report().requests['auth.exportAuthorization'] ?? 0;
  const before = exports();
  const gateway = await connectedGateway(world.demo, { foreignKeys: false });
  for (let round = 0; round < 2; round++) {
    await using file = (await opened(location, gateway.gramjsLane())).file;
    await Promise.all([file.fetchPart(0, PART, NEVER), file.fetchPart(PART, PART, NEVER)]);
  }
  const [first, second] = [await gateway.laneCredentials(4, NEVER), await gateway.laneCredentials(4, NEVER)];
  expect(first).toMatchObject({ dcId: 4, host: '127.0.0.1', authKey: second.authKey, apiId: 12345 });
  expect([first.authKey.length, first.serverSalt.length]).toEqual([256, 8]);
  expect(exports() - before).toBe(1);
  const renewed = await gateway.laneCredentials(4, NEVER, true);
  expect(renewed.authKey).not.toEqual(first.authKey);
  expect(exports() - before).toBe(2);
  const home = await gateway.laneCredentials(2, NEVER);
  expect(await gateway.laneCredentials(2, NEVER, true)).toEqual(home);
});

it('uses few connections for many parts at once', async () => {
  const { location } = await messageOn(2);
  const gateway = await connectedGateway(world.demo);
  const before = world.demo.report().traffic.connections;
  await using file = (await opened(location, gateway.gramjsLane())).file;
  await Promise.all([fetchAll(file, location), fetchAll(file, location), fetchAll(file, location)]);
  expect(world.demo.report().traffic.connections - before).toBeLessThanOrEqual(2);
});

it('gives up its connections after the machine slept, and goes on over new ones', async () => {
  const { location } = await messageOn(2);
  await using file = (await opened(location)).file;
  const faults = strikeNext(world.demo, 'silence');
  const part = file.fetchPart(0, PART, new AbortController().signal);
  await vi.waitFor(() => expect(faults.left).toEqual([]));
  world.gateway.wake();
  await expect(part).rejects.toMatchObject({ code: 'unreachable' });
  await file.fetchPart(0, PART, new AbortController().signal);
});

it('stops when told to, in any step', async () => {
  const { location } = await messageOn(2);
  const { file, path } = await opened(location);
  const abort = new AbortController();
  strikeNext(world.demo, 'silence');
  const part = file.fetchPart(0, PART, abort.signal);
  abort.abort();
  const cancelled = { code: 'cancelled' };
  await expect(part).rejects.toMatchObject(cancelled);
  await expect(file.fetchPart(0, PART, abort.signal)).rejects.toMatchObject(cancelled);
  await expect(file.verify([{ offset: 0, length: 1, digest: '' }], abort.signal)).rejects.toMatchObject(
    cancelled,
  );
  await expect(world.gateway.gramjsLane().open(location, path, abort.signal)).rejects.toMatchObject(
    cancelled,
  );
  await file[Symbol.asyncDispose]();
});

// GramJS's WriteStream makes a full disk an uncaught exception.
it('reports a full disk', async () => {
  const { location } = await messageOn(2);
  await using file = await world.gateway.gramjsLane().open(location, '/dev/full', NEVER);
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'disk-full', exitCode: 4 });
});

it('reports a place where nothing can be written', async () => {
  const { location } = await messageOn(2);
  const directory = await tempDir();
  const lane = world.gateway.gramjsLane();
  await mkdir(join(directory, 'taken'));
  await writeFile(join(directory, 'plain'), '');
  for (const path of ['taken', 'plain/file.part', 'absent/file.part']) {
    const opening = lane.open(location, join(directory, path), NEVER);
    await expect(opening).rejects.toMatchObject({ code: 'not-writable', exitCode: 4 });
  }
});

it('closes the files that are still open, with the lane', async () => {
  const { location } = await messageOn(2);
  const lane = world.gateway.gramjsLane();
  const { file, path } = await opened(location, lane);
  await file.fetchPart(0, PART, NEVER);
  await lane[Symbol.asyncDispose]();
  await expect(file.fetchPart(0, PART, NEVER)).rejects.toBeDefined();
  expect((await stat(path)).size).toBe(PART);
});

it.each([
  [1, 4096],
  [4096, 4096],
  [4097, 8192],
  [128 * 1024, 128 * 1024],
  [300_000, 512 * 1024],
  [1 << 20, 1 << 20],
])('asks for %i bytes with the limit %i', (length, limit) => {
  expect(limitFor(length)).toBe(limit);
});
