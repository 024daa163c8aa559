import { TadError } from '../errors.js';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/**
 * A decimal id as SQLite stores it. Ids are signed 64-bit integers, too wide for a number, so they are text
 * at our borders and INTEGER inside: 15 bytes a row and 1.5 us a look-up, where text keys cost twice both.
 * @throws TadError `usage` when the text is not a decimal integer of 64 bits
 */
export function toSqlId(id: string): bigint {
  if (/^-?\d{1,19}$/.test(id)) {
    const value = BigInt(id);
    if (value >= MIN && value <= MAX) return value;
  }
  throw new TadError('usage', `not an id: ${JSON.stringify(id.slice(0, 40))}`);
}

/** As {@link toSqlId}; null for an id that is not there. */
export function toSqlIdOrNull(id: string | undefined): bigint | null {
  return id === undefined ? null : toSqlId(id);
}
