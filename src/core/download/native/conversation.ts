import { TadError } from '../../errors.js';
import { abortError } from '../clock.js';
import type { OutgoingMessage } from './mtproto/packet.js';
import {
  acknowledgement,
  type ClientDescription,
  container,
  introduced,
  ping,
  resendRequest,
  stateInfo,
} from './mtproto/requests.js';
import type { Enveloped, ServerMessage } from './mtproto/server_message.js';
import type { MtprotoSession } from './mtproto/session.js';
import { rpcErrorToTadError } from './rpc_error.js';
import type { Slot } from './slots.js';

/** An answer whose bytes lie in a slot: they are valid until `release`, which must be called once. */
export interface HeldAnswer {
  readonly body: Uint8Array;
  release(): void;
}

export interface ConversationOptions {
  readonly client: ClientDescription;
  readonly session: MtprotoSession;
  /** Milliseconds that never jump back. */
  now(): number;
  /** Encrypts and sends one message. */
  transmit(message: OutgoingMessage): void;
  /** The session is of no use any more. */
  fail(error: TadError): void;
}

interface Pending {
  readonly query: Uint8Array;
  readonly method: string;
  readonly sentAt: number;
  resolve(answer: HeldAnswer): void;
  reject(error: TadError): void;
}

/** https://core.telegram.org/mtproto/service_messages#deferred-connection-closure--ping */
const PING_DISCONNECT_SECONDS = 75;
/**
 * Acknowledgements ride along with the next request; this many do not wait for it:
 * https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
 */
const MAX_PENDING_ACKS = 16;
/** Containers whose content is remembered, for a complaint that names one. */
const REMEMBERED_CONTAINERS = 64;

/**
 * What is said on one connection, without the connection: requests and their answers, and the service messages that MTProto demands
 * of both sides. Knows nothing of sockets and encryption.
 */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #pending = new Map<bigint, Pending>();
  /** What was sent in which container: a complaint may name the container. */
  readonly #containers = new Map<bigint, bigint>();
  /** When the newest request that has its answer was sent. */
  #answeredSentAt = Number.NEGATIVE_INFINITY;
  /** Until the first answer every request carries the introduction: the server may have ignored the one before. */
  #introduced = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  isAwaited(requestId: bigint): boolean {
    return this.#pending.has(requestId);
  }

  /** @throws TadError as the server's error says; what the conversation ended with; `cancelled` */
  request(query: Uint8Array, method: string, signal: AbortSignal): Promise<HeldAnswer> {
    return new Promise((resolve, reject) => {
      const cleanUp = () => signal.removeEventListener('abort', onAbort);
      const entry: Pending = {
        query,
        method,
        sentAt: this.#options.now(),
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

  ping(): void {
    const message = this.#service(new Uint8Array(0));
    this.#write({ ...message, body: ping(message.messageId, PING_DISCONNECT_SECONDS) });
  }

  /**
   * Messages of one frame, in order, checked by the caller as far as the frame goes. A container vouches for the time of what it
   * holds, which may have been sent before: https://core.telegram.org/mtproto/description#message-identifier-msg-id
   * @throws ProtocolViolation
   */
  receive(messageId: bigint, messages: readonly Enveloped[], slot: Slot): void {
    const { session, transmit } = this.#options;
    const isTimeTrusted = !complainsOfTime(messages);
    const isContainer = messages.length !== 1 || messages[0]!.messageId !== messageId;
    if (isContainer && !session.accept(messageId, 0, isTimeTrusted)) return;
    for (const { messageId: id, sequenceNumber, message } of messages) {
      if (session.accept(id, sequenceNumber, isTimeTrusted && !isContainer))
        this.#onMessage(message, id, slot);
    }
    if (session.pendingAcks >= MAX_PENDING_ACKS) transmit(this.#service(acknowledgement(session.takeAcks())));
  }

  /**
   * Fails the requests sent before `limit` whose turn has passed: one sent later has its answer, or no answer has been coming in
   * since (`progressAt`). Answers come roughly in order, so on a slow link the others are still on their way.
   */
  expire(limit: number, progressAt: number, seconds: number): void {
    for (const [id, entry] of this.#pending) {
      if (entry.sentAt > limit || (progressAt > limit && entry.sentAt >= this.#answeredSentAt)) continue;
      this.#pending.delete(id);
      entry.reject(new TadError('timeout', `no answer to ${entry.method} within ${seconds} s`));
    }
  }

  /** Everything under way fails with this. */
  end(error: TadError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const entry of pending) entry.reject(error);
  }

  #send(entry: Pending): void {
    const { session, client } = this.#options;
    const body = this.#introduced ? entry.query : introduced(client, entry.query);
    const messageId = session.nextMessageId();
    this.#pending.set(messageId, entry);
    this.#write({ messageId, sequenceNumber: session.nextSequenceNumber(true), body });
  }

  /** Sends a message, together with the acknowledgements that are due. */
  #write(message: OutgoingMessage): void {
    const { session, transmit } = this.#options;
    const acks = session.takeAcks();
    if (acks.length === 0) {
      transmit(message);
      return;
    }
    const ack = this.#service(acknowledgement(acks));
    const messageId = session.nextMessageId();
    this.#containers.set(messageId, message.messageId);
    if (this.#containers.size > REMEMBERED_CONTAINERS)
      this.#containers.delete(this.#containers.keys().next().value!);
    transmit({
      messageId,
      sequenceNumber: session.nextSequenceNumber(false),
      body: container([ack, message]),
    });
  }

  #service(body: Uint8Array): OutgoingMessage {
    const { session } = this.#options;
    return {
      messageId: session.nextMessageId(),
      sequenceNumber: session.nextSequenceNumber(false),
      body,
    };
  }

  #onMessage(message: ServerMessage, messageId: bigint, slot: Slot): void {
    switch (message.kind) {
      // https://core.telegram.org/mtproto/service_messages#response-to-an-rpc-query
      case 'result': {
        const entry = this.#settle(message.requestId);
        if (entry === undefined) return;
        this.#introduced = true;
        this.#answeredSentAt = Math.max(this.#answeredSentAt, entry.sentAt);
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
      // Both only about what was really sent: https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
      case 'bad-salt':
        if (!this.#options.session.hasSent(message.badId)) return;
        this.#options.session.salt = message.salt;
        this.#resend(message.badId);
        return;
      case 'bad-message':
        if (!this.#options.session.hasSent(message.badId)) return;
        this.#onBadMessage(message.badId, message.code, messageId);
        return;
      case 'new-session':
        // The server knows nothing of what was sent before the first message it names:
        // https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
        this.#options.session.salt = message.salt;
        for (const id of [...this.#pending.keys()]) if (id < message.firstId) this.#resend(id);
        return;
      // https://core.telegram.org/mtproto/service_messages_about_messages#extended-voluntary-communication-of-status-of-one-message
      case 'answer-exists':
        if (!this.#options.session.hasSeen(message.answerId)) {
          this.#write(this.#service(resendRequest([message.answerId])));
        }
        return;
      // https://core.telegram.org/mtproto/service_messages_about_messages#request-for-message-status-information
      case 'state-request': {
        const known = message.messageIds.map((id) => this.#options.session.hasSeen(id));
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
      this.#options.session.adjustTime(messageId);
      this.#resend(badId);
    } else if (code === 20) {
      this.#resend(badId);
    } else {
      // Sequence numbers out of step, a container it cannot read: a new connection begins a new session.
      this.#options.fail(new TadError('server', `Telegram rejected a message (code ${code})`));
    }
  }

  /** Sends a request again under a new id; `id` may be that of the container it was in. */
  #resend(id: bigint): void {
    const entry = this.#settle(this.#containers.get(id) ?? id);
    if (entry !== undefined) this.#send(entry);
  }
}

const complainsOfTime = (messages: readonly Enveloped[]) =>
  messages.some(
    ({ message }) => message.kind === 'bad-message' && (message.code === 16 || message.code === 17),
  );
