import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { partSizeFor } from '../../src/core/download/parts/part_size.js';
import { openLibrary } from '../../src/core/library/library.js';
import { Random } from '../../src/demo/random.js';
import { expectMirrored } from '../core/helpers/mirror.js';
import { startDemo } from '../helpers/demo.js';
import { Driven, type DrivenLane } from './driven.js';
import { inHome, threeChats } from './survive.js';

/** 8 MB under way at most, in the 256 KB parts of files of 3 MB; smaller files are fewer at once. */
const PARTS_UNDER_WAY = 32;

/**
 * Kills the mirroring process `kills` times at moments drawn from a seed, lets it finish, and checks that every file is
 * right, that nothing is left over, and that no more was fetched again than what can have been under way.
 */
export async function killOften(lane: DrivenLane, kills: number, tracks: number): Promise<void> {
  await using demo = await startDemo({ seed: 21, tracks, fileMb: 3, latencyMs: 10 });
  await inHome(async (home) => {
    const chats = threeChats(demo);
    const random = new Random(kills, 99);
    for (let kill = 0; kill < kills; kill++) {
      const driven = new Driven({ home, demo, chats, lane, login: kill === 0 });
      await driven.told(random.int(1, 6), 'transfer.progress', 'transfer.completed');
      await driven.kill();
    }
    const last = new Driven({ home, demo, chats, lane });
    expect(await last.ended(), last.stderr).toBe(0);
    using library = openLibrary({ file: join(home, 'library.db') });
    const entries = expectMirrored(demo, library, chats);
    const documents = new Map(entries.map(({ documentId, bytes }) => [documentId, bytes]));
    const onDisk = readdirSync(join(home, 'out'), { recursive: true, withFileTypes: true });
    const names = onDisk.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(names).toHaveLength(documents.size);
    let parts = 0;
    for (const bytes of documents.values()) parts += Math.ceil(bytes / partSizeFor(bytes));
    const asked = demo.report().requests['upload.getFile'] ?? 0;
    expect(asked).toBeGreaterThanOrEqual(parts);
    expect(asked).toBeLessThanOrEqual(parts + kills * PARTS_UNDER_WAY);
  });
}
