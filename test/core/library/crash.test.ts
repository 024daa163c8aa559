import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openLibrary } from '../../../src/core/library/library.js';
import { tempDir } from './fixtures.js';
import { sha256Of } from './rows.js';

const OUT = '/music';

const here = (name: string): string => join(import.meta.dirname, name);

/**
 * Starts the writer and kills it (-9) when it reports file `killAt`. Resolves with the last file it
 * reported.
 */
async function writeUntilKilled(file: string, killAt: number, ...mode: string[]): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--experimental-transform-types',
      `--import=${here('typescript_hook.mjs')}`,
      here('doomed_writer.ts'),
      file,
      ...mode,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last === killAt) child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return last;
}

/** Opens the library as the next run does and checks that each file is wholly done or wholly not. */
function inspect(file: string) {
  const library = openLibrary({ file });
  onTestFinished(() => library.close());
  expect(library.problems()).toEqual([]);
  const tracks = [...library.tracks()];
  tracks.forEach((track, i) => {
    expect([track.messageId, track.sha256]).toEqual([i + 1, sha256Of(i + 1)]);
  });
  for (const { documentId, messageId, bytes } of library.unfinishedTransfers()) {
    expect(library.isCompleted(documentId)).toBe(false);
    expect(messageId).toBe(tracks.length + 1);
    expect([0, 3 * 65_536]).toContain(bytes);
  }
  expect(library.count('')).toBe(tracks.length);
  expect(library.count('title')).toBe(tracks.length);
  return { library, done: tracks.length };
}

it('loses only the open transaction when killed inside one', async () => {
  const file = join(tempDir(), 'library.db');
  expect(await writeUntilKilled(file, Number.POSITIVE_INFINITY, 'die-in-transaction')).toBe(49);
  const { library, done } = inspect(file);
  expect(done).toBe(49);
  expect(library.unfinishedTransfers()).toMatchObject([
    { messageId: 50, path: '/music/50.mp3', bytes: 196_608 },
  ]);
  expect(library.queue.next(9, [OUT]).map((one) => one.message.messageId)).toEqual([50]);
});

it.each([1, 150])('loses no committed file when killed about file %i', async (killAt) => {
  const file = join(tempDir(), 'library.db');
  const reported = await writeUntilKilled(file, killAt);
  expect(inspect(file).done).toBeGreaterThanOrEqual(reported);
});
