import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Library } from '../library/library.js';
import type { DownloadEngine } from './engine.js';
import { systemCode } from './files/file_error.js';
import { discard } from './files/part_file.js';
import { PART_SUFFIX } from './naming/component.js';
import { isAudioExtension } from './naming/extension.js';
import { chatDirectoryName } from './naming/file_name.js';

/** Another profile may mirror to the same place and go on with its part files: until then nobody touches them. */
export const STALE_AFTER_MS = 7 * 24 * 3600 * 1000;

/**
 * Deletes part files that no resume needs: in the directories of known chats, named as ours are (`NAME.mp3.part`), unknown
 * to the library and the queue, and not written to for a week. They come from a process that was killed while it gave a
 * transfer up.
 * @param now milliseconds since 1970
 * @returns bytes on disk that this freed
 * @throws TadError `not-writable` when one cannot be deleted
 */
export async function removeStaleParts(
  library: Pick<Library, 'chats' | 'unfinishedTransfers'>,
  { dispatcher, queue }: Pick<DownloadEngine, 'dispatcher' | 'queue'>,
  outDir: string,
  now: number,
): Promise<number> {
  const needed = await identities([
    ...[...dispatcher.active, ...queue.values()].map(({ path }) => path + PART_SUFFIX),
    ...library.unfinishedTransfers().map(({ partPath }) => partPath),
  ]);
  let freed = 0;
  for (const directory of new Set(library.chats().map((chat) => join(outDir, chatDirectoryName(chat))))) {
    for (const name of await namesIn(directory)) {
      if (!isPartOfAudio(name)) continue;
      const path = join(directory, name);
      const found = await lstat(path, { bigint: true }).catch(undefinedIfGone);
      if (found === undefined || !isStale(found, now) || needed.has(identity(found))) continue;
      await discard(path);
      freed += Number(found.size);
    }
  }
  return freed;
}

/** Which files these are: a path may be spelled in several ways (a link, another case, another normal form). */
async function identities(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const path of paths) {
    const stats = await stat(path, { bigint: true }).catch(undefinedIfGone);
    if (stats !== undefined) found.add(identity(stats));
  }
  return found;
}

const identity = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;

function isStale(found: BigIntStats, now: number): boolean {
  return found.isFile() && now - Number(found.mtimeNs) / 1e6 >= STALE_AFTER_MS;
}

function isPartOfAudio(name: string): boolean {
  if (!name.endsWith(PART_SUFFIX)) return false;
  return isAudioExtension(extname(name.slice(0, -PART_SUFFIX.length)).slice(1));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(undefinedIfGone)) ?? [];
}

function undefinedIfGone(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error))) throw error;
}
