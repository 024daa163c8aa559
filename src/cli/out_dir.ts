import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Settings } from '../core/config/resolve.js';
import { TadError } from '../core/errors.js';

/**
 * The directory for the files; it is there unless this is a dry run. A named one is made when its parent exists: a whole missing path is
 * rather a disk that is not mounted, or a typing error.
 * @throws TadError `not-writable`
 */
export async function prepareOutDir(settings: Settings): Promise<string> {
  const named = settings.get('out');
  const path = named ?? join(homedir(), 'Music', 'Telegram');
  if (settings.get('dry-run')) return path;
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  if (found !== undefined) throw new TadError('not-writable', `${path} is not a directory`);
  try {
    await mkdir(path, { recursive: named === undefined });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing
      ? new TadError(
          'not-writable',
          `there is no directory ${dirname(path)}`,
          `Make it first: mkdir -p '${path}'`,
        )
      : new TadError('not-writable', `cannot make ${path}`, undefined, { cause: error });
  }
  return path;
}
