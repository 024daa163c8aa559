import { randomBytes, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Free bytes that a frame's buffer must have before and after its payload. */
export const HEADROOM = 8;
export const TAILROOM = 16;

/** The longest packet taken from a client: 1 MB and the envelope around it. */
const LONGEST_PACKET = (1 << 20) + 1024;

/** The bytes on the wire cannot be what this transport allows: the connection must be closed. */
export class FramingError extends Error {}

export interface Packet {
  readonly payload: Buffer;
  /** The client wants to know at once that it arrived. */
  readonly quickAck: boolean;
  /** Bytes of the input that it took. */
  readonly length: number;
}

/** How packets are told apart in the byte stream: https://core.telegram.org/mtproto/mtproto-transports */
export interface Framing {
  /** The packet at the start of `input`; undefined when it has not arrived whole. @throws FramingError */
  read(input: Buffer): Packet | undefined;
  /**
   * Writes header and trailer around `buffer[start, end)`.
   * @returns where the frame starts and ends
   */
  wrap(buffer: Buffer, start: number, end: number): readonly [start: number, end: number];
  /** https://core.telegram.org/mtproto/mtproto-transports#quick-ack */
  quickAck(token: number): Buffer;
}

function checkLength(length: number): void {
  if (length < 4 || length > LONGEST_PACKET) throw new FramingError(`packet of ${length} bytes`);
}

/** Length, sequence number and CRC32; the only transport without an announcement. */
export class FullFraming implements Framing {
  #received = 0;
  #sent = 0;

  read(input: Buffer): Packet | undefined {
    if (input.length < 8) return undefined;
    const length = input.readUInt32LE();
    checkLength(length - 12);
    if (input.readUInt32LE(4) !== this.#received) throw new FramingError('packet out of sequence');
    if (input.length < length) return undefined;
    if (crc32(input.subarray(0, length - 4)) !== input.readUInt32LE(length - 4))
      throw new FramingError('wrong checksum');
    this.#received++;
    return { payload: input.subarray(8, length - 4), quickAck: false, length };
  }

  wrap(buffer: Buffer, start: number, end: number): readonly [number, number] {
    buffer.writeUInt32LE(end - start + 12, start - 8);
    buffer.writeUInt32LE(this.#sent++, start - 4);
    buffer.writeUInt32LE(crc32(buffer.subarray(start - 8, end)), end);
    return [start - 8, end + 4];
  }

  quickAck(): Buffer {
    return Buffer.alloc(0);
  }
}

/** One byte of length in words, or four. */
export class AbridgedFraming implements Framing {
  read(input: Buffer): Packet | undefined {
    const first = input[0];
    if (first === undefined) return undefined;
    const quickAck = (first & 0x80) !== 0;
    const long = (first & 0x7f) === 0x7f;
    if (long && input.length < 4) return undefined;
    const size = (long ? input.readUIntLE(1, 3) : first & 0x7f) * 4;
    checkLength(size);
    const header = long ? 4 : 1;
    const length = header + size;
    return input.length < length ? undefined : { payload: input.subarray(header, length), quickAck, length };
  }

  wrap(buffer: Buffer, start: number, end: number): readonly [number, number] {
    const words = (end - start) / 4;
    if (words < 0x7f) {
      buffer[start - 1] = words;
      return [start - 1, end];
    }
    buffer.writeUInt32LE(0x7f + words * 256, start - 4);
    return [start - 4, end];
  }

  /** Byte order reversed, so that its high bit comes first, where a length would be. */
  quickAck(token: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(token);
    return bytes;
  }
}

/** Four bytes of length; padded: with up to 15 random bytes after each packet. */
export class IntermediateFraming implements Framing {
  constructor(readonly padded: boolean) {}

  read(input: Buffer): Packet | undefined {
    if (input.length < 4) return undefined;
    const first = input.readUInt32LE();
    const size = first & 0x7fff_ffff;
    checkLength(size);
    const length = 4 + size;
    return input.length < length
      ? undefined
      : { payload: input.subarray(4, length), quickAck: first !== size, length };
  }

  wrap(buffer: Buffer, start: number, end: number): readonly [number, number] {
    // A transport error is told by its length of 4, so it goes without padding.
    const padding = this.padded && end - start > 4 ? randomInt(16) : 0;
    buffer.set(randomBytes(padding), end);
    buffer.writeUInt32LE(end + padding - start, start - 4);
    return [start - 4, end + padding];
  }

  quickAck(token: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(token);
    return bytes;
  }
}
