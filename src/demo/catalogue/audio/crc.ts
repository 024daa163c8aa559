/**
 * A cyclic redundancy check, most significant bit first, starting from zero and used as it comes out: the kind of FLAC
 * (CRC-8, CRC-16) and Ogg (CRC-32). It is linear, so the check of a long run whose beginning changes is the check of
 * the beginning, carried over the length of the rest, xor the check of the rest.
 */
export class Crc {
  readonly #table = new Uint32Array(256);
  readonly #shift: number;

  /** @param width bits, 8 to 32 */
  constructor(width: number, polynomial: number) {
    this.#shift = 32 - width;
    // The register sits at the top of 32 bits, whatever its width.
    const aligned = (polynomial << this.#shift) >>> 0;
    for (let byte = 0; byte < 256; byte++) {
      let register = byte << 24;
      for (let bit = 0; bit < 8; bit++) register = register < 0 ? (register << 1) ^ aligned : register << 1;
      this.#table[byte] = register;
    }
  }

  /** The check of bytes [start, end), going on from `before`. */
  of(bytes: Uint8Array, start: number, end: number, before = 0): number {
    const table = this.#table;
    let register = before << this.#shift;
    for (let i = start; i < end; i++) register = (register << 8) ^ table[(register >>> 24) ^ bytes[i]!]!;
    return register >>> this.#shift;
  }

  /** Makes the function that carries a check over `length` zero bytes; making it is O(length), using it O(1). */
  over(length: number): (check: number) => number {
    const zeros = new Uint8Array(length);
    const tables = Array.from({ length: 4 }, () => new Uint32Array(256));
    for (let bit = 0; bit < 32 - this.#shift; bit++) {
      const carried = this.of(zeros, 0, length, 2 ** bit);
      const table = tables[bit >>> 3]!;
      const unit = 1 << (bit & 7);
      for (let value = 0; value < unit; value++) table[unit + value] = table[value]! ^ carried;
    }
    const [t0, t1, t2, t3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    return (check) =>
      (t0[check & 0xff]! ^ t1[(check >>> 8) & 0xff]! ^ t2[(check >>> 16) & 0xff]! ^ t3[check >>> 24]!) >>> 0;
  }
}
