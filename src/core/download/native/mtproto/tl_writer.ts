/** Writes TL values of small requests. Grows by joining; requests are a few hundred bytes. */
export class TlWriter {
  readonly #pieces: Buffer[] = [];

  uint32(...values: readonly number[]): this {
    const piece = Buffer.allocUnsafe(4 * values.length);
    for (const [i, value] of values.entries()) piece.writeUInt32LE(value >>> 0, 4 * i);
    this.#pieces.push(piece);
    return this;
  }

  uint64(...values: readonly bigint[]): this {
    const piece = Buffer.allocUnsafe(8 * values.length);
    for (const [i, value] of values.entries()) piece.writeBigUInt64LE(BigInt.asUintN(64, value), 8 * i);
    this.#pieces.push(piece);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#pieces.push(Buffer.from(bytes));
    return this;
  }

  /** https://core.telegram.org/mtproto/serialize#base-types */
  bytes(value: Uint8Array): this {
    const header =
      value.length < 254
        ? Buffer.from([value.length])
        : Buffer.from([254, value.length & 0xff, (value.length >> 8) & 0xff, value.length >> 16]);
    this.#pieces.push(header, Buffer.from(value), Buffer.alloc(-(header.length + value.length) & 3));
    return this;
  }

  string(value: string): this {
    return this.bytes(Buffer.from(value));
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}
