import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FileLane } from '../../../src/core/download/lane.js';
import type * as NativeLaneModule from '../../../src/core/download/native/native_lane.js';
import { partDigest } from '../../../src/core/download/parts/part_digest.js';
import type { FloodWaitError, TadError } from '../../../src/core/errors.js';
import { getObjectPoolStats, performMemoryCleanup } from '../../../src/core/memory/index.js';
import { createGateway } from '../../../src/core/telegram/create_gateway.js';
import type { TelegramGateway } from '../../../src/core/telegram/gateway.js';
import type { AudioMessage } from '../../../src/core/types.js';
import { FAULT_NAMES } from '../../../src/demo/faults.js';
import type { DemoServer } from '../../../src/demo/server.js';
import { startDemo } from '../../helpers/demo.js';
import { allChats, allMessages, gatewayOptions, NEVER, writeSession } from '../telegram/support.js';

// The lane's thread is a file that node runs: the built one.
const built = new URL('../../../dist/core/download/native/native_lane.js', import.meta.url);
const { NativeLane } = (await import(built.href)) as typeof NativeLaneModule;

/** What this process has open, where the system tells. */
const OPEN_FILES = '/proc/self/fd';

/** Unix seconds. */
const MODIFIED = 1_234_567_890;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tad-lanes-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const shared = mkdtempSync(join(tmpdir(), 'tad-lanes-'));
afterAll(() => rmSync(shared, { recursive: true, force: true }));

const lanes = {
  gramjs: async (gateway: TelegramGateway) => gateway.gramjsLane(),
  native: (gateway: TelegramGateway) =>
    NativeLane.start(
      {
        credentials: (dcId, signal, renew) => gateway.laneCredentials(dcId, signal, renew),
        client: { apiId: 12345, deviceModel: 'test', systemVersion: 'test', appVersion: 'test' },
        depth: 8,
        comesLast: false,
        connectTimeoutMs: 2000,
        requestTimeoutMs: 1000,
        log: () => {},
        warn: () => {},
      },
      NEVER,
    ),
} satisfies Record<string, (gateway: TelegramGateway) => Promise<FileLane>>;

describe.each(Object.entries(lanes))('the %s lane', (name, start) => {
  let demo: DemoServer;
  let gateway: TelegramGateway;
  let messages: readonly AudioMessage[];
  let lane: FileLane;

  beforeAll(async () => {
    demo = await startDemo({ seed: 3, chats: 1, tracks: 8, fileMb: 1 });
    const options = gatewayOptions(demo, join(shared, name), {
      requestTimeoutMs: 1000,
      connectTimeoutMs: 2000,
    });
    await writeSession(demo, options.sessionFile);
    gateway = createGateway(options);
    await gateway.connect(NEVER);
    const chat = (await allChats(gateway)).find(
      ({ kind, title }) => kind === 'channel' && !/private/i.test(title),
    )!;
    messages = await allMessages(gateway.scan({ chat }, { kind: 'music' }, NEVER));
    lane = await start(gateway);
  });
  afterAll(async () => {
    await lane[Symbol.asyncDispose]();
    await gateway[Symbol.asyncDispose]();
    await demo[Symbol.asyncDispose]();
  });
  afterEach(() => {
    for (const fault of FAULT_NAMES) demo.faults.setRate(fault, 0);
  });

  function content(message: AudioMessage): Buffer {
    const bytes = Buffer.alloc(message.location.size);
    demo.catalogue.document(BigInt(message.location.documentId))!.read(0, bytes.length, bytes);
    return bytes;
  }

  const PART = 128 * 1024;
  const partsOf = (message: AudioMessage) =>
    Array.from({ length: Math.ceil(message.location.size / PART) }, (_, i) => i * PART);

  it('fetches files from both data centres, parts in any order, byte for byte', async () => {
    const chosen = [2, 4].map((dcId) => messages.find(({ location }) => location.dcId === dcId)!);
    for (const message of chosen) {
      const path = join(directory, message.location.documentId);
      const expected = content(message);
      await using file = await lane.open(message.location, path, NEVER);
      const records = await Promise.all(
        partsOf(message)
          .reverse()
          .map((offset) => file.fetchPart(offset, PART, NEVER)),
      );
      for (const { offset, length, digest } of records) {
        expect(digest).toBe(partDigest(expected.subarray(offset, offset + length)));
      }
      expect(await file.finish(MODIFIED, NEVER)).toEqual({
        bytes: expected.length,
        sha256: createHash('sha256').update(expected).digest('hex'),
      });
      expect(readFileSync(path).equals(expected)).toBe(true);
      expect(statSync(path).mtimeMs).toBe(MODIFIED * 1000);
    }
  });

  it('shows the buffers it reads back with, and keeps none of them when it is told to shrink', async () => {
    const reading = () =>
      [...(lane.pools ?? []), ...getObjectPoolStats()].find(({ name: pool }) =>
        ['read-back buffers', 'hash buffers'].includes(pool),
      );
    const path = join(directory, 'buffers');
    await using file = await lane.open(messages[0]!.location, path, NEVER);
    const part = await file.fetchPart(0, PART, NEVER);
    expect(await file.verify([part], NEVER)).toEqual([part]);
    await vi.waitFor(() => expect(reading()?.idle).toBeGreaterThan(0));
    const freed = lane.shrink
      ? await lane.shrink()
      : (await performMemoryCleanup()).steps.find(({ name: step }) => step === 'object pools')?.freed;
    expect(freed).toBeGreaterThanOrEqual(256 * 1024);
    await vi.waitFor(() => expect(reading()).toMatchObject({ inUse: 0, idle: 0 }));
  });

  it('trusts parts on disk only when they are what was recorded', async () => {
    const message = messages[0]!;
    const path = join(directory, 'resume');
    await using file = await lane.open(message.location, path, NEVER);
    const first = await file.fetchPart(0, PART, NEVER);
    const second = await file.fetchPart(PART, PART, NEVER);
    const forged = { ...second, digest: first.digest };
    expect(await file.verify([first, forged, { ...first, offset: 4 * PART }], NEVER)).toEqual([first]);
  });

  it('does not finish a file of the right size that has a hole', async () => {
    const message = messages[0]!;
    await using file = await lane.open(message.location, join(directory, 'hole'), NEVER);
    const hole = 2 * PART;
    for (const offset of partsOf(message)) if (offset !== hole) await file.fetchPart(offset, PART, NEVER);
    await expect(file.finish(MODIFIED, NEVER)).rejects.toMatchObject({ code: 'corrupt' });
    await file.fetchPart(hole, PART, NEVER);
    expect((await file.finish(MODIFIED, NEVER)).sha256).toBe(
      createHash('sha256').update(content(message)).digest('hex'),
    );
  });

  it('reports an expired reference, and goes on with a fresh one', async () => {
    const message = messages.at(-1)!;
    await using file = await lane.open(message.location, join(directory, 'a'), NEVER);
    demo.expireReferences(BigInt(message.location.documentId));
    await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'reference-expired' });
    file.relocate(await gateway.refresh(message, NEVER));
    expect(await file.fetchPart(0, PART, NEVER)).toMatchObject({ offset: 0, length: PART });
  });

  it('reports the right data centre of a file that was looked for elsewhere', async () => {
    const message = messages.find(({ location }) => location.dcId === 4)!;
    await using file = await lane.open({ ...message.location, dcId: 2 }, join(directory, 'a'), NEVER);
    await expect(file.fetchPart(0, PART, NEVER)).rejects.toMatchObject({ code: 'wrong-dc', dcId: 4 });
    file.relocate(message.location);
    await file.fetchPart(0, PART, NEVER);
  });

  it('finds its way when the file turns out to be elsewhere while a part waits for the first connection', async () => {
    const message = messages.find(({ location }) => location.dcId === 4)!;
    await using fresh = await start(gateway);
    await using file = await fresh.open({ ...message.location, dcId: 2 }, join(directory, 'a'), NEVER);
    const part = file.fetchPart(0, PART, NEVER);
    file.relocate(message.location);
    const outcome = await part.catch((error: TadError) => error.code);
    expect(outcome).not.toBe('internal');
    expect(await file.fetchPart(0, PART, NEVER)).toMatchObject({ offset: 0, length: PART });
  });

  // On GramJS's lane the parts that did not find out first fail, and are asked for again.
  it.runIf(name === 'native')(
    'replaces a key that is refused, once, however many parts find out',
    async () => {
      const options = gatewayOptions(demo, join(directory, 'session'));
      await writeSession(demo, options.sessionFile, { foreignKeysOf: 2 });
      demo.revokeLogins(demo.accounts[2]!.id);
      await using other = createGateway(options);
      await other.connect(NEVER);
      await using own = await start(other);
      const message = messages.find(({ location }) => location.dcId === 4)!;
      const exports = () => demo.report().requests['auth.exportAuthorization'] ?? 0;
      const before = exports();
      await using file = await own.open(message.location, join(directory, 'a'), NEVER);
      const fetch = async (part: number) => {
        await own.admission?.(4);
        return file.fetchPart(part * PART, PART, NEVER);
      };
      // Those who find the key refused may say so, and ask again; nobody has to log in.
      const again = (part: number) =>
        fetch(part).catch((error) => {
          expect(error).toMatchObject({ code: 'unreachable' });
          return fetch(part);
        });
      await Promise.all([0, 1, 2, 3].map(again));
      expect(exports() - before).toBe(1);
      expect(own.admission?.(4)).toBeUndefined();
    },
  );

  it.each(['flood', 'flood-premium'] as const)('reports %s waits with their seconds', async (fault) => {
    await using file = await lane.open(messages[0]!.location, join(directory, 'a'), NEVER);
    demo.faults.setRate(fault, 1);
    const seconds = await file.fetchPart(0, PART, NEVER).then(
      () => 0,
      (error: FloodWaitError) => (error.code === 'flood-wait' ? error.seconds : 0),
    );
    expect(seconds).toBeGreaterThan(0);
    demo.faults.setRate(fault, 0);
    // Whoever comes too early is told again, and a wait must not reach into the next test.
    await vi.waitFor(() => file.fetchPart(0, PART, NEVER), { timeout: 3000, interval: 200 });
  });

  it.each([
    ['rpc-fail', /^(server|timeout)$/],
    ['timeout', /^(server|timeout)$/],
    ['truncate', /^corrupt$/],
    ['silence', /^(timeout|unreachable)$/],
  ] as const)('reports %s as %s', async (fault, code) => {
    await using file = await lane.open(messages[0]!.location, join(directory, 'a'), NEVER);
    await file.fetchPart(0, PART, NEVER);
    demo.faults.setRate(fault, 1);
    await expect(file.fetchPart(PART, PART, NEVER)).rejects.toMatchObject({
      code: expect.stringMatching(code),
    });
    demo.faults.setRate(fault, 0);
    expect(await file.fetchPart(PART, PART, NEVER)).toMatchObject({ offset: PART, length: PART });
  });

  it.each(['disconnect', 'reset', 'corrupt'] as const)(
    'survives %s: parts fail or succeed, never wrongly',
    async (fault) => {
      const message = messages[0]!;
      const path = join(directory, 'a');
      await using file = await lane.open(message.location, path, NEVER);
      await file.fetchPart(0, PART, NEVER);
      demo.faults.setRate(fault, 0.3);
      let failures = 0;
      for (const offset of partsOf(message)) {
        for (;;) {
          try {
            await file.fetchPart(offset, PART, NEVER);
            break;
          } catch (error) {
            expect(error).toMatchObject({
              code: expect.stringMatching(/^(unreachable|corrupt|timeout|server)$/),
            });
            failures++;
          }
        }
      }
      demo.faults.setRate(fault, 0);
      expect(failures + (demo.faults.counts()[fault] ?? 0)).toBeGreaterThan(0);
      expect((await file.finish(MODIFIED, NEVER)).sha256).toBe(
        createHash('sha256').update(content(message)).digest('hex'),
      );
    },
  );

  it('stops at once when told to', async () => {
    await using file = await lane.open(messages[0]!.location, join(directory, 'a'), NEVER);
    await file.fetchPart(0, PART, NEVER);
    demo.faults.setRate('silence', 1);
    const abort = new AbortController();
    const part = file.fetchPart(PART, PART, abort.signal);
    abort.abort();
    await expect(part).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.runIf(existsSync(OPEN_FILES))('keeps no file open when told to stop while it opens one', async () => {
    const { location } = messages[0]!;
    const warm = await lane.open(location, join(directory, 'a'), NEVER);
    await warm[Symbol.asyncDispose]();
    const openNow = () =>
      readdirSync(OPEN_FILES).filter((name) => {
        try {
          return readlinkSync(join(OPEN_FILES, name)).startsWith(directory);
        } catch {
          return false;
        }
      });
    for (let i = 0; i < 20; i++) {
      const abort = new AbortController();
      const opening = lane.open(location, join(directory, 'a'), abort.signal);
      if (i % 2 === 0) abort.abort();
      else setImmediate(() => abort.abort());
      await opening.then(
        (file) => file[Symbol.asyncDispose](),
        (error) => expect(error).toMatchObject({ code: 'cancelled' }),
      );
    }
    await vi.waitFor(() => expect(openNow()).toEqual([]));
  });

  it('says when the place cannot be written', async () => {
    await expect(
      lane.open(messages[0]!.location, join(directory, 'no', 'such', 'place'), NEVER),
    ).rejects.toMatchObject({
      code: 'not-writable',
    });
  });
});
