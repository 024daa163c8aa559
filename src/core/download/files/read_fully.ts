import type { FileHandle } from 'node:fs/promises';

/**
 * Reads `length` bytes from `offset` on into the beginning of the buffer: one read may give fewer.
 * @returns bytes read, fewer only where the file ends
 */
export async function readFully(
  file: FileHandle,
  buffer: Buffer,
  length: number,
  offset: number,
): Promise<number> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
