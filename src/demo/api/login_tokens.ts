import { randomBytes } from 'node:crypto';
import type { KeyHolder } from './logins.js';

/** How long a QR code stays good, seconds (https://core.telegram.org/api/qr-login). */
export const TOKEN_LIFETIME_S = 30;

export interface LoginToken {
  readonly token: Buffer;
  readonly expires: number;
  /** The key that will be logged in. */
  readonly waiting: KeyHolder;
  readonly layer: number;
  acceptedBy?: bigint;
}

/** QR codes that wait to be scanned, and those that were. */
export class LoginTokens {
  readonly #tokens = new Map<string, LoginToken>();
  readonly #clock: () => number;

  /** @param clock milliseconds since 1970 */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The key's token: the accepted one, else the one shown now, else a new one. */
  ofKey(waiting: KeyHolder, layer: number): LoginToken {
    const now = this.#now();
    for (const token of this.#tokens.values()) {
      const same = token.waiting.authKeyId === waiting.authKeyId && token.waiting.dcId === waiting.dcId;
      if (same && (token.expires > now || token.acceptedBy !== undefined)) return token;
    }
    for (const [name, token] of this.#tokens) if (token.expires <= now) this.#tokens.delete(name);
    const token = { token: randomBytes(32), expires: now + TOKEN_LIFETIME_S, waiting, layer };
    this.#tokens.set(token.token.toString('hex'), token);
    return token;
  }

  find(token: Buffer): LoginToken | undefined {
    return this.#tokens.get(token.toString('hex'));
  }

  isExpired(token: LoginToken): boolean {
    return token.expires <= this.#now();
  }

  /** Tokens on screens now, oldest first. */
  waiting(): readonly LoginToken[] {
    const now = this.#now();
    return [...this.#tokens.values()].filter(
      (token) => token.expires > now && token.acceptedBy === undefined,
    );
  }

  drop(token: LoginToken): void {
    this.#tokens.delete(token.token.toString('hex'));
  }

  #now(): number {
    return Math.floor(this.#clock() / 1000);
  }
}
