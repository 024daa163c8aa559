import net from 'node:net';
import { TadError } from '../../errors.js';
import type { LaneCredentials } from '../../telegram/gateway.js';
import { abortError, type Clock } from '../clock.js';
import type { DecryptBatch } from './decrypt_batch.js';
import { FrameReceiver, type ReceivedFrame } from './frame_receiver.js';
import { aesKeyAndIv, authKeyId, FROM_SERVER, keyPart, matchesMessageKey } from './mtproto/message_key.js';
import { encryptPacket, type OutgoingMessage, PLAIN_HEADER_BYTES } from './mtproto/packet.js';
import { ProtocolViolation } from './mtproto/protocol_violation.js';
import {
  acknowledgement,
  type ClientDescription,
  container,
  introduced,
  ping,
  resendRequest,
  stateInfo,
} from './mtproto/requests.js';
import { type Enveloped, parseServerMessages, type ServerMessage } from './mtproto/server_message.js';
import { MtprotoSession } from './mtproto/session.js';
import { rpcErrorToTadError } from './rpc_error.js';
import { SLOT_HEADER_BYTES, type Slot } from './slots.js';

/** An answer whose bytes lie in a slot: they are valid until `release`, which must be called once. */
export interface HeldAnswer {
  readonly body: Uint8Array;
  release(): void;
}

export interface ConnectionOptions {
  readonly credentials: LaneCredentials;
  readonly client: ClientDescription;
  readonly clock: Clock;
  readonly batch: DecryptBatch;
  takeSlot(): Slot | undefined;
  /** Longest wait for TCP, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest wait for one answer, milliseconds. */
  readonly requestTimeoutMs: number;
  /** Something that a maintainer would want in the log. */
  log(text: string): void;
}

interface Pending {
  readonly query: Uint8Array;
  readonly method: string;
  readonly sentAt: number;
  resolve(answer: HeldAnswer): void;
  reject(error: TadError): void;
}

const INTERMEDIATE_TAG = Buffer.from([0xee, 0xee, 0xee, 0xee]);
const PING_INTERVAL_MS = 60_000;
const PING_DISCONNECT_SECONDS = 75;
/** Acknowledgements ride along with the next request; this many do not wait for it. */
const MAX_PENDING_ACKS = 16;

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
  readonly #pending = new Map<bigint, Pending>();
  /** What was sent in which container: a complaint may name the container. */
  readonly #containers = new Map<bigint, bigint>();
  /** Until the first answer every request carries the introduction: the server may have ignored the one before. */
  #introduced = false;
  #lastReceivedAt: number;
  #failure: TadError | undefined;
  #timers: Disposable[] = [];

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
    this.#lastReceivedAt = clock.now();
    this.#session = new MtprotoSession(
      Uint8Array.from(credentials.serverSalt),
      credentials.timeOffset,
      () => clock.wallNow() / 1000,
    );
    this.#receiver = new FrameReceiver({
      takeSlot: () => this.#takeSlot(),
      frame: (frame) => this.#onFrame(frame),
      transportError: (code) => this.#onTransportError(code),
    });
    this.#socket = net.connect({
      host: credentials.host,
      port: credentials.port,
      noDelay: true,
      onread: {
        buffer: () => this.#receiver.buffer(),
        callback: (bytes) => {
          this.#lastReceivedAt = clock.now();
          this.#guard(() => this.#receiver.advance(bytes));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#fail(unreachable(error.message)));
    this.#socket.on('close', () => this.#fail(unreachable('Telegram closed the connection')));
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  get isClosed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * @throws TadError as the server's error says; `timeout`, `unreachable`, `corrupt` (the connection broke the protocol), `cancelled`
   */
  request(query: Uint8Array, method: string, signal: AbortSignal): Promise<HeldAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError(signal));
      if (this.#failure) return reject(this.#failure);
      const cleanUp = () => signal.removeEventListener('abort', onAbort);
      const entry: Pending = {
        query,
        method,
        sentAt: this.#options.clock.now(),
        resolve: (answer) => {
          cleanUp();
          resolve(answer);
        },
        reject: (error) => {
          cleanUp();
          reject(error);
        },
      };
      // A late answer to a request that nobody waits for finds no entry and is dropped.
      const onAbort = () => {
        for (const [id, pending] of this.#pending) if (pending === entry) this.#pending.delete(id);
        reject(abortError(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#send(entry);
    });
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
        this.#every(PING_INTERVAL_MS, () => this.#ping());
        this.#every(1000, () => this.#expire());
        settle();
      });
      this.#socket.once('error', (error) => settle(unreachable(error.message)));
    });
  }

  #every(ms: number, action: () => void): void {
    const slot = this.#timers.length;
    const arm = () => {
      this.#timers[slot] = this.#options.clock.after(ms, () => {
        if (this.isClosed) return;
        action();
        arm();
      });
    };
    arm();
  }

  #send(entry: Pending): void {
    const session = this.#session;
    const body = this.#introduced ? entry.query : introduced(this.#options.client, entry.query);
    const messageId = session.nextMessageId();
    this.#pending.set(messageId, entry);
    this.#write({ messageId, sequenceNumber: session.nextSequenceNumber(true), body });
  }

  /** Sends a message, together with the acknowledgements that are due. */
  #write(message: OutgoingMessage): void {
    const session = this.#session;
    const acks = session.takeAcks();
    if (acks.length === 0) {
      this.#transmit(message);
      return;
    }
    const ack = this.#service(acknowledgement(acks));
    const messageId = session.nextMessageId();
    this.#containers.set(messageId, message.messageId);
    if (this.#containers.size > 64) this.#containers.delete(this.#containers.keys().next().value!);
    this.#transmit({
      messageId,
      sequenceNumber: session.nextSequenceNumber(false),
      body: container([ack, message]),
    });
  }

  #service(body: Uint8Array): OutgoingMessage {
    return {
      messageId: this.#session.nextMessageId(),
      sequenceNumber: this.#session.nextSequenceNumber(false),
      body,
    };
  }

  #transmit(message: OutgoingMessage): void {
    const { authKey } = this.#options.credentials;
    this.#socket.write(encryptPacket(authKey, this.#session.salt, this.#session.id, message));
  }

  #ping(): void {
    const message = this.#service(new Uint8Array(0));
    this.#write({ ...message, body: ping(message.messageId, PING_DISCONNECT_SECONDS) });
  }

  /** Fails requests that got no answer in time. If nothing at all has come, the connection is dead. */
  #expire(): void {
    const { clock, requestTimeoutMs } = this.#options;
    const limit = clock.now() - requestTimeoutMs;
    for (const [id, entry] of this.#pending) {
      if (entry.sentAt > limit) continue;
      const error = new TadError(
        'timeout',
        `no answer to ${entry.method} within ${requestTimeoutMs / 1000} s`,
      );
      if (this.#lastReceivedAt <= limit) {
        this.#fail(error);
        return;
      }
      this.#pending.delete(id);
      entry.reject(error);
    }
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
    if (plain.compare(this.#session.id, 0, 8, 8, 16) !== 0)
      throw new ProtocolViolation('a message for another session');
    const bodyBytes = plain.readUInt32LE(28);
    const padding = length - PLAIN_HEADER_BYTES - bodyBytes;
    if (padding < 12 || padding > 1024 || bodyBytes % 4 !== 0)
      throw new ProtocolViolation('a message of impossible length');
    const body = plain.subarray(PLAIN_HEADER_BYTES, PLAIN_HEADER_BYTES + bodyBytes);
    const messageId = plain.readBigUInt64LE(16);
    const messages = parseServerMessages(messageId, plain.readUInt32LE(24), body);
    if (messages.length !== 1 || messages[0]!.messageId !== messageId) {
      this.#session.accept(messageId, 0, !complainsOfTime(messages));
    }
    for (const enveloped of messages) {
      const isNew = this.#session.accept(
        enveloped.messageId,
        enveloped.sequenceNumber,
        !complainsOfTime(messages),
      );
      if (isNew) this.#onMessage(enveloped.message, enveloped.messageId, slot);
    }
    if (this.#session.pendingAcks >= MAX_PENDING_ACKS)
      this.#transmit(this.#service(acknowledgement(this.#session.takeAcks())));
  }

  #onMessage(message: ServerMessage, messageId: bigint, slot: Slot): void {
    switch (message.kind) {
      case 'result': {
        const entry = this.#settle(message.requestId);
        if (entry === undefined) return;
        this.#introduced = true;
        slot.hold();
        entry.resolve({ body: message.body, release: () => slot.release() });
        return;
      }
      case 'error': {
        const entry = this.#settle(message.requestId);
        if (entry === undefined) return;
        this.#introduced = message.message !== 'CONNECTION_NOT_INITED';
        if (this.#introduced) entry.reject(rpcErrorToTadError(message.code, message.message, entry.method));
        else this.#send(entry);
        return;
      }
      case 'bad-salt':
        this.#session.salt = message.salt;
        this.#resend(message.badId);
        return;
      case 'bad-message':
        this.#onBadMessage(message.badId, message.code, messageId);
        return;
      case 'new-session':
        // The server knows nothing of what was sent before the first message it names.
        this.#session.salt = message.salt;
        for (const id of [...this.#pending.keys()]) if (id < message.firstId) this.#resend(id);
        return;
      case 'answer-exists':
        if (!this.#session.hasSeen(message.answerId)) {
          this.#write(this.#service(resendRequest([message.answerId])));
        }
        return;
      case 'state-request': {
        const known = message.messageIds.map((id) => this.#session.hasSeen(id));
        this.#write(this.#service(stateInfo(messageId, known)));
        return;
      }
      case 'pong':
      case 'other':
        return;
    }
  }

  #settle(requestId: bigint): Pending | undefined {
    const entry = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    return entry;
  }

  /** https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message */
  #onBadMessage(badId: bigint, code: number, messageId: bigint): void {
    if (code === 16 || code === 17) {
      this.#session.adjustTime(messageId);
      this.#resend(badId);
    } else if (code === 20) {
      this.#resend(badId);
    } else {
      // Sequence numbers out of step, a container it cannot read: a new connection begins a new session.
      this.#fail(new TadError('server', `Telegram rejected a message (code ${code})`));
    }
  }

  /** Sends a request again under a new id; `id` may be that of the container it was in. */
  #resend(id: bigint): void {
    const entry = this.#settle(this.#containers.get(id) ?? id);
    if (entry !== undefined) this.#send(entry);
  }

  #onTransportError(code: number): void {
    if (code === -404) {
      this.#fail(
        new TadError('login-required', 'Telegram does not know this session any more', 'run: tad login'),
      );
    } else if (code === -429) {
      this.#fail(new TadError('server', 'Telegram refuses connections for a while (transport flood)'));
    } else {
      this.#fail(unreachable(`Telegram answered with transport error ${code}`));
    }
  }

  /** A violation ends the connection; it never ends the thread. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      const { credentials, log } = this.#options;
      log(`data centre ${credentials.dcId} sent ${error.message}; connection dropped`);
      this.#fail(new TadError('corrupt', `Telegram sent ${error.message}`, undefined, { cause: error }));
    }
  }

  #fail(error: TadError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#socket.destroy();
    this.#receiver.abandon();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const entry of pending) entry.reject(error);
  }
}

const complainsOfTime = (messages: readonly Enveloped[]) =>
  messages.some(
    ({ message }) => message.kind === 'bad-message' && (message.code === 16 || message.code === 17),
  );

function unreachable(reason: string): TadError {
  return new TadError('unreachable', reason, 'check the connection; work goes on by itself when it is back');
}
