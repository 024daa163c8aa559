import { endianness } from 'node:os';

/** A 64-bit id as its upper and lower 32 bits; either signedness is accepted, the bits are what counts. */
export interface IdPair {
  readonly hi: number;
  readonly lo: number;
}

/**
 * A signed 64-bit id (-2^63 … 2^63-1), as decimal text, bigint or two halves. The three spellings of one
 * number are one id; so are `7` and `007`.
 */
export type Id = string | bigint | IdPair;

const LOW = endianness() === 'LE' ? 0 : 1;
const HIGH = 1 - LOW;
const TWO_32 = 2 ** 32;
const MAX_DIGITS = 19;

// The id read last. A shared scratch pad, because returning two numbers would mean allocating an object
// for each operation; nothing can come between the reading and the use, as neither awaits.
const words = new Int32Array(2);
const whole = new BigInt64Array(words.buffer);

/**
 * Reads an id; its halves are then in {@link readHigh} and {@link readLow} until the next call. O(1), no allocation.
 * @throws TypeError for text that is not a decimal integer, halves that are not integers of 32 bits, or another type
 * @throws RangeError for a number that does not fit into 64 signed bits
 */
export function readId(id: Id): void {
  if (typeof id === 'string') {
    readDecimal(id);
  } else if (typeof id === 'bigint') {
    if (BigInt.asIntN(64, id) !== id) throw outOfRange(id);
    whole[0] = id;
  } else if (typeof id === 'object' && id !== null && isHalf(id.hi) && isHalf(id.lo)) {
    words[LOW] = id.lo;
    words[HIGH] = id.hi;
  } else {
    throw notAnId(id);
  }
}

/** The upper 32 bits of the id read last, signed. */
export function readHigh(): number {
  return words[HIGH]!;
}

/** The lower 32 bits of the id read last, signed. */
export function readLow(): number {
  return words[LOW]!;
}

/** The decimal text of an id given as halves. */
export function formatId(hi: number, lo: number): string {
  words[LOW] = lo;
  words[HIGH] = hi;
  return whole[0]!.toString();
}

/** A well-mixed signed 32-bit hash: every bit of the id changes about half of the bits. */
export function hashId(hi: number, lo: number): number {
  let hash = Math.imul(hi, 0x9e3779b1) ^ lo;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function readDecimal(text: string): void {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  if (length === start) throw notAnId(text);
  if (length - start > MAX_DIGITS) throw /^-?\d+$/.test(text) ? outOfRange(text) : notAnId(text);

  // Nine digits at most in each part, so that every part is a small integer.
  const first = readDigits(text, start, length - 18);
  const second = readDigits(text, Math.max(start, length - 18), length - 9);
  const third = readDigits(text, Math.max(start, length - 9), length);
  const head = first * 1e9 + second;
  const lo = (Math.imul(head, 1_000_000_000) + third) | 0;
  // The product is rounded to 53 bits, yet what remains without its exact lower half is a multiple of 2^32,
  // and the rounding error is far below half of that.
  const hi = Math.floor((head * 1e9 + third - (lo >>> 0)) / TWO_32 + 0.5);
  if (hi > 0x7fffffff && !(negative && hi === 0x80000000 && lo === 0)) throw outOfRange(text);
  words[LOW] = negative ? -lo : lo;
  words[HIGH] = negative ? ~hi + (lo === 0 ? 1 : 0) : hi;
}

function readDigits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >>> 0 > 9) throw notAnId(text);
    value = (value * 10 + digit) | 0;
  }
  return value;
}

/** An integer of 32 bits, signed or not. */
function isHalf(value: number): boolean {
  return (value | 0) === value || value >>> 0 === value;
}

function notAnId(id: unknown): TypeError {
  return new TypeError(`not a decimal 64-bit id: ${String(id).slice(0, 40)}`);
}

function outOfRange(id: string | bigint): RangeError {
  return new RangeError(`id does not fit into 64 signed bits: ${String(id).slice(0, 40)}`);
}
