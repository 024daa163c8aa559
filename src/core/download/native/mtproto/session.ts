import { randomBytes } from 'node:crypto';
import { ProtocolViolation } from './protocol_violation.js';
import { type ServerTime, secondsOf } from './server_time.js';

/** How far a message id may lie from the server's time, seconds: https://core.telegram.org/mtproto/security_guidelines#checking-msg-id */
const MAX_AGE = 300;
const MAX_AHEAD = 30;
/** Ids remembered to recognise repeats; anything older than all of them might be one. */
const REMEMBERED_IDS = 512;
/** Own ids remembered, for complaints that name one. */
const REMEMBERED_OWN_IDS = 512;

/**
 * The numbers of one MTProto session: message ids and sequence numbers going out, checks on those coming in, what must be
 * acknowledged. No input or output of its own.
 */
export class MtprotoSession {
  readonly id: Uint8Array;
  salt: Uint8Array;
  readonly #time: ServerTime;
  /** Whether a message of this session has told the time: before that nobody can be certain of it, and no window is enforced. */
  #isTimeCertain = false;
  #lastId = 0n;
  #contentMessages = 0;
  #acks: bigint[] = [];
  readonly #seen = new Set<bigint>();
  readonly #sent = new Set<bigint>();
  #oldestAllowed = 0n;

  /** @param time shared by the sessions with one data centre; each sets it by the first message that it gets */
  constructor(salt: Uint8Array, time: ServerTime, random: (bytes: number) => Uint8Array = randomBytes) {
    this.id = random(8);
    this.salt = salt;
    this.#time = time;
  }

  /**
   * Unix time times 2^32, a multiple of 4, ever growing: https://core.telegram.org/mtproto/description#message-identifier-msg-id
   */
  nextMessageId(): bigint {
    const micros = BigInt(Math.floor(this.#time.now() * 1e6));
    const id = ((micros / 1_000_000n) << 32n) | ((((micros % 1_000_000n) << 32n) / 1_000_000n) & ~3n);
    this.#lastId = id > this.#lastId ? id : this.#lastId + 4n;
    this.#sent.add(this.#lastId);
    if (this.#sent.size > REMEMBERED_OWN_IDS) this.#sent.delete(this.#sent.values().next().value!);
    return this.#lastId;
  }

  /** Twice the number of content-related messages so far, plus one for such: https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno */
  nextSequenceNumber(content: boolean): number {
    if (!content) return 2 * this.#contentMessages;
    return 2 * this.#contentMessages++ + 1;
  }

  /** After codes 16 and 17: takes the server's time from the id of the message that complained. */
  adjustTime(serverMessageId: bigint): void {
    this.#time.set(secondsOf(serverMessageId));
    this.#lastId = 0n;
  }

  /**
   * Checks a message's id, and notes it for acknowledgement when it is content-related:
   * https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
   * @returns false for what must be ignored, a repeat and what is older than all that are remembered; it is acknowledged all the
   * same, or the server would send it for ever
   * @throws ProtocolViolation
   */
  accept(messageId: bigint, sequenceNumber: number, trustedTime: boolean): boolean {
    if ((messageId & 1n) === 0n) throw new ProtocolViolation('a message id with the client’s parity');
    if (trustedTime) this.#checkTime(secondsOf(messageId));
    if (sequenceNumber & 1) this.#acks.push(messageId);
    if (this.#seen.has(messageId) || messageId < this.#oldestAllowed) return false;
    this.#seen.add(messageId);
    if (this.#seen.size > REMEMBERED_IDS) this.#forgetOldest();
    return true;
  }

  /** Whether we sent a message of this id not long ago. */
  hasSent(messageId: bigint): boolean {
    return this.#sent.has(messageId);
  }

  hasSeen(messageId: bigint): boolean {
    return this.#seen.has(messageId);
  }

  get pendingAcks(): number {
    return this.#acks.length;
  }

  /** What has not been acknowledged yet; the caller sends it. */
  takeAcks(): readonly bigint[] {
    const acks = this.#acks;
    this.#acks = [];
    return acks;
  }

  /** The random session id is in the message, so the first one was made for this session, just now. */
  #checkTime(seconds: number): void {
    if (this.#isTimeCertain) {
      const ahead = seconds - this.#time.now();
      if (ahead > MAX_AHEAD || ahead < -MAX_AGE) throw new ProtocolViolation('a message from another time');
      this.#time.advance(seconds);
    } else {
      this.#time.set(seconds);
      this.#isTimeCertain = true;
    }
  }

  #forgetOldest(): void {
    const ids = [...this.#seen].sort((a, b) => (a < b ? -1 : 1));
    const kept = ids.slice(ids.length >> 1);
    this.#oldestAllowed = kept[0]!;
    this.#seen.clear();
    for (const id of kept) this.#seen.add(id);
  }
}
