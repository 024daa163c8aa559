export const STAMP_BYTES = 12;

/** The low 28 bits, seven in each byte: no byte has its top bit set, so a stamp never looks like a sync word. */
export function spread28(word: number): number {
  return ((word & 0x0fe0_0000) << 3) | ((word & 0x001f_c000) << 2) | ((word & 0x3f80) << 1) | (word & 0x7f);
}

/**
 * Writes what makes a frame unlike any other of any file: the file's key and the frame's number.
 * @param key two words already spread (spread28)
 */
export function writeStamp(target: Uint8Array, at: number, key: readonly [number, number], frame: number) {
  putUint32(target, at, key[0]);
  putUint32(target, at + 4, key[1]);
  putUint32(target, at + 8, spread28(frame));
}

function putUint32(target: Uint8Array, at: number, word: number): void {
  target[at] = word >>> 24;
  target[at + 1] = word >>> 16;
  target[at + 2] = word >>> 8;
  target[at + 3] = word;
}
