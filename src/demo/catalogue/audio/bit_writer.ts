/** Writes bits, most significant first. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #free = 0;

  get bitLength(): number {
    return this.#bytes.length * 8 - this.#free;
  }

  /** @param bits 0 to 32 */
  put(value: number, bits: number): this {
    for (let left = bits; left > 0; ) {
      if (this.#free === 0) {
        this.#bytes.push(0);
        this.#free = 8;
      }
      const taken = Math.min(left, this.#free);
      const piece = (value >>> (left - taken)) & ((1 << taken) - 1);
      this.#bytes[this.#bytes.length - 1]! |= piece << (this.#free - taken);
      this.#free -= taken;
      left -= taken;
    }
    return this;
  }

  /** Appends another writer's bits. */
  append(other: BitWriter): this {
    const last = other.#bytes.length - 1;
    for (const [index, byte] of other.#bytes.entries()) {
      if (index < last) this.put(byte, 8);
      else this.put(byte >>> other.#free, 8 - other.#free);
    }
    return this;
  }

  /** The bytes; the last one is filled up with zero bits. */
  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
