/**
 * A well-mixed 32-bit hash of whole numbers (the finalizer of MurmurHash3 between the words). Words count in full up
 * to 2^53. Not for secrets.
 */
export function hash32(...words: readonly number[]): number {
  let hash = 0x9e3779b9 ^ words.length;
  for (const word of words) {
    hash = finalize(hash ^ word);
    const high = Math.trunc(word / 0x1_0000_0000);
    if (high !== 0) hash = finalize(hash ^ high ^ 0x5bd1e995);
  }
  return hash >>> 0;
}

function finalize(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) + 0x6d2b79f5;
  return hash ^ (hash >>> 16);
}

/**
 * A small seeded generator (sfc32): the same words in give the same sequence out, on every machine. Not for secrets.
 * Constructing one is cheap, so that any message or file can have its own, drawn from (seed, chat, message).
 */
export class Random {
  #a: number;
  #b = 0x243f6a88;
  #c = 0x13198a2e;
  #counter = 1;

  constructor(...words: readonly number[]) {
    this.#a = hash32(...words);
    // Further 64 bits of state, so that it takes more than one coincidence for two sequences to be the same.
    for (const word of words) {
      this.#b = finalize(this.#b ^ word);
      this.#c = finalize(this.#c + word);
    }
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32(): number {
    const t = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    this.#c |= 0;
    return t >>> 0;
  }

  /** In [0, 1). */
  float(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number in [min, max]. */
  int(min: number, max: number): number {
    return min + Math.floor(this.float() * (max - min + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** A non-negative 63-bit number, as Telegram's ids are. */
  id(): bigint {
    return (BigInt(this.uint32() & 0x7fff_ffff) << 32n) | BigInt(this.uint32());
  }
}
