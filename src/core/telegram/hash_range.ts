import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { ObjectPool } from '../memory/index.js';
import { throwIfAborted } from './waiting.js';

const BUFFER_BYTES = 256 * 1024;

/** Read buffers for hashing; a hash that finds none free waits for one. */
export function createHashBuffers(maxSize = 4): ObjectPool<Buffer> {
  return new ObjectPool<Buffer>({
    name: 'gramjs lane: hash buffers',
    maxSize,
    objectBytes: BUFFER_BYTES,
    create: () => Buffer.allocUnsafeSlow(BUFFER_BYTES),
  });
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
