import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TadError } from '../errors.js';

let isSampling = false;

/**
 * Samples allocations of this process for `seconds`, those that were collected meanwhile included, and writes them as a
 * `.heapprofile`, readable by its owner only. Sampling costs little (one sample per 32 KiB allocated on average, V8's
 * default).
 * @throws TadError `rejected` while another profile is taken: V8 has one sampler;
 *   what the file system throws, or the abort reason
 */
export async function writeHeapProfile(path: string, seconds: number, signal?: AbortSignal): Promise<void> {
  if (isSampling)
    throw new TadError('rejected', 'another profile is being taken', 'Try again when it is done');
  isSampling = true;
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.startSampling', {
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await sleep(seconds * 1000, undefined, { signal });
    const { profile } = await session.post('HeapProfiler.stopSampling');
    await writeFile(path, JSON.stringify(profile), { mode: 0o600 });
  } finally {
    isSampling = false;
    session.disconnect();
  }
}
