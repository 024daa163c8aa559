const KB = 1024;
const MB = 1024 * KB;

/**
 * Rules of upload.getFile without the `precise` flag: `offset` and `limit` are multiples of 4 KB, 1 MB is a multiple
 * of `limit`, and a part never crosses a 1 MB boundary. https://core.telegram.org/api/files#downloading-files
 */
export const MIN_PART_BYTES = 4 * KB;
export const MAX_PART_BYTES = MB;

/** A power of two between the smallest and the largest part, not above `bytes` (but never below the smallest). */
export function partSizeAtMost(bytes: number): number {
  const bounded = Math.min(Math.max(bytes, MIN_PART_BYTES), MAX_PART_BYTES);
  return 2 ** Math.floor(Math.log2(bounded));
}

/**
 * The part size for a file. Up to 1 MB a file is one request; above, parts are small enough that a few requests can
 * be under way for one file and that little is lost when the process dies, and large enough that latency and the
 * fixed cost of a request do not count.
 */
export function partSizeFor(fileBytes: number): number {
  if (fileBytes <= MB) return Math.min(partSizeAtMost(fileBytes) * 2, MB);
  if (fileBytes <= 4 * MB) return 256 * KB;
  if (fileBytes <= 32 * MB) return 512 * KB;
  return MB;
}

/** The smallest permitted `limit` that covers a part of `bytes`; the last part of a file is shorter than its limit. */
export function limitFor(bytes: number): number {
  const bounded = Math.min(Math.max(bytes, MIN_PART_BYTES), MAX_PART_BYTES);
  return 2 ** Math.ceil(Math.log2(bounded));
}
