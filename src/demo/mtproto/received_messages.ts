/** error_code of bad_msg_notification: https://core.telegram.org/mtproto/service_messages_about_messages */
export const BAD = {
  tooLow: 16,
  tooHigh: 17,
  wrongBits: 18,
  containerRepeated: 19,
  tooOld: 20,
  seqnoTooLow: 32,
  seqnoTooHigh: 33,
  evenExpected: 34,
  oddExpected: 35,
  invalidContainer: 64,
} as const;

/** Seconds that a client's clock may be behind or ahead. */
const BEHIND = 300;
const AHEAD = 30;

/** What msgs_state_info says of a message; one byte each. */
export const STATE = {
  unknown: 1,
  notReceived: 2,
  notReceivedTooHigh: 3,
  received: 4,
  acknowledged: 8,
  needsNoAcknowledgement: 16,
  inProcess: 32,
  answered: 64,
} as const;

/** How far a received message has come. */
export type Progress = 'done' | 'running' | 'answered' | 'failed';

interface Entry {
  readonly seqno: number;
  progress: Progress;
}

/** Checks an id against the clock; the error code, or undefined. @param now milliseconds since 1970 */
export function checkMessageTime(id: bigint, now: number): number | undefined {
  if ((id & 3n) !== 0n) return BAD.wrongBits;
  const seconds = Number(BigInt.asUintN(64, id) >> 32n);
  if (seconds < now / 1000 - BEHIND) return BAD.tooLow;
  if (seconds > now / 1000 + AHEAD) return BAD.tooHigh;
  return undefined;
}

/**
 * The ids that one session has received: the last thousand by arrival, which is what tells a repeated message from a
 * new one, and a sequence number that fits from one that does not.
 */
export class ReceivedMessages {
  static readonly LIMIT = 1024;

  readonly #entries = new Map<bigint, Entry>();
  /** No new message may have an id up to this one. */
  #floor = 0n;
  #highestId = 0n;
  #highestSeqno = 0;

  has(id: bigint): boolean {
    return this.#entries.has(id);
  }

  /** The error code for a message not received before, or undefined. O(1) in order, O(LIMIT) out of order. */
  check(id: bigint, seqno: number): number | undefined {
    if (id <= this.#floor) return BAD.tooOld;
    if (id > this.#highestId) return clashes(seqno, this.#highestSeqno) ? BAD.seqnoTooLow : undefined;
    for (const [otherId, other] of this.#entries) {
      if (otherId < id && clashes(seqno, other.seqno)) return BAD.seqnoTooLow;
      if (otherId > id && clashes(other.seqno, seqno)) return BAD.seqnoTooHigh;
    }
    return undefined;
  }

  add(id: bigint, seqno: number): void {
    this.#entries.set(id, { seqno, progress: 'done' });
    if (id > this.#highestId) this.#highestId = id;
    this.#highestSeqno = Math.max(this.#highestSeqno, seqno);
    if (this.#entries.size <= ReceivedMessages.LIMIT) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
    if (oldest! > this.#floor) this.#floor = oldest!;
  }

  progress(id: bigint): Progress | undefined {
    return this.#entries.get(id)?.progress;
  }

  setProgress(id: bigint, progress: Progress): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.progress = progress;
  }

  /** The status byte of msgs_state_info. */
  state(id: bigint): number {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      if (id <= this.#floor) return STATE.unknown;
      return id > this.#highestId ? STATE.notReceivedTooHigh : STATE.notReceived;
    }
    const odd = (entry.seqno & 1) === 1;
    const receipt = STATE.received | (odd ? STATE.acknowledged : STATE.needsNoAcknowledgement);
    if (entry.progress === 'done') return receipt;
    return receipt | (entry.progress === 'running' ? STATE.inProcess : STATE.answered);
  }
}

/** Whether a later message's number contradicts an earlier one's. */
function clashes(later: number, earlier: number): boolean {
  return later < earlier || (later === earlier && (later & 1) === 1);
}
