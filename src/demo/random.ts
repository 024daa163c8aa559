/**
 * A small seeded generator (sfc32): the same words in give the same sequence out, on every machine. Not for secrets.
 * Constructing one is cheap, so that any message or file can have its own, drawn from (seed, chat, message).
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...words: readonly number[]) {
    let hash = 0x9e3779b9;
    const mixed = [0, 0, 0];
    for (let i = 0; i < words.length + 3; i++) {
      hash = Math.imul(hash ^ (words[i % Math.max(words.length, 1)] ?? 0) ^ i, 0x85ebca6b);
      hash ^= hash >>> 13;
      mixed[i % 3] = Math.imul(mixed[i % 3]! ^ hash, 0xc2b2ae35) ^ (hash >>> 16);
    }
    [this.#a, this.#b, this.#c] = mixed as [number, number, number];
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

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]!;
  }

  /** A non-negative 63-bit number, as Telegram's ids are. */
  id(): bigint {
    return (BigInt(this.uint32() & 0x7fff_ffff) << 32n) | BigInt(this.uint32());
  }
}
