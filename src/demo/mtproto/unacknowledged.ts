/** A message of the server, ready to be encrypted for whatever connection its session has. */
export interface ServerMessage {
  readonly id: bigint;
  readonly seqno: number;
  readonly pieces: readonly Buffer[];
  /** Sum of the pieces' lengths. */
  readonly size: number;
  /** The request that it answers. */
  readonly replyTo?: bigint;
  /** Set once it has been written to a socket whole. */
  wasSent: boolean;
}

/**
 * Messages that one session's client has not acknowledged, to be sent again after a reconnect. Bounded: the oldest are
 * given up first, as a server may (https://core.telegram.org/mtproto/service_messages_about_messages).
 */
export class Unacknowledged {
  static readonly MAX_BYTES = 8 << 20;
  static readonly MAX_MESSAGES = 1024;

  readonly #messages = new Map<bigint, ServerMessage>();
  readonly #answers = new Map<bigint, bigint>();
  readonly #budget: RetentionBudget;
  #bytes = 0;

  /** @param budget what all sessions together may keep */
  constructor(budget: RetentionBudget) {
    this.#budget = budget;
  }

  add(message: ServerMessage): void {
    this.#messages.set(message.id, message);
    this.#bytes += message.size;
    if (message.replyTo !== undefined) this.#answers.set(message.replyTo, message.id);
    this.#budget.keep(message, this);
    while (this.#bytes > Unacknowledged.MAX_BYTES || this.#messages.size > Unacknowledged.MAX_MESSAGES) {
      const [oldest] = this.#messages.keys();
      this.remove(oldest!);
    }
  }

  get(id: bigint): ServerMessage | undefined {
    return this.#messages.get(id);
  }

  /** The answer to a request, as long as it is kept. */
  answerTo(requestId: bigint): ServerMessage | undefined {
    const id = this.#answers.get(requestId);
    return id === undefined ? undefined : this.#messages.get(id);
  }

  remove(id: bigint): void {
    const message = this.#messages.get(id);
    if (message === undefined) return;
    this.#messages.delete(id);
    this.#bytes -= message.size;
    this.#budget.release(message);
    if (message.replyTo !== undefined) this.#answers.delete(message.replyTo);
  }

  clear(): void {
    for (const id of this.#messages.keys()) this.remove(id);
  }

  /** Oldest first. */
  all(): ServerMessage[] {
    return [...this.#messages.values()];
  }
}

/** Bounds what all sessions together keep: clients that vanish never acknowledge. The oldest goes first. */
export class RetentionBudget {
  static readonly MAX_BYTES = 64 << 20;

  readonly #owners = new Map<ServerMessage, Unacknowledged>();
  #bytes = 0;

  keep(message: ServerMessage, owner: Unacknowledged): void {
    this.#owners.set(message, owner);
    this.#bytes += message.size;
    for (const [oldest, itsOwner] of this.#owners) {
      if (this.#bytes <= RetentionBudget.MAX_BYTES) return;
      itsOwner.remove(oldest.id);
    }
  }

  release(message: ServerMessage): void {
    if (this.#owners.delete(message)) this.#bytes -= message.size;
  }
}
