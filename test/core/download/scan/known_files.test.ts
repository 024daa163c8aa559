import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { KnownFiles } from '../../../../src/core/download/scan/known_files.js';
import { Bench } from '../fakes/bench.js';
import { chat, message } from '../fakes/fake_telegram.js';

const SIZE = 10;

function idOf(n: number): string {
  return message({ messageId: n }).location.documentId;
}

/** A library with so many finished files, which are on disk; the newest has the highest number. */
function filled(bench: Bench, count: number): void {
  mkdirSync(bench.outDir, { recursive: true });
  bench.library.saveChats([chat('-1001')]);
  for (let n = 1; n <= count; n++) {
    const one = message({ messageId: n, size: SIZE });
    const path = join(bench.outDir, `${n}.mp3`);
    writeFileSync(path, Buffer.alloc(SIZE));
    bench.library.saveMessages([one]);
    bench.library.completeTransfer({
      documentId: idOf(n),
      chatId: '-1001',
      messageId: n,
      path,
      bytes: SIZE,
      sha256: '0'.repeat(64),
    });
  }
}

describe('KnownFiles', () => {
  it('is filled from the newest completed rows, and finds the older ones in the library', async () => {
    await using bench = new Bench();
    filled(bench, 5);
    const known = new KnownFiles(bench.library, 3);
    expect(known.figures()).toMatchObject({ size: 3, capacity: 3, hits: 0, misses: 0 });
    expect([5, 4, 3].map((n) => known.has(idOf(n)))).toEqual([true, true, true]);
    expect(known.figures()).toMatchObject({ hits: 3, misses: 0 });
    expect(known.has(idOf(1))).toBe(true);
    expect(known.has(idOf(6))).toBe(false);
    expect(known.figures()).toMatchObject({ size: 3, hits: 3, misses: 2 });
  });

  it('asks the library nothing about new documents while it holds the ids of all that are had', async () => {
    await using bench = new Bench();
    filled(bench, 3);
    const { library } = bench;
    const known = new KnownFiles(library, 4);
    const asked = [vi.spyOn(library, 'inReadTransaction'), vi.spyOn(library, 'isCompleted')];
    const times = () => asked.map((spy) => spy.mock.calls.length);
    expect((await known.present([11, 12, 13].map(idOf))).size).toBe(0);
    expect(times()).toEqual([0, 0]);
    expect([...(await known.present([11, 2].map(idOf))).keys()]).toEqual([idOf(2)]);
    expect(times()).toEqual([1, 0]);
    // An evicted id may be one that is missed: from now on the library is asked.
    for (const n of [21, 22]) known.add(idOf(n));
    expect([...(await known.present([11, 1].map(idOf))).keys()]).toEqual([idOf(1)]);
    expect(times()[1]).toBe(2);
  });

  it('learns what another process has fetched meanwhile', async () => {
    await using bench = new Bench();
    filled(bench, 3);
    const known = new KnownFiles(bench.library, 50_000);
    expect(known.has(idOf(4))).toBe(false);
    await using other = new Bench({ home: bench.home });
    filled(other, 4);
    expect(known.has(idOf(4))).toBe(true);
    expect(known.has(idOf(5))).toBe(false);
  });

  it('counts as had only what is on disk with its full size, and forgets the rest', async () => {
    await using bench = new Bench();
    filled(bench, 3);
    const known = new KnownFiles(bench.library, 50_000);
    rmSync(join(bench.outDir, '1.mp3'));
    writeFileSync(join(bench.outDir, '2.mp3'), 'cut');
    const present = await known.present([1, 2, 3, 3, 4].map(idOf));
    expect([...present.keys()]).toEqual([idOf(3)]);
    expect([1, 2, 3].map((n) => known.has(idOf(n)))).toEqual([false, false, true]);
    expect(bench.library.isCompleted(idOf(1))).toBe(false);
  });

  it('forgets nothing when the whole output directory has vanished: its disk is not mounted', async () => {
    await using bench = new Bench();
    bench.gateway.put(message({ messageId: 1 }));
    await bench.download();
    const known = new KnownFiles(bench.library, 50_000);
    rmSync(bench.outDir, { recursive: true });
    expect((await known.present([idOf(1)])).size).toBe(0);
    expect(bench.library.isCompleted(idOf(1))).toBe(true);
    mkdirSync(bench.outDir);
    expect((await known.present([idOf(1)])).size).toBe(0);
    expect(bench.library.isCompleted(idOf(1))).toBe(true);
  });

  it('is asked by every scan: a second one finds in memory all that the first fetched', async () => {
    await using bench = new Bench();
    bench.gateway.put(...[1, 2, 3].map((n) => message({ messageId: n })));
    await bench.download();
    const { hits, size } = bench.downloader.engine.known.figures();
    expect(size).toBe(3);
    expect(await bench.download()).toMatchObject({ completed: 0, skipped: 3 });
    expect(bench.downloader.engine.known.figures().hits - hits).toBe(3);
  });
});
