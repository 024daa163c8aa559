import { hash32 } from '../random.js';

const HALF_MASK = 0x7fff_ffff;
const ROUNDS = 4;
/** Set in every id, so that all look as long as Telegram's. */
const TOP_BIT = 1n << 62n;

/**
 * Numbers that look drawn at random but can be taken apart again: (chat, message) as two 31-bit halves through a
 * Feistel network keyed by the seed. Unique by construction, both ways O(1).
 */
export class IdCipher {
  readonly #keys: readonly number[];

  constructor(seed: number, purpose: number) {
    this.#keys = Array.from({ length: ROUNDS }, (_, round) => hash32(seed, purpose, round));
  }

  /** @param high, low 0 to 2^31 - 1 @returns a 63-bit number, its top bit set */
  encode(high: number, low: number): bigint {
    let left = high;
    let right = low;
    for (const key of this.#keys) [left, right] = [right, left ^ this.#round(right, key)];
    return TOP_BIT | (BigInt(left) << 31n) | BigInt(right);
  }

  /** What `encode` was given; undefined for a number that cannot be one of its. */
  decode(id: bigint): { readonly high: number; readonly low: number } | undefined {
    if (id >> 62n !== 1n) return undefined;
    let left = Number((id >> 31n) & BigInt(HALF_MASK));
    let right = Number(id & BigInt(HALF_MASK));
    for (const key of this.#keys.toReversed()) [left, right] = [right ^ this.#round(left, key), left];
    return { high: left, low: right };
  }

  #round(half: number, key: number): number {
    return hash32(half, key) & HALF_MASK;
  }
}
