import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { getObjectPool, type ObjectPool } from '../memory/index.js';
import { throwIfAborted } from './waiting.js';

const BUFFER_BYTES = 256 * 1024;

/** Hashes that read at once; a further one waits. */
const MAX_BUFFERS = 4;

/** Who uses the process's pool now; the last one closes it. */
let users = 0;

/** The read buffers for hashing, one pool for all of a process, which shrinks when memory is cleaned up. */
export class HashBuffers implements AsyncDisposable {
  readonly pool = getObjectPool<Buffer>(
    'hash buffers',
    () => Buffer.allocUnsafeSlow(BUFFER_BYTES),
    MAX_BUFFERS,
    { objectBytes: BUFFER_BYTES },
  );
  #isClosed = false;

  constructor() {
    users++;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (--users === 0) await this.pool.close();
  }
}

/**
 * SHA-256 of the file's bytes [offset, offset+length), or of as many of them as there are.
 * O(length) time, one pooled buffer.
 */
export function hashRange(
  handle: FileHandle,
  buffers: ObjectPool<Buffer>,
  offset: number,
  length: number,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  throwIfAborted(signal);
  return buffers.use(
    async (buffer) => {
      const hash = createHash('sha256');
      let done = 0;
      while (done < length) {
        throwIfAborted(signal);
        const { bytesRead } = await handle.read(
          buffer,
          0,
          Math.min(buffer.length, length - done),
          offset + done,
        );
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
        done += bytesRead;
      }
      return { bytes: done, sha256: hash.digest('hex') };
    },
    { signal },
  );
}
