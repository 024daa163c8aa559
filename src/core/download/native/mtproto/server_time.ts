/** Seconds that never jump back, with a fraction; counted from anywhere. */
export type SecondsClock = () => number;

/**
 * A data centre's clock, as far as its messages have shown it. It runs on a clock of ours that never jumps, so that neither a wrong
 * local time nor one that is set right meanwhile matters; after the machine has slept it is behind until a message says so.
 */
export class ServerTime {
  readonly #clock: SecondsClock;
  #offset: number;

  /** @param guess Unix time as we believe it to be, seconds: what requests say until the server has said something */
  constructor(guess: number, clock: SecondsClock) {
    this.#clock = clock;
    this.#offset = guess - clock();
  }

  /** Unix time in seconds, with a fraction. */
  now(): number {
    return this.#clock() + this.#offset;
  }

  /** It was this time when a message was sent. The message was under way for a while, so the server's clock is never behind it. */
  set(seconds: number): void {
    this.#offset = seconds - this.#clock();
  }

  /** Like {@link set}, for a message that may have been sent some time ago: time only moves forward. */
  advance(seconds: number): void {
    if (seconds > this.now()) this.set(seconds);
  }
}

/** When a message was created, Unix seconds: https://core.telegram.org/mtproto/description#message-identifier-msg-id */
export const secondsOf = (messageId: bigint) => Number(messageId >> 12n) / 2 ** 20;
