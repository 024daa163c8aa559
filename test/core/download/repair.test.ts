import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TadError } from '../../../src/core/errors.js';
import { Bench } from './fakes/bench.js';
import { chat, contentOf, message } from './fakes/fake_telegram.js';

const MB = 2 ** 20;
const SIZE = 6 * MB;
const ID = '7000001';
const right = contentOf(ID, SIZE);

const directory = (bench: Bench) => join(bench.outDir, 'Chat -1001');
const path = (bench: Bench) => join(directory(bench), 'track 1.mp3');
const bytesAsked = (bench: Bench) => bench.lane.requests.reduce((sum, { length }) => sum + length, 0);

/** A library of one file of 6 MB, whose sixth byte from 1 MB on is wrong on disk. */
async function damaged(): Promise<Bench> {
  const bench = new Bench();
  bench.gateway.put(message({ messageId: 1, size: SIZE }));
  await bench.download();
  bench.lane.requests.length = 0;
  const bytes = readFileSync(path(bench));
  bytes[MB + 5]! ^= 1;
  writeFileSync(path(bench), bytes);
  return bench;
}

function repair(bench: Bench, signal = new AbortController().signal) {
  const target = { chat: chat('-1001'), messageId: 1 };
  return bench.downloader.download([target], bench.request({ repair: true }), signal);
}

function expectMended(bench: Bench): void {
  expect(readFileSync(path(bench)).equals(right)).toBe(true);
  expect(bench.library.track(ID)?.path).toBe(path(bench));
  expect(readdirSync(directory(bench))).toEqual(['track 1.mp3']);
  expect(bench.library.unfinishedTransfers()).toEqual([]);
}

describe('a repair', () => {
  it('fetches only the pieces that the server’s hashes refuse', async () => {
    await using bench = await damaged();
    bench.lane.hasHashes = true;
    expect(await repair(bench)).toMatchObject({ completed: 1, failed: 0 });
    expect(bytesAsked(bench)).toBe(128 * 1024);
    expectMended(bench);
  });

  it('fetches the whole file where nobody has hashes, into the same place', async () => {
    await using bench = await damaged();
    expect(await repair(bench)).toMatchObject({ completed: 1, failed: 0 });
    expect(bytesAsked(bench)).toBe(SIZE);
    expectMended(bench);
  });

  it.each([
    ['is gone', (file: string) => rmSync(file)],
    ['is cut short', (file: string) => writeFileSync(file, right.subarray(0, 1_000_000))],
    ['is too long', (file: string) => writeFileSync(file, Buffer.concat([right, right]))],
  ])('of a file that %s never takes its row from the library', async (_, spoil) => {
    await using bench = await damaged();
    spoil(path(bench));
    bench.lane.hasHashes = true;
    bench.lane.onPart = () => expect(bench.library.isCompleted(ID)).toBe(true);
    expect(await repair(bench)).toMatchObject({ completed: 1, failed: 0 });
    expectMended(bench);
  });

  it('of a file whose message is gone leaves the file and its row as they are', async () => {
    await using bench = await damaged();
    const before = readFileSync(path(bench));
    bench.gateway.messages.clear();
    for (let i = 0; i < 2; i++) {
      expect(await repair(bench)).toMatchObject({ completed: 0, failed: 0 });
      expect(bench.library.track(ID)?.path).toBe(path(bench));
      expect(readFileSync(path(bench)).equals(before)).toBe(true);
      expect(readdirSync(directory(bench))).toEqual(['track 1.mp3']);
    }
  });

  it('that fails, or finds the message gone half-way, leaves the file and its row as they are', async () => {
    await using bench = await damaged();
    const before = readFileSync(path(bench));
    const expectAsBefore = () => {
      expect(bench.library.track(ID)?.path).toBe(path(bench));
      expect(readFileSync(path(bench)).equals(before)).toBe(true);
    };
    bench.lane.onPart = () => {
      throw new TadError('rejected', 'LOCATION_INVALID');
    };
    expect(await repair(bench)).toMatchObject({ completed: 0, failed: 1 });
    expectAsBefore();
    bench.lane.onPart = () => {
      bench.gateway.messages.clear();
      throw new TadError('reference-expired', 'FILE_REFERENCE_EXPIRED');
    };
    expect(await repair(bench)).toMatchObject({ completed: 0, skipped: 1 });
    expectAsBefore();
    expect(readdirSync(directory(bench))).toEqual(['track 1.mp3']);
    expect(bench.library.unfinishedTransfers()).toEqual([]);
  });

  it('puts the mended file in place of the damaged one: there is no moment without either', async () => {
    await using bench = await damaged();
    let isDone = false;
    const done = repair(bench).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      expect(existsSync(path(bench))).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expectMended(bench);
  });

  it('that was killed leaves the file, and the next one goes on from there', async () => {
    await using bench = await damaged();
    const before = readFileSync(path(bench));
    const abort = new AbortController();
    bench.lane.onPart = ({ offset }, signal) => {
      if (offset < 2 * MB) return;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const run = repair(bench, abort.signal);
    while (bench.library.parts(ID).length < 4) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(path(bench)).equals(before)).toBe(true);
    expect(bench.library.track(ID)?.path).toBe(path(bench));
    bench.lane.onPart = () => {};
    bench.lane.requests.length = 0;
    expect(await repair(bench)).toMatchObject({ completed: 1 });
    expect(bench.lane.requests).toHaveLength(12 - 4);
    expectMended(bench);
  });

  it('takes nothing that the library does not have', async () => {
    await using bench = await damaged();
    bench.gateway.messages.clear();
    bench.gateway.put(message({ messageId: 1, documentId: '99' }));
    expect(await repair(bench)).toMatchObject({ completed: 0 });
    expect(bench.lane.requests).toEqual([]);
  });
});
