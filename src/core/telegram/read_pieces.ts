import type { FileHandle } from 'node:fs/promises';
import { readFully } from '../download/files/read_fully.js';
import type { Part } from '../download/parts/part_plan.js';
import { MAX_PART_BYTES } from '../download/parts/part_size.js';
import { getObjectPool, type ObjectPool } from '../memory/index.js';
import { throwIfAborted } from './waiting.js';

/** A part is checked in one piece. */
const BUFFER_BYTES = MAX_PART_BYTES;

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
 * Reads the file's bytes [offset, offset+length), or as many of them as there are, a part's largest size at once, the last piece less.
 * O(length) time, one pooled buffer.
 * @param take is shown each piece, and must not keep it
 * @returns bytes
 */
export function readPieces(
  handle: FileHandle,
  buffers: ObjectPool<Buffer>,
  { offset, length }: Part,
  signal: AbortSignal,
  take: (piece: Uint8Array) => void,
): Promise<number> {
  throwIfAborted(signal);
  return buffers.use(
    async (buffer) => {
      let done = 0;
      while (done < length) {
        throwIfAborted(signal);
        const wanted = Math.min(buffer.length, length - done);
        const bytes = await readFully(handle, buffer, wanted, offset + done);
        if (bytes === 0) break;
        take(buffer.subarray(0, bytes));
        done += bytes;
      }
      return done;
    },
    { signal },
  );
}
