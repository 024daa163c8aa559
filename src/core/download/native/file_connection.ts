import net from 'node:net';
import { TadError } from '../../errors.js';
import type { LaneCredentials } from '../../telegram/gateway.js';
import { abortError, type Clock, throwIfAborted } from '../clock.js';
import { Conversation, type HeldAnswer } from './conversation.js';
import type { DecryptBatch } from './decrypt_batch.js';
import { every } from './every.js';
import { FrameReceiver, type ReceivedFrame } from './frame_receiver.js';
import { openEnvelope } from './mtproto/envelope.js';
import { aesKeyAndIv, authKeyId, FROM_SERVER, keyPart, matchesMessageKey } from './mtproto/message_key.js';
import { encryptPacket, type OutgoingMessage } from './mtproto/packet.js';
import { ProtocolViolation } from './mtproto/protocol_violation.js';
import type { ClientDescription } from './mtproto/requests.js';
import { parseServerMessages } from './mtproto/server_message.js';
import type { ServerTime } from './mtproto/server_time.js';
import { MtprotoSession } from './mtproto/session.js';
import { transportErrorToTadError, unreachable } from './rpc_error.js';
import { Silence } from './silence.js';
import { SLOT_HEADER_BYTES, type Slot } from './slots.js';

export interface ConnectionOptions {
  readonly credentials: LaneCredentials;
  readonly client: ClientDescription;
  readonly clock: Clock;
  /** The data centre's, shared by its connections. */
  readonly serverTime: ServerTime;
  readonly batch: DecryptBatch;
  takeSlot(): Slot | undefined;
  /** A slot when there is one. @throws the signal's reason */
  awaitSlot(signal: AbortSignal): Promise<Slot>;
  /** Longest wait for TCP, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest wait for one answer, milliseconds. */
  readonly requestTimeoutMs: number;
  /** Told of bytes as they come, whatever they turn out to be. */
  received(bytes: number): void;
  /** Told when the peer broke the protocol. */
  warn(text: string): void;
}

const INTERMEDIATE_TAG = Buffer.from([0xee, 0xee, 0xee, 0xee]);
/** How often the server hears from us; a connection that carried nothing for so long is closed instead. */
const PING_INTERVAL_MS = 60_000;
/** Pongs and acknowledgements are shorter, parts of files longer. */
const MAX_SERVICE_FRAME = 1024;

/**
 * One TCP connection with one MTProto session of its own, on an authorisation key that exists already. Any number of requests may be
 * in flight. When it breaks, all of them fail with `unreachable` and whoever asked decides what to do.
 */
export class FileConnection {
  readonly #options: ConnectionOptions;
  readonly #socket: net.Socket;
  readonly #session: MtprotoSession;
  readonly #keyId: Buffer;
  readonly #receiver: FrameReceiver;
  readonly #conversation: Conversation;
  readonly #silence: Silence;
  #requestedAt = Number.NEGATIVE_INFINITY;
  /** When bytes of an answer came last. */
  #progressAt = Number.NEGATIVE_INFINITY;
  #failure: TadError | undefined;
  readonly #timers: Disposable[] = [];
  readonly #closed = new AbortController();

  /** @throws TadError `unreachable`, `timeout`, `cancelled` */
  static async open(options: ConnectionOptions, signal: AbortSignal): Promise<FileConnection> {
    const connection = new FileConnection(options);
    await connection.#connected(signal);
    return connection;
  }

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    const { credentials, clock } = options;
    this.#keyId = authKeyId(credentials.authKey);
    this.#silence = new Silence(options.requestTimeoutMs);
    this.#session = new MtprotoSession(Uint8Array.from(credentials.serverSalt), options.serverTime);
    this.#conversation = new Conversation({
      client: options.client,
      session: this.#session,
      now: () => clock.now(),
      transmit: (message) => this.#transmit(message),
      fail: (error) => this.#fail(error),
    });
    this.#receiver = new FrameReceiver({
      takeSlot: () => this.#takeSlot(),
      frame: (frame) => this.#onFrame(frame),
      transportError: (code) => this.#fail(transportErrorToTadError(code)),
    });
    this.#socket = net.connect({
      host: credentials.host,
      port: credentials.port,
      noDelay: true,
      onread: {
        buffer: () => this.#receiver.buffer(),
        callback: (bytes) => {
          if (this.#receiver.frameBytes > MAX_SERVICE_FRAME) this.#progressAt = clock.now();
          options.received(bytes);
          this.#guard(() => this.#receiver.advance(bytes));
          this.#heard();
          if (this.#receiver.isStalled) void this.#stall();
          // False stops reading: the rest waits in the system's buffers, and then at the server.
          return !this.#receiver.isStalled;
        },
      },
    });
    this.#socket.on('error', (error) => this.#fail(unreachable(error.message)));
    this.#socket.on('close', () => this.#fail(unreachable('Telegram closed the connection')));
  }

  get inFlight(): number {
    return this.#conversation.inFlight;
  }

  /** It was asked something some time ago, and nothing at all has come since. */
  get isSuspect(): boolean {
    return !this.#receiver.isStalled && this.#silence.isSuspect(this.#options.clock.now());
  }

  get isClosed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * @throws TadError as the server's error says; `timeout`, `unreachable` (also when the connection went meanwhile), `cancelled`
   */
  async request(query: Uint8Array, method: string, signal: AbortSignal): Promise<HeldAnswer> {
    throwIfAborted(signal);
    if (this.#failure) throw this.#failure;
    this.#requestedAt = this.#options.clock.now();
    this.#silence.sent(this.#requestedAt);
    return this.#conversation.request(query, method, signal);
  }

  /** Fails what is under way with `unreachable`: another connection may be asked. */
  abandon(reason: string): void {
    this.#fail(unreachable(reason));
  }

  close(): void {
    this.#fail(new TadError('cancelled', 'the connection was closed'));
  }

  #connected(signal: AbortSignal): Promise<void> {
    const { clock, connectTimeoutMs, credentials } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (error?: TadError) => {
        timer[Symbol.dispose]();
        signal.removeEventListener('abort', onAbort);
        if (error === undefined) return resolve();
        this.#fail(error);
        reject(error);
      };
      const onAbort = () => settle(abortError(signal));
      const timer = clock.after(connectTimeoutMs, () =>
        settle(
          unreachable(`no connection to data centre ${credentials.dcId} within ${connectTimeoutMs / 1000} s`),
        ),
      );
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.#socket.once('connect', () => {
        this.#socket.write(INTERMEDIATE_TAG);
        this.#timers.push(
          every(clock, PING_INTERVAL_MS, () => this.#pingUnlessIdle()),
          every(clock, this.#silence.checkMs, () => this.#expire()),
        );
        settle();
      });
      this.#socket.once('error', (error) => settle(unreachable(error.message)));
    });
  }

  #transmit(message: OutgoingMessage): void {
    const { authKey } = this.#options.credentials;
    this.#socket.write(encryptPacket(authKey, this.#session.salt, this.#session.id, message));
  }

  #pingUnlessIdle(): void {
    const { clock } = this.#options;
    if (this.inFlight === 0 && clock.now() - this.#requestedAt >= PING_INTERVAL_MS) this.close();
    else this.#ping();
  }

  #ping(): void {
    this.#silence.sent(this.#options.clock.now());
    this.#conversation.ping();
  }

  #heard(): void {
    this.#silence.heard(this.#options.clock.now(), this.inFlight > 0 || this.#receiver.frameBytes > 0);
  }

  /** Late answers to requests that were given up have nobody's place: they wait for one, and so does all behind them. */
  async #stall(): Promise<void> {
    const slot = await this.#options.awaitSlot(this.#closed.signal).catch(() => undefined);
    if (slot === undefined) return;
    if (this.isClosed) return slot.release();
    this.#receiver.resume(slot);
    this.#progressAt = this.#options.clock.now();
    this.#heard();
    this.#socket.resume();
  }

  /** Fails requests that got no answer in time; when nothing at all comes, whatever became of the requests, the connection. */
  #expire(): void {
    if (this.#receiver.isStalled) return;
    const { clock, requestTimeoutMs } = this.#options;
    const now = clock.now();
    const verdict = this.#silence.verdict(now);
    if (verdict === 'ping') this.#ping();
    if (verdict === 'give-up') this.#fail(unreachable('nobody answers on the connection any more'));
    this.#conversation.expire(now - requestTimeoutMs, this.#progressAt, requestTimeoutMs / 1000);
  }

  #takeSlot(): Slot | undefined {
    const slot = this.#options.takeSlot();
    if (slot !== undefined) return slot;
    // Frames that wait for company may be holding the last ones.
    this.#options.batch.flush();
    return this.#options.takeSlot();
  }

  #onFrame({ slot, cipherBytes }: ReceivedFrame): void {
    const header = slot.bytes.subarray(SLOT_HEADER_BYTES - 24, SLOT_HEADER_BYTES);
    if (this.isClosed || this.#keyId.compare(header, 0, 8) !== 0) {
      slot.release();
      if (!this.isClosed) throw new ProtocolViolation('a frame for another key');
      return;
    }
    const messageKey = Uint8Array.from(header.subarray(8));
    const { authKey } = this.#options.credentials;
    const { key, iv } = aesKeyAndIv(authKey, messageKey, FROM_SERVER);
    this.#options.batch.add({
      pointer: slot.pointer + SLOT_HEADER_BYTES,
      length: cipherBytes,
      key,
      iv,
      opened: () => {
        try {
          this.#guard(() => this.#onPlaintext(slot, cipherBytes, messageKey));
        } finally {
          slot.release();
        }
      },
    });
  }

  #onPlaintext(slot: Slot, length: number, messageKey: Uint8Array): void {
    if (this.isClosed) return;
    // The stretch of the key goes where the frame's header was, so that one pass hashes both.
    slot.bytes.set(keyPart(this.#options.credentials.authKey, FROM_SERVER), 0);
    if (!matchesMessageKey(slot.bytes.subarray(0, SLOT_HEADER_BYTES + length), messageKey)) {
      throw new ProtocolViolation('a message whose key does not match');
    }
    const plain = Buffer.from(slot.bytes.buffer, slot.bytes.byteOffset + SLOT_HEADER_BYTES, length);
    const { messageId, sequenceNumber, body } = openEnvelope(plain, this.#session.id);
    const isAwaited = (id: bigint) => this.#conversation.isAwaited(id);
    this.#conversation.receive(
      messageId,
      parseServerMessages(messageId, sequenceNumber, body, isAwaited),
      slot,
    );
  }

  /** A violation ends the connection; it never ends the thread. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      const { credentials, warn } = this.#options;
      warn(`data centre ${credentials.dcId} sent ${error.message}; connection dropped`);
      this.#fail(unreachable(`Telegram sent ${error.message}`));
    }
  }

  #fail(error: TadError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#socket.destroy();
    this.#closed.abort(error);
    this.#receiver.abandon();
    this.#conversation.end(error);
  }
}
