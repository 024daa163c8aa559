import { type Cipheriv, createCipheriv } from 'node:crypto';
import {
  AbridgedFraming,
  type Framing,
  FramingError,
  FullFraming,
  IntermediateFraming,
  type Packet,
} from './framing.js';

/** First words that belong to other protocols: HTTP's methods and a TLS handshake. */
const FOREIGN = new Set(['HEAD', 'POST', 'GET ', 'OPTI', '\x16\x03\x01\x02']);

const NOTHING = Buffer.alloc(0);

/**
 * One connection's transport: finds out from the first bytes which one the client speaks
 * (https://core.telegram.org/mtproto/mtproto-transports), then cuts its stream into packets.
 */
export class Transport {
  #framing: Framing | undefined;
  #decrypt: Cipheriv | undefined;
  #encrypt: Cipheriv | undefined;
  #input: Buffer = NOTHING;

  /** Undefined until the first bytes have told. */
  get framing(): Framing | undefined {
    return this.#framing;
  }

  /**
   * The packets that are whole with this chunk.
   * @throws FramingError
   */
  *packets(chunk: Buffer): Generator<Packet> {
    const clear = this.#decrypt === undefined ? chunk : this.#decrypt.update(chunk);
    this.#input = this.#input.length === 0 ? clear : Buffer.concat([this.#input, clear]);
    this.#framing ??= this.#detect();
    if (this.#framing === undefined) return;
    for (;;) {
      const packet = this.#framing.read(this.#input);
      if (packet === undefined) return;
      this.#input = this.#input.subarray(packet.length);
      yield packet;
    }
  }

  /** What goes over the wire for this part of a frame; parts must come in order. */
  encode(bytes: Buffer): Buffer {
    return this.#encrypt === undefined ? bytes : this.#encrypt.update(bytes);
  }

  #detect(): Framing | undefined {
    const input = this.#input;
    if (input[0] === 0xef) {
      this.#input = input.subarray(1);
      return new AbridgedFraming();
    }
    if (input.length < 4) return undefined;
    const framing = intermediate(input);
    if (framing !== undefined) {
      this.#input = input.subarray(4);
      return framing;
    }
    if (FOREIGN.has(input.toString('latin1', 0, 4))) throw new FramingError('not MTProto');
    if (input.length < 8) return undefined;
    // The full transport starts with a length and the sequence number 0, which no obfuscated start may contain.
    if (input.readUInt32LE(4) === 0) return new FullFraming();
    return input.length < 64 ? undefined : this.#deobfuscate(input);
  }

  /** https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation */
  #deobfuscate(input: Buffer): Framing {
    const secrets = input.subarray(8, 56);
    const reversed = Buffer.from(secrets).reverse();
    this.#decrypt = createCipheriv('aes-256-ctr', secrets.subarray(0, 32), secrets.subarray(32, 48));
    this.#encrypt = createCipheriv('aes-256-ctr', reversed.subarray(0, 32), reversed.subarray(32, 48));
    const tag = this.#decrypt.update(input.subarray(0, 64)).subarray(56, 60);
    this.#input = this.#decrypt.update(input.subarray(64));
    const framing = tag.every((byte) => byte === 0xef) ? new AbridgedFraming() : intermediate(tag);
    if (framing === undefined) throw new FramingError('unknown transport');
    return framing;
  }
}

function intermediate(tag: Buffer): Framing | undefined {
  const word = tag.readUInt32LE();
  return word === 0xeeee_eeee || word === 0xdddd_dddd
    ? new IntermediateFraming(word === 0xdddd_dddd)
    : undefined;
}
