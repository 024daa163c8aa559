import { lstat, readdir } from 'node:fs/promises';
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
  const needed = new Set([
    ...[...dispatcher.active, ...queue.values()].map(({ path }) => path + PART_SUFFIX),
    ...library.unfinishedTransfers().map(({ partPath }) => partPath),
  ]);
  let freed = 0;
  for (const directory of new Set(library.chats().map((chat) => join(outDir, chatDirectoryName(chat))))) {
    for (const name of await namesIn(directory)) {
      const path = join(directory, name);
      if (isPartOfAudio(name) && !needed.has(path)) freed += await removeIfStale(path, now);
    }
  }
  return freed;
}

async function removeIfStale(path: string, now: number): Promise<number> {
  const found = await lstat(path);
  if (!found.isFile() || now - found.mtimeMs < STALE_AFTER_MS) return 0;
  await discard(path);
  return found.size;
}

function isPartOfAudio(name: string): boolean {
  if (!name.endsWith(PART_SUFFIX)) return false;
  return isAudioExtension(extname(name.slice(0, -PART_SUFFIX.length)).slice(1));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return [];
    throw error;
  }
}
