/**
 * Message ids of the server: unix time times 2^32, always rising; the two lowest bits are 1 for an answer and 3 for
 * anything else. https://core.telegram.org/mtproto/description#message-identifier-msg-id
 */
export class MessageIds {
  readonly #now: () => number;
  #last = 0n;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  next(kind: 'answer' | 'notification'): bigint {
    const milliseconds = this.#now();
    const seconds = Math.floor(milliseconds / 1000);
    const fraction = Math.floor(((milliseconds / 1000) % 1) * 0x4000_0000);
    let stem = (BigInt(seconds) << 30n) | BigInt(fraction);
    if (stem <= this.#last) stem = this.#last + 1n;
    this.#last = stem;
    return (stem << 2n) | (kind === 'answer' ? 1n : 3n);
  }
}
