import { randomBytes } from 'node:crypto';
import type { AuthKey } from './auth_keys.js';
import type { MessageIds } from './message_ids.js';
import { ReceivedMessages, STATE } from './received_messages.js';
import * as service from './service_messages.js';
import { type RetentionBudget, type ServerMessage, Unacknowledged } from './unacknowledged.js';

/** Damage that a fault does to one packet on its way out. */
export type Damage = 'corrupt' | 'reset';

/** A connection, as a session sees it. */
export interface Outlet {
  readonly isOpen: boolean;
  send(key: AuthKey, sessionId: bigint, message: ServerMessage, damage?: Damage): void;
}

/** The layer of a client that never said one. */
const DEFAULT_LAYER = 198;

/** An answer up to this many bytes is simply sent again; of a larger one the client is told that it exists. */
const SMALL = 4096;

/**
 * A session belongs to (auth key, session id), not to a TCP connection: its sequence numbers, the messages received
 * and the answers not yet acknowledged survive a reconnect.
 * https://core.telegram.org/mtproto/description#session
 */
export class Session {
  readonly hexId: string;
  readonly received = new ReceivedMessages();
  readonly unacknowledged: Unacknowledged;
  /** Calls still running, by message id; each resolves when its answer is made. */
  readonly calls = new Map<bigint, Promise<void>>();
  /** Running calls whose answers the client no longer wants. */
  readonly dropped = new Set<bigint>();
  layer = DEFAULT_LAYER;
  wantsUpdates = false;

  readonly #ids: MessageIds;
  #outlet: Outlet | undefined;
  #contentMessages = 0;
  #announced = false;

  constructor(
    readonly key: AuthKey,
    readonly id: bigint,
    ids: MessageIds,
    budget: RetentionBudget,
  ) {
    this.#ids = ids;
    this.unacknowledged = new Unacknowledged(budget);
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(id);
    this.hexId = bytes.toString('hex');
  }

  get isConnected(): boolean {
    return this.#outlet?.isOpen ?? false;
  }

  /**
   * The session's messages go to this connection from now on. After the loss of the one before, what was not
   * acknowledged is sent again; of large answers that had been written already, only msg_detailed_info.
   */
  attach(outlet: Outlet): void {
    const before = this.#outlet;
    if (before === outlet) return;
    this.#outlet = outlet;
    if (before?.isOpen) return;
    for (const message of this.unacknowledged.all()) this.resend(message);
  }

  /**
   * new_session_created, once in the session's life.
   * @param firstMessageId the lowest id of the packet that created it
   * @param salt the current one
   */
  announce(firstMessageId: bigint, salt: bigint): void {
    if (this.#announced) return;
    this.#announced = true;
    const uniqueId = randomBytes(8).readBigInt64LE();
    this.notify(service.newSessionCreated(firstMessageId, uniqueId, salt), true);
  }

  /**
   * The status byte of msgs_state_info. An answer still on its way out counts as in process: a client that hears
   * "answered" asks again at once for what it has not got.
   */
  stateOf(messageId: bigint): number {
    const state = this.received.state(messageId);
    const isOnItsWay = this.unacknowledged.answerTo(messageId)?.wasSent === false;
    return isOnItsWay ? (state & ~STATE.answered) | STATE.inProcess : state;
  }

  /** Sends a result, and keeps it until it is acknowledged. */
  answer(requestId: bigint, pieces: readonly Buffer[], damage?: Damage): ServerMessage {
    const message = this.#message('answer', service.rpcResult(requestId, pieces), true, requestId);
    this.unacknowledged.add(message);
    this.#outlet?.send(this.key, this.id, message, damage);
    return message;
  }

  /** Sends something of the server's own accord. @param needsAck kept until acknowledged */
  notify(body: Buffer, needsAck: boolean): void {
    const message = this.#message('notification', [body], needsAck);
    if (needsAck) this.unacknowledged.add(message);
    this.#outlet?.send(this.key, this.id, message);
  }

  /** Sends the answer to a service message, such as a pong. */
  reply(body: Buffer): void {
    this.#outlet?.send(this.key, this.id, this.#message('answer', [body], false));
  }

  resend(message: ServerMessage): void {
    if (message.size <= SMALL || !message.wasSent) this.#outlet?.send(this.key, this.id, message);
    else this.reply(service.detailedInfo(message));
  }

  /** Sends a message again whatever its size: the client asked for it. */
  resendWhole(message: ServerMessage): void {
    this.#outlet?.send(this.key, this.id, message);
  }

  #message(
    kind: 'answer' | 'notification',
    pieces: readonly Buffer[],
    content: boolean,
    replyTo?: bigint,
  ): ServerMessage {
    const seqno = this.#contentMessages * 2 + (content ? 1 : 0);
    if (content) this.#contentMessages++;
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return {
      id: this.#ids.next(kind),
      seqno,
      pieces,
      size,
      wasSent: false,
      ...(replyTo !== undefined && { replyTo }),
    };
  }
}
