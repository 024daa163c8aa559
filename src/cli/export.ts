import { existsSync } from 'node:fs';
import type { Track } from '../core/face.js';
import { openLibrary } from '../core/library/library.js';
import { StreamingDataProcessor } from '../core/memory/index.js';
import type { Action, Call } from './command.js';
import { record } from './records.js';

/** Tracks rendered between two looks at whether the reader keeps up. */
const CHUNK = 500;

function lineOf({ io, settings }: Call, track: Track): string {
  return settings.get('json') ? record(io.now(), 'track', track) : track.path;
}

/** Writes the library, oldest first, no faster than it is read. Asks nobody but the library, which may be in use meanwhile. */
export const exportLibrary: Action = async (call) => {
  const { io, home, signal } = call;
  if (!existsSync(home.libraryFile)) return 0;
  using library = openLibrary({ file: home.libraryFile });
  const processor = new StreamingDataProcessor({ chunkSize: CHUNK });
  for await (const tracks of processor.processInChunks(library.tracks(), { signal })) {
    await io.stdout.lineWhenReady(tracks.map((track) => lineOf(call, track)).join('\n'));
  }
  return 0;
};
