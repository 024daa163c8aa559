import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { hash, ige, messageAes } from './raw_crypto.js';
import { type RawTransport, rawTransport, type TransportName } from './raw_transport.js';

export interface RawMessage {
  readonly id: bigint;
  readonly seqno: number;
  readonly body: Buffer;
}

/** What a client keeps of one key. */
export interface RawKey {
  readonly bytes: Buffer;
  salt: bigint;
}

/** How the next message shall break the rules. */
export interface Overrides {
  readonly id?: bigint;
  readonly seqno?: number;
  readonly salt?: bigint;
  readonly quickAck?: boolean;
}

/** State that outlives a connection. */
export interface RawSession {
  readonly id: bigint;
  contentMessages: number;
  lastId: bigint;
}

export const newSession = (): RawSession => ({
  id: randomBytes(8).readBigInt64LE(),
  contentMessages: 0,
  lastId: 0n,
});

export const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

export const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt.asIntN(64, value));
  return bytes;
};

export const string = (data: Buffer): Buffer => {
  const head = data.length < 254 ? Buffer.of(data.length) : int(254 + data.length * 256);
  return Buffer.concat([head, data, Buffer.alloc(-(head.length + data.length) & 3)]);
};

/** Reads a TL string at an offset. */
export function readString(bytes: Buffer, at: number): { value: Buffer; next: number } {
  const short = bytes[at]! < 254;
  const length = short ? bytes[at]! : bytes.readUIntLE(at + 1, 3);
  const start = at + (short ? 1 : 4);
  return { value: bytes.subarray(start, start + length), next: (start + length + 3) & ~3 };
}

export const vector = (ids: readonly bigint[]): Buffer =>
  Buffer.concat([int(0x1cb5c415), int(ids.length), ...ids.map(long)]);

/** A client of a few lines that can send what no real client would. */
export class RawClient {
  key: RawKey | undefined;
  session = newSession();
  /** Everything the server sent that was not asked for yet. */
  readonly inbox: RawMessage[] = [];
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #transport: RawTransport;
  #input: Buffer = Buffer.alloc(0);
  #payloads: Buffer[] = [];
  #waiting: (() => void)[] = [];
  #isClosed = false;

  private constructor(socket: Socket, transport: RawTransport) {
    this.#socket = socket;
    this.#transport = transport;
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  static async connect(port: number, name: TransportName = 'intermediate'): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const transport = rawTransport(name);
    socket.write(transport.opening);
    return new RawClient(socket, transport);
  }

  /** Another connection with the key and the session of this one. */
  async reconnect(port: number, name: TransportName = 'intermediate'): Promise<RawClient> {
    const client = await RawClient.connect(port, name);
    client.key = this.key;
    client.session = this.session;
    return client;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Bytes as they are. */
  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #onData(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    for (;;) {
      const packet = this.#transport.decode(this.#input);
      if (packet === undefined) break;
      this.#payloads.push(Buffer.from(packet.payload));
      this.#input = this.#input.subarray(packet.length);
    }
    this.#wake();
  }

  /** The next packet's payload. @throws Error when the connection is closed first */
  async payload(): Promise<Buffer> {
    for (;;) {
      const payload = this.#payloads.shift();
      if (payload !== undefined) return payload;
      await this.#change();
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #change(): Promise<void> {
    if (this.#isClosed) throw new Error('connection closed');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The number of the next transport error, such as -404, whatever comes before it. */
  async transportError(): Promise<number> {
    for (;;) {
      const payload = await this.payload();
      if (payload.length === 4) return payload.readInt32LE();
    }
  }

  /** An unencrypted request and its answer's body. */
  async plain(body: Buffer): Promise<Buffer> {
    this.sendPayload(Buffer.concat([Buffer.alloc(8), long(this.nextId()), int(body.length), body]));
    const answer = await this.payload();
    if (answer.length < 20) throw new Error(`transport error ${answer.readInt32LE()}`);
    return answer.subarray(20, 20 + answer.readUInt32LE(16));
  }

  sendPayload(payload: Buffer, quickAck = false): void {
    this.#socket.write(this.#transport.encode(payload, quickAck));
  }

  nextId(): bigint {
    const now = BigInt(Math.floor((Date.now() / 1000) * 2 ** 20)) << 12n;
    this.session.lastId = now > this.session.lastId ? now : this.session.lastId + 4n;
    return this.session.lastId;
  }

  /** Encrypts and sends one message. @returns its id */
  send(body: Buffer, content = true, overrides: Overrides = {}): bigint {
    const { key } = this;
    if (key === undefined) throw new Error('no key');
    const id = overrides.id ?? this.nextId();
    const seqno = overrides.seqno ?? this.#nextSeqno(content);
    this.sendPayload(this.encrypt(key, { id, seqno, body }, overrides.salt), overrides.quickAck);
    return id;
  }

  /** Several messages in a container. @returns their ids and the container's */
  sendTogether(bodies: readonly Buffer[]): { ids: bigint[]; container: bigint } {
    const messages = bodies.map((body) => ({ id: this.nextId(), seqno: this.#nextSeqno(true), body }));
    const parts = messages.map(({ id, seqno, body }) =>
      Buffer.concat([long(id), int(seqno), int(body.length), body]),
    );
    const container = this.send(Buffer.concat([int(0x73f1f8dc), int(parts.length), ...parts]), false);
    return { ids: messages.map(({ id }) => id), container };
  }

  #nextSeqno(content: boolean): number {
    return content ? this.session.contentMessages++ * 2 + 1 : this.session.contentMessages * 2;
  }

  encrypt(key: RawKey, { id, seqno, body }: RawMessage, salt = key.salt): Buffer {
    const content = Buffer.concat([
      long(salt),
      long(this.session.id),
      long(id),
      int(seqno),
      int(body.length),
      body,
    ]);
    const plaintext = Buffer.concat([content, randomBytes(12 + (-(content.length + 12) & 15))]);
    const messageKey = hash('sha256', key.bytes.subarray(88, 120), plaintext).subarray(8, 24);
    const aes = messageAes(key.bytes, messageKey, 0);
    const keyId = hash('sha1', key.bytes).subarray(12, 20);
    return Buffer.concat([keyId, messageKey, ige.encrypt(plaintext, aes.key, aes.iv)]);
  }

  /** The next message with one of these constructors; others are left in the inbox. */
  expect(...constructorIds: readonly number[]): Promise<RawMessage> {
    return this.#find(({ body }) => constructorIds.includes(body.readUInt32LE()));
  }

  /** The result of a request, unpacked. */
  async result(requestId: bigint): Promise<Buffer> {
    const { body } = await this.#find(
      (message) => message.body.readUInt32LE() === 0xf35c6d01 && message.body.readBigInt64LE(4) === requestId,
    );
    const result = body.subarray(12);
    return result.readUInt32LE() === 0x3072cfa1 ? gunzipSync(readString(result, 4).value) : result;
  }

  async #find(matches: (message: RawMessage) => boolean): Promise<RawMessage> {
    for (;;) {
      const index = this.inbox.findIndex(matches);
      if (index >= 0) return this.inbox.splice(index, 1)[0]!;
      const payload = this.#payloads.shift();
      if (payload === undefined) await this.#change();
      else {
        this.#open(payload);
        this.#wake();
      }
    }
  }

  call(body: Buffer): Promise<Buffer> {
    return this.result(this.send(body));
  }

  #open(payload: Buffer): void {
    const { key } = this;
    if (key === undefined) throw new Error('no key');
    if (payload.length === 4) throw new Error(`transport error ${payload.readInt32LE()}`);
    const messageKey = payload.subarray(8, 24);
    const aes = messageAes(key.bytes, messageKey, 8);
    const encrypted = payload.subarray(24, 24 + ((payload.length - 24) & ~15));
    const plaintext = ige.decrypt(encrypted, aes.key, aes.iv);
    const proof = hash('sha256', key.bytes.subarray(96, 128), plaintext).subarray(8, 24);
    if (!proof.equals(messageKey)) throw new Error('wrong message key');
    if (plaintext.readBigInt64LE(8) !== this.session.id) throw new Error('wrong session');
    this.#take(plaintext, 16);
  }

  /** @returns where the message ends */
  #take(bytes: Buffer, at: number): number {
    const length = bytes.readUInt32LE(at + 12);
    const body = bytes.subarray(at + 16, at + 16 + length);
    if (body.readUInt32LE() === 0x73f1f8dc) {
      let next = at + 24;
      for (let left = body.readUInt32LE(4); left > 0; left--) next = this.#take(bytes, next);
    } else {
      this.inbox.push({ id: bytes.readBigInt64LE(at), seqno: bytes.readUInt32LE(at + 8), body });
    }
    return at + 16 + length;
  }
}
