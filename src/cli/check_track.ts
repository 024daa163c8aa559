import { hashFile } from '../core/download/files/hash_file.js';
import type { Track } from '../core/face.js';

/** What is wrong with a file of the library. */
export type TrackProblem = 'missing' | 'damaged' | 'unreadable';

/** Reads the whole file and compares it with what was recorded when it was complete; undefined when all is well. */
export async function checkTrack(track: Track, signal: AbortSignal): Promise<TrackProblem | undefined> {
  try {
    const found = await hashFile(track.path, [], signal);
    if (found === undefined) return 'missing';
    return found.bytes === track.bytes && found.sha256 === track.sha256 ? undefined : 'damaged';
  } catch (error) {
    if (signal.aborted) throw error;
    return 'unreadable';
  }
}
