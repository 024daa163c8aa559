import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLibrary } from '../../../../src/core/library/library.js';
import { Driven } from '../../../chaos/driven.js';
import { inHome, threeChats } from '../../../chaos/survive.js';
import { startDemo } from '../../../helpers/demo.js';
import { expectMirrored } from '../../helpers/mirror.js';

it('after a crash, what is damaged or unrecorded on disk is kept as far as the server’s own hashes vouch for it', async () => {
  await using demo = await startDemo({ seed: 9, chats: 1, tracks: 1, fileMb: 8, bandwidth: 6e6 });
  await inHome(async (home) => {
    const chats = threeChats(demo).slice(0, 1);
    const first = new Driven({ home, demo, chats, lane: 'native', login: true });
    await first.told(2, 'transfer.progress');
    await first.kill();
    expect(demo.report().requests['upload.getFileHashes'] ?? 0).toBe(0);
    const out = join(home, 'out');
    const name = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith('.part'),
    );
    const damaged = readFileSync(join(out, name!));
    damaged[5]! ^= 1;
    writeFileSync(join(out, name!), damaged);

    const second = new Driven({ home, demo, chats, lane: 'native' });
    expect(await second.ended(), second.stderr).toBe(0);
    expect(demo.report().requests['upload.getFileHashes']).toBeGreaterThan(0);
    using library = openLibrary({ file: join(home, 'library.db') });
    expectMirrored(demo, library, chats);
  });
}, 60_000);
