import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partDigest } from '../../../src/core/download/parts/part_digest.js';
import { TadError } from '../../../src/core/errors.js';
import { Bench } from './fakes/bench.js';
import { chat, contentOf, message, sha256 } from './fakes/fake_telegram.js';

const MB = 2 ** 20;
const SIZE = 6 * MB;
const ID = '7000001';

/** A run that ends after some of its twelve parts; the state it leaves is that of a killed process. */
async function interrupted(size = SIZE): Promise<Bench> {
  const bench = new Bench();
  bench.gateway.put(message({ messageId: 1, size }));
  const abort = new AbortController();
  bench.lane.onPart = () => {
    if (bench.lane.requests.length > 8) abort.abort();
  };
  await expect(bench.download(undefined, {}, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
  bench.lane.onPart = () => {};
  bench.lane.requests.length = 0;
  return bench;
}

const path = (bench: Bench) => join(bench.outDir, 'Chat -1001', 'track 1.mp3');

function expectRight(bench: Bench, size = SIZE): void {
  const expected = sha256(contentOf(ID, size));
  expect(bench.library.track(ID)?.sha256).toBe(expected);
  expect(bench.sha256At(bench.library.track(ID)?.path ?? '')).toBe(expected);
}

describe('resume', () => {
  it('asks only for what is not on disk', async () => {
    await using bench = await interrupted();
    const had = bench.library.parts(ID);
    expect(had.length).toBeGreaterThanOrEqual(4);
    expect(await bench.download()).toMatchObject({ completed: 1, skipped: 0 });
    expectRight(bench);
    expect(bench.lane.requests).toHaveLength(12 - had.length);
  });

  it('trusts no part whose bytes are not what was recorded', async () => {
    await using bench = await interrupted();
    const [first] = bench.library.parts(ID);
    const part = `${path(bench)}.part`;
    const bytes = readFileSync(part);
    bytes[(first?.offset ?? 0) + 100]! ^= 1;
    writeFileSync(part, bytes);
    await bench.download();
    expectRight(bench);
    expect(bench.lane.requests.some(({ offset }) => offset === first?.offset)).toBe(true);
  });

  it('asks the server what is good of what is on disk, where the records of it are lost', async () => {
    await using bench = await interrupted();
    const had = bench.library.parts(ID);
    bench.library.clearParts(ID);
    bench.lane.hasHashes = true;
    expect(await bench.download()).toMatchObject({ completed: 1 });
    expectRight(bench);
    expect(bench.lane.requests).toHaveLength(12 - had.length);
  });

  it('asks it for a large file as well', async () => {
    const size = 40 * MB;
    await using bench = await interrupted(size);
    bench.library.clearParts(ID);
    writeFileSync(`${path(bench)}.part`, contentOf(ID, size));
    bench.lane.hasHashes = true;
    await bench.download();
    expectRight(bench, size);
    expect(bench.lane.requests).toHaveLength(0);
  });

  it('fetches all of a file of which nothing is recorded, where nobody has hashes', async () => {
    await using bench = await interrupted();
    bench.library.clearParts(ID);
    expect(await bench.download()).toMatchObject({ completed: 1 });
    expectRight(bench);
    expect(bench.lane.requests).toHaveLength(12);
  });

  it('begins anew when the part file is gone, of another size, or nobody’s', async () => {
    for (const spoil of [
      (part: string) => rmSync(part),
      (part: string) => writeFileSync(part, Buffer.alloc(SIZE + 1)),
      (part: string) => writeFileSync(part, ''),
    ]) {
      await using bench = await interrupted();
      spoil(`${path(bench)}.part`);
      expect(await bench.download()).toMatchObject({ completed: 1, failed: 0 });
      expectRight(bench);
      expect(bench.lane.requests).toHaveLength(12);
    }
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1, size: SIZE }));
    mkdirSync(dirname(path(bench)), { recursive: true });
    writeFileSync(`${path(bench)}.part`, 'somebody else’s');
    await bench.download();
    expectRight(bench);
    expect(bench.library.track(ID)?.path).toBe(path(bench).replace('.mp3', ' (2).mp3'));
    expect(existsSync(`${path(bench)}.part`)).toBe(true);
  });

  it('takes a file that had its name already when the process died', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1, size: SIZE }));
    const { completeTransfer } = bench.library;
    bench.library.completeTransfer = () => {
      throw new TadError('internal', 'the process dies here');
    };
    await bench.download();
    bench.library.completeTransfer = completeTransfer;
    bench.lane.requests.length = 0;
    expect(await bench.download()).toMatchObject({ completed: 1 });
    expectRight(bench);
    expect(bench.lane.requests).toHaveLength(0);
    expect(readdirSync(dirname(path(bench)))).toEqual(['track 1.mp3']);
  });

  it('finishes a file that had both its names when the process died', async () => {
    await using bench = await interrupted();
    await bench.download();
    const { linkSync } = await import('node:fs');
    const track = bench.library.track(ID);
    expect(track).toBeDefined();
    bench.library.forgetTrack(ID);
    bench.library.beginTransfer({
      documentId: ID,
      chatId: '-1001',
      messageId: 1,
      path: path(bench),
      partPath: `${path(bench)}.part`,
      size: SIZE,
    });
    const content = contentOf(ID, SIZE);
    for (let offset = 0; offset < SIZE; offset += MB / 2) {
      const bytes = content.subarray(offset, offset + MB / 2);
      bench.library.recordPart(ID, { offset, length: bytes.length, digest: partDigest(bytes) });
    }
    linkSync(path(bench), `${path(bench)}.part`);
    bench.lane.requests.length = 0;
    bench.downloader.engine.known.forget(ID);
    await bench.download();
    expectRight(bench);
    expect(bench.lane.requests).toHaveLength(0);
    expect(readdirSync(dirname(path(bench)))).toEqual(['track 1.mp3']);
  });

  it('begins anew when what is on disk at the end is not the file', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1, size: SIZE }));
    let isSpoilt = false;
    bench.lane.onPart = ({ offset }) => {
      if (isSpoilt || offset < 5 * MB) return;
      isSpoilt = true;
      writeFileSync(`${path(bench)}.part`, Buffer.alloc(SIZE + 5));
    };
    expect(await bench.download()).toMatchObject({ completed: 0, failed: 1 });
    expect(bench.library.parts(ID)).toEqual([]);
    expect(await bench.download()).toMatchObject({ completed: 1, failed: 0 });
    expectRight(bench);
  });
});

describe('names of a run', () => {
  it('are unique for files of one name, also where only case or Unicode form differ', async () => {
    await using bench = new Bench();
    const names = ['Song.mp3', 'song.mp3', 'SONG.MP3', 'E\u0301.mp3', '\u00C9.mp3', 'Song.mp3'];
    bench.gateway.put(...names.map((fileName, i) => message({ messageId: i + 1, fileName })));
    expect(await bench.download()).toMatchObject({ completed: 6 });
    const found = readdirSync(join(bench.outDir, 'Chat -1001'));
    expect(new Set(found.map((name) => name.normalize('NFC').toLowerCase())).size).toBe(6);
  });

  it('of chats of one title share a directory without overwriting', async () => {
    await using bench = new Bench();
    bench.gateway.put(
      message({ messageId: 1, chatId: '-1001', fileName: 'a.mp3' }),
      message({ messageId: 2, chatId: '-1002', fileName: 'a.mp3' }),
    );
    const summary = await bench.download([chat('-1001', 'Same'), chat('-1002', 'Same')]);
    expect(summary).toMatchObject({ completed: 2 });
    expect(readdirSync(join(bench.outDir, 'Same')).sort()).toEqual(['a (2).mp3', 'a.mp3']);
  });

  it('stay when the library is moved aside and the file is somebody’s', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    await bench.download();
    renameSync(path(bench), `${path(bench)}.kept`);
    writeFileSync(path(bench), 'another file');
    expect(await bench.download()).toMatchObject({ completed: 1 });
    expect(readFileSync(path(bench), 'utf8')).toBe('another file');
  });
});

describe('a dry run', () => {
  it('tells what it would fetch, and fetches and writes nothing', async () => {
    await using bench = new Bench();
    bench.gateway.put(...Array.from({ length: 30 }, (_, i) => message({ messageId: i + 1 })));
    expect(await bench.download(undefined, { dryRun: true })).toMatchObject({ completed: 0, bytes: 0 });
    expect(bench.payloads('transfer.queued')).toHaveLength(30);
    expect(bench.lane.requests).toHaveLength(0);
    expect(existsSync(bench.outDir)).toBe(false);
    expect(await bench.download()).toMatchObject({ completed: 30 });
  });
});

describe('scans', () => {
  it('take the newest of all kinds up to the limit, and go on below it another time', async () => {
    await using bench = new Bench();
    for (let id = 1; id <= 40; id++) {
      bench.gateway.put(message({ messageId: id, kind: id % 3 === 0 ? 'voice' : 'music' }));
    }
    const kinds = ['music', 'voice'] as const;
    await bench.download(undefined, { kinds, limit: 7 });
    expect(
      bench
        .payloads('transfer.completed')
        .map(({ messageId }) => messageId)
        .sort((a, b) => b - a),
    ).toEqual([40, 39, 38, 37, 36, 35, 34]);
    expect(await bench.download(undefined, { kinds })).toMatchObject({ completed: 33, skipped: 7 });
    bench.gateway.scans.length = 0;
    await bench.download(undefined, { kinds });
    expect(bench.gateway.scans).toEqual([
      { kind: 'music', minId: 40 },
      { kind: 'voice', minId: 39 },
    ]);
  });

  it('that were interrupted find what was seen and not fetched', async () => {
    await using bench = new Bench();
    bench.gateway.put(...Array.from({ length: 50 }, (_, i) => message({ messageId: i + 1 })));
    const abort = new AbortController();
    bench.lane.onPart = () => {
      if (bench.payloads('transfer.completed').length >= 3) abort.abort();
    };
    await expect(bench.download(undefined, {}, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    bench.lane.onPart = () => {};
    bench.gateway.put(message({ messageId: 60 }));
    await bench.download();
    for (const id of [1, 25, 50, 60]) expect(bench.library.isCompleted(String(7_000_000 + id))).toBe(true);
    expect(bench.library.totals().tracks).toBe(51);
  });

  it('of a chat that cannot be read are told, and the others go on', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    const { scan } = bench.gateway;
    bench.gateway.scan = function (target, options, signal) {
      if (target.chat.id === '-1002') throw new TadError('forbidden', 'this account may not read it');
      return scan.call(this, target, options, signal);
    };
    const summary = await bench.download([chat('-1002', 'Closed'), chat('-1001')]);
    expect(summary).toMatchObject({ completed: 1, failed: 1 });
    expect(bench.payloads('notice')[0]?.text).toBe('Closed: this account may not read it');
    await expect(bench.download([chat('-1002', 'Closed')])).rejects.toMatchObject({ code: 'forbidden' });
  });
});
