import { open } from 'node:fs/promises';
import { abortable } from './abortable.js';

/** Read at once. Large, so that the hop to a worker thread of libuv weighs little against the decoding. */
const READ_BYTES = 256 * 1024;

/** What is needed of a FileHandle: replaced in tests. */
export interface OpenFile {
  read(buffer: Buffer): Promise<{ readonly bytesRead: number }>;
  /** Waits for a read that is under way. */
  close(): Promise<void>;
}

/**
 * The blocks of a file in order, each valid until the next one is asked for; one is read ahead.
 *
 * An abort ends the wait at once, even while nobody writes to a pipe. The file is closed then when that opening or read
 * ends: neither can be called back.
 * @throws what opening and reading the file throws; the signal's reason
 */
export function readAhead(
  path: string,
  signal: AbortSignal | undefined,
  openFile: (path: string) => Promise<OpenFile> = (name) => open(name, 'r'),
): Iterable<Buffer> | AsyncIterable<Buffer> {
  return abortable(
    blocks(() => openFile(path), signal),
    signal,
  );
}

async function* blocks(
  openFile: () => Promise<OpenFile>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void> {
  const file = await openFile();
  const read = (buffer: Buffer) => {
    const reading = file.read(buffer).then(({ bytesRead }) => buffer.subarray(0, bytesRead));
    // It may fail while the block before is worked on; whoever asks for this one hears of it.
    reading.catch(() => {});
    return reading;
  };
  try {
    let current = Buffer.allocUnsafeSlow(READ_BYTES);
    let spare = Buffer.allocUnsafeSlow(READ_BYTES);
    for (let block = await read(current); block.length > 0 && !signal?.aborted; ) {
      [current, spare] = [spare, current];
      const reading = read(current);
      yield block;
      block = await reading;
    }
  } finally {
    await file.close();
  }
}
