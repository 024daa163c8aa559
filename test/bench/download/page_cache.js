// In a virtual machine the host takes back memory that lies free for two seconds, and the first to write to it again pays for
// that: up to three CPU seconds per GB of page cache, which is a matter of the host and not of any client.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 50;
/** Let go of before it is needed: what the fastest client writes in between. */
const AHEAD_BYTES = 16 * 2 ** 20;

/**
 * Holds as much page cache as a client is going to need, in a file beside its own, and lets it go as the client's files
 * grow: so every client finds the memory that it writes to warm, however fast or slow it is.
 * @param {string} directory the client's, for its files in `music`
 */
export function lendPageCache(directory, bytes) {
  const path = join(directory, 'page-cache');
  const fd = openSync(path, 'w');
  const piece = Buffer.alloc(1 << 20, 1);
  for (let held = 0; held < bytes; held += piece.length) writeSync(fd, piece);
  fdatasyncSync(fd);
  const timer = setInterval(() => {
    ftruncateSync(fd, Math.max(0, bytes - bytesIn(join(directory, 'music')) - AHEAD_BYTES));
  }, EVERY_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      closeSync(fd);
      rmSync(path);
    },
  };
}

function bytesIn(directory) {
  if (!existsSync(directory)) return 0;
  let sum = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const size = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size;
    if (entry.isFile()) sum += size ?? 0;
  }
  return sum;
}
