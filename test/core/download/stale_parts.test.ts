import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeStaleParts, STALE_AFTER_MS } from '../../../src/core/download/stale_parts.js';
import { Bench } from './fakes/bench.js';
import { chat, message } from './fakes/fake_telegram.js';

const NOW = Date.UTC(2026, 0, 31);

/** A file of 100 bytes that was last written so many milliseconds ago. */
function leave(directory: string, name: string, age: number): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, Buffer.alloc(100));
  utimesSync(path, new Date(NOW - age), new Date(NOW - age));
  return path;
}

describe('removeStaleParts', () => {
  it('deletes part files that nobody has written to for a week and no transfer needs, and nothing else', async () => {
    await using bench = new Bench();
    const { library, downloader, outDir } = bench;
    library.saveChats([chat('-1001', 'Music'), chat('-1002', 'Never downloaded')]);
    library.saveMessages([message({ messageId: 1 })]);
    const mine = join(outDir, 'Music');
    const stale = leave(mine, 'given up.mp3.part', STALE_AFTER_MS);
    const begun = leave(mine, 'begun.mp3.part', STALE_AFTER_MS);
    library.beginTransfer({
      documentId: message({ messageId: 1 }).location.documentId,
      chatId: '-1001',
      messageId: 1,
      path: join(mine, 'begun.mp3'),
      partPath: begun,
      size: 10_000,
    });
    const kept = [
      begun,
      leave(mine, 'of another profile.mp3.part', STALE_AFTER_MS - 1),
      leave(mine, 'of another program.zip.part', STALE_AFTER_MS),
      leave(mine, 'finished.mp3', STALE_AFTER_MS),
      leave(join(outDir, 'No chat of ours'), 'other.mp3.part', STALE_AFTER_MS),
      leave(outDir, 'target.mp3', STALE_AFTER_MS),
    ];
    symlinkSync(join(outDir, 'target.mp3'), join(mine, 'link.mp3.part'));
    expect(await removeStaleParts(library, downloader.engine, outDir, NOW)).toBe(100);
    expect(existsSync(stale)).toBe(false);
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
    expect(await removeStaleParts(library, downloader.engine, outDir, NOW)).toBe(0);
  });

  it('knows a file that a transfer needs under whatever path', async () => {
    await using bench = new Bench();
    const { library, downloader, home, outDir } = bench;
    library.saveChats([chat('-1001', 'Music')]);
    library.saveMessages([message({ messageId: 1 })]);
    const begun = leave(join(outDir, 'Music'), 'begun.mp3.part', STALE_AFTER_MS);
    const link = join(home, 'the same directory');
    symlinkSync(outDir, link);
    library.beginTransfer({
      documentId: message({ messageId: 1 }).location.documentId,
      chatId: '-1001',
      messageId: 1,
      path: join(link, 'Music', 'begun.mp3'),
      partPath: join(link, 'Music', 'begun.mp3.part'),
      size: 10_000,
    });
    expect(await removeStaleParts(library, downloader.engine, outDir, NOW)).toBe(0);
    expect(existsSync(begun)).toBe(true);
  });
});
