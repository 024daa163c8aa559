import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { LaneCredentials } from '../../../../src/core/telegram/gateway.js';
import { hash, ige, messageAes } from '../../../demo/mtproto/raw_crypto.js';

/** One upload.getFile as it arrived. */
export interface Asked {
  readonly messageId: bigint;
  readonly offset: number;
  readonly limit: number;
}

export interface Envelope {
  readonly messageId?: bigint;
  readonly sequenceNumber?: number;
  readonly sessionId?: Buffer;
  readonly keyId?: Buffer;
  /** Bytes of padding; by default the fewest that are allowed. */
  readonly padding?: number;
  /** What the header says that the body's length is. */
  readonly bodyBytes?: number;
  /** A byte of the ciphertext to change. */
  readonly flip?: number;
}

const GET_FILE = Buffer.from('be3553be', 'hex');
const PING_DELAY_DISCONNECT = 0xf3427b8c;
const CONTAINER = 0x73f1f8dc;

/** TL of the answers that tests make, written from the schema. */
export const tl = {
  int: (...values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [i, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * i);
    return bytes;
  },
  long: (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    return bytes;
  },
  bytes: (value: Buffer): Buffer => {
    const header =
      value.length < 254 ? Buffer.from([value.length]) : tl.int((254 | (value.length << 8)) >>> 0);
    return Buffer.concat([header, value, Buffer.alloc(-(header.length + value.length) & 3)]);
  },
  file: (content: Buffer): Buffer => Buffer.concat([tl.int(0x096a18d5, 0xaa963b05, 0), tl.bytes(content)]),
  result: (messageId: bigint, body: Buffer): Buffer =>
    Buffer.concat([tl.int(0xf35c6d01), tl.long(messageId), body]),
  container: (...bodies: readonly Buffer[]): Buffer =>
    Buffer.concat([
      tl.int(CONTAINER, bodies.length),
      ...bodies.flatMap((body) => [tl.long(serverMessageId()), tl.int(1, body.length), body]),
    ]),
  packed: (bytes: Buffer): Buffer => Buffer.concat([tl.int(0x3072cfa1), tl.bytes(bytes)]),
};

let lastId = 0n;
/** An id of a server's answer, odd and ever growing: now, by a clock that is so many seconds ahead of ours. */
export function serverMessageId(secondsAhead = 0): bigint {
  const now = (((BigInt(Date.now()) << 32n) / 1000n) & ~3n) | 1n;
  lastId = now > lastId ? now : lastId + 4n;
  return lastId + (BigInt(secondsAhead) << 32n);
}

/** https://core.telegram.org/mtproto/mtproto-transports#intermediate */
export const framed = (payload: Buffer) => Buffer.concat([tl.int(payload.length), payload]);

/** The server's end of one connection. */
export class RawConnection {
  readonly socket: net.Socket;
  /** Every message the client sent, containers taken apart. */
  readonly received: {
    readonly messageId: bigint;
    readonly sequenceNumber: number;
    readonly body: Buffer;
  }[] = [];
  /** Says nothing any more, as when the network on the way has forgotten the connection. */
  isMute = false;
  /** How far its clock is ahead of ours. */
  secondsAhead = 0;
  sessionId = Buffer.alloc(8);
  salt = Buffer.alloc(8);
  readonly #authKey: Buffer;
  readonly #asked: (asked: Asked, connection: RawConnection) => void;
  #input = Buffer.alloc(0);

  constructor(socket: net.Socket, authKey: Buffer, asked: (asked: Asked, connection: RawConnection) => void) {
    this.socket = socket;
    this.#authKey = authKey;
    this.#asked = asked;
    socket.on('error', () => {});
    socket.on('data', (bytes) => this.#read(bytes));
  }

  send(body: Buffer, envelope: Envelope = {}): void {
    this.socket.write(this.packet(body, envelope));
  }

  /** The bytes of a message as they go over the wire. */
  packet(body: Buffer, envelope: Envelope = {}): Buffer {
    const header = Buffer.concat([
      this.salt,
      envelope.sessionId ?? this.sessionId,
      tl.long(envelope.messageId ?? serverMessageId(this.secondsAhead)),
      tl.int(envelope.sequenceNumber ?? 1, envelope.bodyBytes ?? body.length),
    ]);
    const least = 12 + (-(header.length + body.length + 12) & 15);
    const plain = Buffer.concat([header, body, randomBytes(envelope.padding ?? least)]);
    const key = hash('sha256', this.#authKey.subarray(96, 128), plain).subarray(8, 24);
    const aes = messageAes(this.#authKey, key, 8);
    const cipher = ige.encrypt(plain, aes.key, aes.iv);
    if (envelope.flip !== undefined) cipher[envelope.flip % cipher.length]! ^= 1;
    const keyId = envelope.keyId ?? hash('sha1', this.#authKey).subarray(12, 20);
    return framed(Buffer.concat([keyId, key, cipher]));
  }

  frame(payload: Buffer): void {
    this.socket.write(framed(payload));
  }

  #read(bytes: Buffer): void {
    this.#input = Buffer.concat([this.#input, bytes]);
    if (this.#input.readUInt32LE(0) === 0xeeeeeeee) this.#input = this.#input.subarray(4);
    while (this.#input.length >= 4 && this.#input.length >= 4 + this.#input.readUInt32LE(0)) {
      const frame = this.#input.subarray(4, 4 + this.#input.readUInt32LE(0));
      this.#input = this.#input.subarray(4 + frame.length);
      this.#open(frame);
    }
  }

  #open(frame: Buffer): void {
    const aes = messageAes(this.#authKey, frame.subarray(8, 24), 0);
    const plain = ige.decrypt(frame.subarray(24), aes.key, aes.iv);
    this.salt = Buffer.from(plain.subarray(0, 8));
    this.sessionId = Buffer.from(plain.subarray(8, 16));
    this.#message(
      plain.readBigUInt64LE(16),
      plain.readUInt32LE(24),
      Buffer.from(plain.subarray(32, 32 + plain.readUInt32LE(28))),
    );
  }

  #message(messageId: bigint, sequenceNumber: number, body: Buffer): void {
    if (body.readUInt32LE(0) === CONTAINER) {
      for (let i = 0, at = 8; i < body.readUInt32LE(4); i++) {
        const length = body.readUInt32LE(at + 12);
        this.#message(
          body.readBigUInt64LE(at),
          body.readUInt32LE(at + 8),
          body.subarray(at + 16, at + 16 + length),
        );
        at += 16 + length;
      }
      return;
    }
    this.received.push({ messageId, sequenceNumber, body });
    if (this.isMute) return;
    if (body.readUInt32LE(0) === PING_DELAY_DISCONNECT) {
      this.send(Buffer.concat([tl.int(0x347773c5), tl.long(messageId), body.subarray(4, 12)]));
      return;
    }
    const seconds = Number(messageId >> 32n) - Date.now() / 1000 - this.secondsAhead;
    if (seconds < -300 || seconds > 30) {
      const code = seconds < 0 ? 16 : 17;
      this.send(Buffer.concat([tl.int(0xa7eff811), tl.long(messageId), tl.int(sequenceNumber, code)]));
      return;
    }
    if (body.indexOf(GET_FILE) < 0) return;
    const offset = Number(body.readBigUInt64LE(body.length - 12));
    this.#asked({ messageId, offset, limit: body.readUInt32LE(body.length - 4) }, this);
  }
}

/** A data centre that does only what its test says. */
export class RawServer implements AsyncDisposable {
  readonly authKey = randomBytes(256);
  readonly connections: RawConnection[] = [];
  readonly #server: net.Server;
  /** What becomes of a request; changed by tests as they go. */
  onAsked: (asked: Asked, connection: RawConnection) => void = () => {};
  /** How far the clocks of connections that are made from now on are ahead of ours, seconds. */
  secondsAhead = 0;

  private constructor() {
    this.#server = net.createServer((socket) => {
      const connection = new RawConnection(socket, this.authKey, (asked, from) => this.onAsked(asked, from));
      connection.secondsAhead = this.secondsAhead;
      this.connections.push(connection);
    });
  }

  static async start(): Promise<RawServer> {
    const server = new RawServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get credentials(): LaneCredentials {
    const { port } = this.#server.address() as AddressInfo;
    const salt = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    return {
      dcId: 2,
      isHome: true,
      host: '127.0.0.1',
      port,
      authKey: this.authKey,
      serverSalt: salt,
      apiId: 1,
      timeOffset: 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
