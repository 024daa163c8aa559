import type { Socket } from 'node:net';
import type { AuthKey, AuthKeys } from './auth_keys.js';
import { FramingError, type Packet } from './framing.js';
import type { Handshake } from './handshake.js';
import { decryptFromClient } from './message_crypto.js';
import type { MessageIds } from './message_ids.js';
import type { Outbox } from './outbox.js';
import type { Damage, Outlet } from './session.js';
import { TlError, TlReader } from './tl.js';
import type { Transport } from './transport.js';
import { TransportError } from './transport_error.js';
import type { ServerMessage } from './unacknowledged.js';

export interface ConnectionEnvironment {
  readonly dcId: number;
  readonly keys: AuthKeys;
  readonly ids: MessageIds;
  readonly handshake: Handshake;
  /** Milliseconds since 1970. */
  now(): number;
  log(line: string): void;
  /** Bytes that came from the socket. */
  read(bytes: number): void;
  /** @param plaintext an encrypted message, opened and verified */
  receive(connection: Connection, key: AuthKey, plaintext: Buffer): void;
}

const NO_KEY = Buffer.alloc(8);

/** Bytes before the encrypted part: auth_key_id and msg_key. */
const ENVELOPE = 24;

/** One TCP connection: turns its bytes into messages. Whatever the client sends, at worst the connection ends. */
export class Connection implements Outlet {
  readonly dcId: number;
  readonly #socket: Socket;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #env: ConnectionEnvironment;
  #disconnectTimer: NodeJS.Timeout | undefined;
  #isOpen = true;

  constructor(socket: Socket, transport: Transport, outbox: Outbox, environment: ConnectionEnvironment) {
    this.dcId = environment.dcId;
    this.#socket = socket;
    this.#transport = transport;
    this.#outbox = outbox;
    this.#env = environment;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(key: AuthKey, sessionId: bigint, message: ServerMessage, damage?: Damage): void {
    this.#outbox.push({ kind: 'message', key, sessionId, message, damage });
  }

  /** https://core.telegram.org/mtproto/service_messages#deferred-connection-closure-ping */
  closeIn(seconds: number): void {
    clearTimeout(this.#disconnectTimer);
    this.#disconnectTimer = setTimeout(() => this.close(), Math.max(0, seconds) * 1000).unref();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#disconnectTimer);
    this.#outbox.close();
    this.#socket.destroy();
  }

  /** Says why in the transport's own way, then takes nothing more. */
  fail({ code }: TransportError): void {
    const payload = Buffer.alloc(4);
    payload.writeInt32LE(-code);
    this.#outbox.push({ kind: 'plain', payload });
    this.#socket.removeAllListeners('data').resume();
    // The client hangs up when it has read this; the deadline is for one that does not.
    this.closeIn(2);
  }

  #onData(chunk: Buffer): void {
    this.#env.read(chunk.length);
    try {
      for (const packet of this.#transport.packets(chunk)) {
        if (!this.#isOpen) return;
        this.#onPacket(packet);
      }
    } catch (error) {
      if (error instanceof TransportError) this.fail(error);
      else {
        if (!(error instanceof FramingError || error instanceof TlError))
          this.#env.log(`connection closed after an error of the server: ${String(error)}`);
        this.close();
      }
    }
  }

  #onPacket({ payload, quickAck }: Packet): void {
    if (payload.length < ENVELOPE) throw new FramingError('packet too short');
    const keyId = payload.subarray(0, 8);
    if (keyId.equals(NO_KEY)) {
      this.#onPlainMessage(new TlReader(payload, 8));
      return;
    }
    const key = this.#env.keys.find(this.dcId, keyId.toString('hex'), Math.floor(this.#env.now() / 1000));
    // What follows the last whole block is the padding of the padded transport.
    const end = ENVELOPE + ((payload.length - ENVELOPE) & ~15);
    const opened =
      key && decryptFromClient(key.bytes, payload.subarray(8, ENVELOPE), payload.subarray(ENVELOPE, end));
    if (key === undefined || opened === undefined) throw new TransportError(404);
    if (quickAck)
      this.#outbox.push({ kind: 'raw', bytes: this.#transport.framing!.quickAck(opened.quickAck) });
    this.#env.receive(this, key, opened.plaintext);
  }

  /** https://core.telegram.org/mtproto/description#unencrypted-message */
  #onPlainMessage(reader: TlReader): void {
    reader.long();
    const body = reader.raw(reader.int32());
    const answer = this.#env.handshake.answer(body);
    if (answer === undefined) return;
    const head = Buffer.alloc(20);
    head.writeBigInt64LE(this.#env.ids.next('answer'), 8);
    head.writeUInt32LE(answer.length, 16);
    this.#outbox.push({ kind: 'plain', payload: Buffer.concat([head, answer]) });
  }
}
