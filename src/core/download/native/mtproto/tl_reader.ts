import { VECTOR } from './constructors.js';
import { ProtocolViolation } from './protocol_violation.js';

/** Reads TL values from bytes that nobody vouches for: every step is checked against the end. No copies are made. */
export class TlReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** The next `length` bytes, as a view. */
  raw(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** TL `bytes` or `string`, as a view (https://core.telegram.org/mtproto/serialize#base-types). */
  bytes(): Uint8Array {
    let length = this.#bytes[this.#advance(1)]!;
    let header = 1;
    if (length === 0xff) throw new ProtocolViolation('a string with a reserved length');
    if (length === 0xfe) {
      const digits = this.raw(3);
      length = digits[0]! | (digits[1]! << 8) | (digits[2]! << 16);
      header = 4;
    }
    const value = this.raw(length);
    this.#advance(-(header + length) & 3);
    return value;
  }

  /** Count of a vector whose items take at least `itemBytes` each: a count that cannot fit is refused before anything is made. */
  count(itemBytes: number): number {
    const count = this.uint32();
    if (count * itemBytes > this.remaining) throw new ProtocolViolation('a vector longer than its message');
    return count;
  }

  /** Like {@link count}, for a boxed vector. */
  vector(itemBytes: number): number {
    if (this.uint32() !== VECTOR) throw new ProtocolViolation('a vector was expected');
    return this.count(itemBytes);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.remaining) throw new ProtocolViolation('a message that ends too early');
    this.#position += length;
    return start;
  }
}
