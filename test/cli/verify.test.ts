import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LibraryView, Track } from '../../src/core/face.js';
import type { ChatTarget } from '../../src/core/types.js';
import { CHAT, FakeCore, SUMMARY } from './fake_core.js';
import { makeWorld, recordsOf, type World } from './fake_io.js';

/** A core whose library has real files on disk. */
class ShelfCore extends FakeCore {
  tracks: Track[] = [];
  targets: readonly ChatTarget[] = [];

  override get library(): LibraryView {
    const unused = () => expect.unreachable();
    return {
      search: (_, { offset, limit }) => this.tracks.slice(offset, offset + limit),
      count: () => this.tracks.length,
      track: (id) => this.tracks.find(({ documentId }) => documentId === id),
      tags: unused,
      chats: unused,
      chatCounts: unused,
      messages: unused,
      messageCount: unused,
      message: unused,
      unfetched: unused,
      isQueued: unused,
      notYetTaken: unused,
    };
  }

  override async download(...[targets, ...rest]: Parameters<FakeCore['download']>) {
    this.targets = targets;
    return await super.download(targets, ...rest);
  }
}

function shelf(files: number): { world: World; core: ShelfCore; directory: string } {
  const core = new ShelfCore();
  const world = makeWorld(core);
  const directory = join(world.home, 'music', CHAT.title);
  mkdirSync(directory, { recursive: true });
  core.tracks = Array.from({ length: files }, (_, i): Track => {
    const path = join(directory, `${i}.mp3`);
    writeFileSync(path, contentOf(i));
    return {
      documentId: String(i),
      chatId: CHAT.id,
      chatTitle: CHAT.title,
      messageId: 100 + i,
      kind: 'music',
      path,
      bytes: contentOf(i).length,
      sha256: createHash('sha256').update(contentOf(i)).digest('hex'),
      mimeType: 'audio/mpeg',
      messageDate: 0,
      completedAt: 0,
    };
  });
  return { world, core, directory };
}

const contentOf = (i: number) => `file ${i}`;

function breakTwo(directory: string): void {
  rmSync(join(directory, '1.mp3'));
  writeFileSync(join(directory, '2.mp3'), 'file X');
}

describe('tad verify', () => {
  it('is content with a library that is as it was recorded, over many pages', async () => {
    const { world } = shelf(450);
    world.env = {};
    expect(await world.tad('verify')).toBe(0);
    expect(world.stdout.text).toBe('450 files checked (3.4 KB), all are well\n');
    expect(world.core.asked).toEqual([]);
  });

  it('names what is missing, damaged or cut short', async () => {
    const { world, directory } = shelf(4);
    breakTwo(directory);
    writeFileSync(join(directory, '3.mp3'), 'fil');
    expect(await world.tad('verify')).toBe(1);
    expect(world.stdout.text).toBe(
      `missing  ${directory}/1.mp3\ndamaged  ${directory}/2.mp3\ndamaged  ${directory}/3.mp3\n` +
        '4 files checked (24 B), 3 broken\n',
    );
    expect(world.stderr.text).toBe('tad: to fetch them again: tad verify --repair\n');
    world.stdout.text = '';
    expect(await world.tad('verify', '--json')).toBe(1);
    const [first, , , summary] = recordsOf(world.stdout);
    expect(first).toMatchObject({
      event: 'verify.problem',
      problem: 'missing',
      documentId: '1',
      messageId: 101,
    });
    expect(summary).toMatchObject({
      event: 'verify.summary',
      checked: 4,
      missing: 1,
      damaged: 2,
      repaired: 0,
    });
  });

  it('changes nothing on the disk', async () => {
    const { world, directory } = shelf(3);
    breakTwo(directory);
    writeFileSync(join(directory, '1.mp3.damaged'), contentOf(1));
    expect(await world.tad('verify')).toBe(1);
    expect(world.stdout.text).toContain(`missing  ${directory}/1.mp3\n`);
    expect(readdirSync(directory).sort()).toEqual(['0.mp3', '1.mp3.damaged', '2.mp3']);
  });

  it('tells what cannot be read', async () => {
    const { world, directory } = shelf(1);
    rmSync(join(directory, '0.mp3'));
    mkdirSync(join(directory, '0.mp3'));
    expect(await world.tad('verify')).toBe(1);
    expect(world.stdout.text).toContain(`unreadable  ${directory}/0.mp3\n`);
  });
});

describe('tad verify --repair', () => {
  it('fetches what is broken, from its message, and nothing else', async () => {
    const { world, core, directory } = shelf(4);
    breakTwo(directory);
    core.work = async () => {
      for (const i of [1, 2]) writeFileSync(join(directory, `${i}.mp3`), contentOf(i));
      return { ...SUMMARY, completed: 2 };
    };
    expect(await world.tad('verify', '--repair')).toBe(0);
    expect(core.targets).toEqual([
      { chat: CHAT, messageId: 101 },
      { chat: CHAT, messageId: 102 },
    ]);
    expect(core.request).toMatchObject({ outDir: join(world.home, 'music'), repair: true, dryRun: false });
    expect(readdirSync(directory).sort()).toEqual(['0.mp3', '1.mp3', '2.mp3', '3.mp3']);
    expect(world.stdout.text).toMatch(/4 files checked \(24 B\), 2 broken, 2 repaired\n$/);
    expect(world.stdout.text).not.toContain('downloaded');
  });

  it('lets a damaged file be when no better one comes', async () => {
    const { world, core, directory } = shelf(3);
    breakTwo(directory);
    core.work = async () => {
      throw new Error('no network');
    };
    expect(await world.tad('verify', '--repair')).toBe(1);
    expect(readFileSync(join(directory, '2.mp3'), 'utf8')).toBe('file X');
    expect(readdirSync(directory).sort()).toEqual(['0.mp3', '2.mp3']);
    expect(world.stderr.text).toContain('tad: no network\n');
    expect(world.stdout.text).toContain('2 broken, 0 repaired');
  });

  it('mends the files of other chats when one is gone', async () => {
    const { world, core, directory } = shelf(3);
    breakTwo(directory);
    core.tracks[1] = { ...core.tracks[1]!, chatId: '404', chatTitle: 'Gone' };
    core.work = async () => {
      writeFileSync(join(directory, '2.mp3'), contentOf(2));
      return { ...SUMMARY, completed: 1 };
    };
    expect(await world.tad('verify', '--repair')).toBe(1);
    expect(core.targets).toEqual([{ chat: CHAT, messageId: 102 }]);
    expect(world.stderr.text).toContain("tad: Gone: no chat '404'");
    expect(world.stdout.text).toContain('2 broken, 1 repaired');
  });

  it('asks Telegram for nothing when nothing is broken', async () => {
    const { world, core } = shelf(2);
    expect(await world.tad('verify', '--repair')).toBe(0);
    expect(core.request).toBeUndefined();
  });
});
