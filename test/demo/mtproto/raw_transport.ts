import { type Cipheriv, createCipheriv, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The client's side of a transport, written for the tests from https://core.telegram.org/mtproto/mtproto-transports */
export interface RawTransport {
  /** Sent before the first packet. */
  readonly opening: Buffer;
  encode(payload: Buffer, quickAck?: boolean): Buffer;
  /** A payload at the start of the bytes seen so far, and how many of them it took. */
  decode(input: Buffer): { payload: Buffer; length: number } | undefined;
}

export const TRANSPORT_NAMES = [
  'full',
  'abridged',
  'intermediate',
  'padded',
  'obfuscated-abridged',
  'obfuscated-intermediate',
  'obfuscated-padded',
] as const;

export type TransportName = (typeof TRANSPORT_NAMES)[number];

export function rawTransport(name: TransportName): RawTransport {
  if (name === 'full') return full();
  if (name.startsWith('obfuscated-')) return obfuscated(plain(name.slice('obfuscated-'.length)));
  return plain(name);
}

interface Plain extends RawTransport {
  readonly tag: Buffer;
}

function plain(name: string): Plain {
  if (name === 'abridged') return abridged();
  return intermediate(name === 'padded');
}

function full(): RawTransport {
  let sent = 0;
  let received = 0;
  return {
    opening: Buffer.alloc(0),
    encode(payload) {
      const packet = Buffer.alloc(payload.length + 12);
      packet.writeUInt32LE(packet.length);
      packet.writeUInt32LE(sent++, 4);
      packet.set(payload, 8);
      packet.writeUInt32LE(crc32(packet.subarray(0, -4)), packet.length - 4);
      return packet;
    },
    decode(input) {
      if (input.length < 4 || input.length < input.readUInt32LE()) return undefined;
      const length = input.readUInt32LE();
      if (input.readUInt32LE(4) !== received++) throw new Error('sequence number');
      if (crc32(input.subarray(0, length - 4)) !== input.readUInt32LE(length - 4)) throw new Error('crc');
      return { payload: input.subarray(8, length - 4), length };
    },
  };
}

function abridged(): Plain {
  return {
    opening: Buffer.of(0xef),
    tag: Buffer.alloc(4, 0xef),
    encode(payload, quickAck = false) {
      const words = payload.length / 4;
      const flag = quickAck ? 0x80 : 0;
      const header =
        words < 0x7f
          ? Buffer.of(words | flag)
          : Buffer.of(0x7f | flag, words & 255, (words >> 8) & 255, words >> 16);
      return Buffer.concat([header, payload]);
    },
    decode(input) {
      if (input.length < 4) return undefined;
      if ((input[0]! & 0x80) !== 0)
        return { payload: Buffer.from(input.subarray(0, 4)).reverse(), length: 4 };
      const long = input[0] === 0x7f;
      const size = 4 * (long ? input.readUIntLE(1, 3) : input[0]!);
      const length = size + (long ? 4 : 1);
      return input.length < length ? undefined : { payload: input.subarray(length - size, length), length };
    },
  };
}

function intermediate(padded: boolean): Plain {
  const tag = Buffer.alloc(4, padded ? 0xdd : 0xee);
  return {
    opening: tag,
    tag,
    encode(payload, quickAck = false) {
      const padding = padded ? randomBytes(payload.length % 16) : Buffer.alloc(0);
      const header = Buffer.alloc(4);
      header.writeUInt32LE(((payload.length + padding.length) | (quickAck ? 0x8000_0000 : 0)) >>> 0);
      return Buffer.concat([header, payload, padding]);
    },
    decode(input) {
      if (input.length < 4) return undefined;
      const size = input.readUInt32LE();
      if (size >= 0x8000_0000) return { payload: input.subarray(0, 4), length: 4 };
      const length = size + 4;
      return input.length < length ? undefined : { payload: input.subarray(4, length), length };
    },
  };
}

/** https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation */
function obfuscated(inner: Plain): RawTransport {
  const opening = randomBytes(64);
  opening[0] = 0x11;
  opening[4] = 0x22;
  opening.set(inner.tag, 56);
  const reversed = Buffer.from(opening.subarray(8, 56)).reverse();
  const encryptor = createCipheriv('aes-256-ctr', opening.subarray(8, 40), opening.subarray(40, 56));
  const decryptor = createCipheriv('aes-256-ctr', reversed.subarray(0, 32), reversed.subarray(32, 48));
  opening.set(encryptor.update(opening).subarray(56), 56);
  return { opening, ...through(inner, encryptor, decryptor) };
}

function through(
  inner: Plain,
  encryptor: Cipheriv,
  decryptor: Cipheriv,
): Pick<RawTransport, 'encode' | 'decode'> {
  let clear = Buffer.alloc(0);
  let decrypted = 0;
  return {
    encode: (payload, quickAck) => encryptor.update(inner.encode(payload, quickAck)),
    decode(input) {
      clear = Buffer.concat([clear, decryptor.update(input.subarray(decrypted))]);
      decrypted = input.length;
      const packet = inner.decode(clear);
      if (packet === undefined) return undefined;
      clear = clear.subarray(packet.length);
      decrypted -= packet.length;
      return packet;
    },
  };
}
