import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLibrary } from '../../../../src/core/library/library.js';
import { Driven } from '../../../chaos/driven.js';
import { inHome, threeChats } from '../../../chaos/survive.js';
import { startDemo } from '../../../helpers/demo.js';
import { expectMirrored } from '../../helpers/mirror.js';

/** Flips a bit of what is on disk of the file under way. */
function damage(home: string): void {
  const out = join(home, 'out');
  const name = readdirSync(out, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.part'));
  const bytes = readFileSync(join(out, name!));
  bytes[5]! ^= 1;
  writeFileSync(join(out, name!), bytes);
}

/** The library, and in it the one file under way. */
function underWay(home: string) {
  const library = openLibrary({ file: join(home, 'library.db') });
  const [transfer, ...others] = library.unfinishedTransfers();
  expect(others).toEqual([]);
  return { library, transfer: transfer! };
}

/** As a step to another schema may do, that cannot keep them. */
function loseRecords(home: string): void {
  const { library, transfer } = underWay(home);
  library.clearParts(transfer.documentId);
  library.close();
}

/** Bytes of the file that were recorded as being on disk, and of all of it. */
function progress(home: string): { readonly bytes: number; readonly size: number } {
  const { library, transfer } = underWay(home);
  library.close();
  return transfer;
}

it.each([
  ['damaged or unrecorded', damage],
  ['there without any record', loseRecords],
])(
  'after a crash, what is %s on disk is kept as far as the server’s own hashes vouch for it',
  async (_, spoil) => {
    await using demo = await startDemo({ seed: 9, chats: 1, tracks: 1, fileMb: 8, bandwidth: 6e6 });
    await inHome(async (home) => {
      const chats = threeChats(demo).slice(0, 1);
      const first = new Driven({ home, demo, chats, lane: 'native', login: true });
      await first.told(2, 'transfer.progress');
      await first.kill();
      expect(demo.report().requests['upload.getFileHashes'] ?? 0).toBe(0);
      const { bytes, size } = progress(home);
      expect(bytes).toBeGreaterThan(0);
      spoil(home);
      const sent = () => demo.report().traffic.bytesWritten;
      const before = sent();

      const second = new Driven({ home, demo, chats, lane: 'native' });
      expect(await second.ended(), second.stderr).toBe(0);
      expect(demo.report().requests['upload.getFileHashes']).toBeGreaterThan(0);
      // Of what was recorded one piece of 128 KB is fetched again at most; the rest is the scan.
      expect(sent() - before).toBeLessThan(size - bytes + 256 * 1024);
      using library = openLibrary({ file: join(home, 'library.db') });
      expectMirrored(demo, library, chats);
    });
  },
  60_000,
);
