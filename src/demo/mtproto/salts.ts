import { sha256 } from './message_crypto.js';
import { tl } from './tl.js';

/** Seconds for which a salt is the current one; it is accepted for as long again. */
const PERIOD = 1800;

export interface FutureSalt {
  /** Unix seconds. */
  readonly validSince: number;
  readonly validUntil: number;
  readonly salt: bigint;
}

/**
 * The server salts of one key, one every half hour (https://core.telegram.org/mtproto/description#server-salt).
 * All but the first are computed from the key, so that none needs to be kept.
 */
export class Salts {
  #generation = 0;

  /**
   * @param first made in the handshake from the nonces
   * @param start unix seconds when the key was made
   */
  constructor(
    readonly authKey: Buffer,
    readonly first: bigint,
    readonly start: number,
  ) {}

  /** @param now unix seconds */
  current(now: number): bigint {
    return this.#at(this.#index(now));
  }

  accepts(salt: bigint, now: number): boolean {
    const index = this.#index(now);
    return salt === this.#at(index) || (index > 0 && salt === this.#at(index - 1));
  }

  /** The current salt and those that follow it. */
  upcoming(now: number, count: number): FutureSalt[] {
    const index = this.#index(now);
    return Array.from({ length: count }, (_, i) => {
      const validSince = this.start + (index + i) * PERIOD;
      return { validSince, validUntil: validSince + 2 * PERIOD, salt: this.#at(index + i) };
    });
  }

  /** Replaces all salts by new ones at once. */
  renew(): void {
    this.#generation++;
  }

  #index(now: number): number {
    return Math.max(0, Math.floor((now - this.start) / PERIOD));
  }

  #at(index: number): bigint {
    if (index === 0 && this.#generation === 0) return this.first;
    return sha256(this.authKey, tl.uint32(this.#generation), tl.uint32(index)).readBigInt64LE();
  }
}
