/** What a client sent is not what the schema says it should be. */
export class TlError extends Error {}

/**
 * Reads TL primitives (https://core.telegram.org/mtproto/serialize) from bytes that nobody vouches for: every method
 * throws TlError where the bytes end too early or a length cannot be true.
 */
export class TlReader {
  #position: number;

  constructor(
    readonly bytes: Buffer,
    position = 0,
  ) {
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.bytes.length - this.#position;
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.#advance(4));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.#advance(4));
  }

  /** The next constructor id, left in place; 0 at the end. */
  peek(): number {
    return this.remaining < 4 ? 0 : this.bytes.readUInt32LE(this.#position);
  }

  /** A signed 64-bit number. */
  long(): bigint {
    return this.bytes.readBigInt64LE(this.#advance(8));
  }

  /** A view of the next `length` bytes; not a copy. */
  raw(length: number): Buffer {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** `bytes` or `string`, as a view; skips the padding. */
  string(): Buffer {
    const first = this.bytes[this.#advance(1)]!;
    const short = first < 254;
    const length = short ? first : this.bytes.readUIntLE(this.#advance(3), 3);
    const value = this.raw(length);
    this.#advance(-((short ? 1 : 4) + length) & 3);
    return value;
  }

  /** Vector<long>. */
  longs(): bigint[] {
    this.expect(0x1cb5c415);
    const count = this.uint32();
    if (count * 8 > this.remaining) throw new TlError('vector longer than its message');
    return Array.from({ length: count }, () => this.long());
  }

  /** @throws TlError when the next constructor is another one */
  expect(constructorId: number): void {
    const id = this.uint32();
    if (id !== constructorId) throw new TlError(`constructor ${id.toString(16)} where it does not belong`);
  }

  /** All that is left, as a view. */
  rest(): Buffer {
    return this.bytes.subarray(this.#position);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length < 0 || start + length > this.bytes.length) throw new TlError('message ends too early');
    this.#position = start + length;
    return start;
  }
}

/** One TL value as bytes; answers are made by joining these. */
export const tl = {
  uint32(value: number): Buffer {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value >>> 0);
    return bytes;
  },

  /** Signed or unsigned: the same 8 bytes. */
  long(value: bigint): Buffer {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, value));
    return bytes;
  },

  string(value: Buffer | string): Buffer {
    const data = typeof value === 'string' ? Buffer.from(value) : value;
    const head = data.length < 254 ? 1 : 4;
    const bytes = Buffer.alloc((head + data.length + 3) & ~3);
    if (head === 1) bytes[0] = data.length;
    else bytes.writeUInt32LE(254 + data.length * 256);
    data.copy(bytes, head);
    return bytes;
  },

  /** A constructor and its fields; whole numbers are written as `int`, bigints as `long`, buffers as they are. */
  object(constructorId: number, ...fields: readonly (number | bigint | Buffer)[]): Buffer {
    return Buffer.concat([
      tl.uint32(constructorId),
      ...fields.map((field) =>
        typeof field === 'number' ? tl.uint32(field) : typeof field === 'bigint' ? tl.long(field) : field,
      ),
    ]);
  },
};
