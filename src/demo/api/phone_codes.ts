import { randomBytes } from 'node:crypto';
import type { CatalogueUser } from '../catalogue/catalogue.js';

/** A login code stays good this long, milliseconds. */
export const CODE_LIFETIME_MS = 5 * 60_000;
/** Wrong answers after which a code is dead. */
const MAX_ATTEMPTS = 5;
/** As for Telegram's test accounts (https://core.telegram.org/api/auth#test-accounts). */
export const CODE_LENGTH = 5;

interface SentCode {
  readonly phone: string;
  readonly code: string;
  readonly user: CatalogueUser | undefined;
  readonly expires: number;
  attempts: number;
}

export type CodeCheck =
  | { readonly verdict: 'right'; readonly user: CatalogueUser | undefined }
  | { readonly verdict: 'wrong' | 'expired' };

/** The login codes that are on their way to a person. */
export class PhoneCodes {
  readonly #sent = new Map<string, SentCode>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** @returns the phone_code_hash by which the code will be asked for */
  send(phone: string, code: string, user: CatalogueUser | undefined): string {
    const now = this.#clock();
    for (const [hash, sent] of this.#sent) if (sent.expires <= now) this.#sent.delete(hash);
    const hash = randomBytes(9).toString('hex');
    this.#sent.set(hash, { phone, code, user, expires: now + CODE_LIFETIME_MS, attempts: 0 });
    return hash;
  }

  /** A right code stays good until it expires: the client may have to repeat the call when the answer is lost. */
  check(phone: string, hash: string, code: string): CodeCheck {
    const sent = this.#sent.get(hash);
    if (!sent || sent.phone !== phone || sent.expires <= this.#clock() || sent.attempts >= MAX_ATTEMPTS) {
      return { verdict: 'expired' };
    }
    if (sent.code === code) return { verdict: 'right', user: sent.user };
    sent.attempts++;
    return { verdict: 'wrong' };
  }

  drop(hash: string): boolean {
    return this.#sent.delete(hash);
  }

  /** Whether this hash belongs to a code that was sent to the number. */
  has(phone: string, hash: string): boolean {
    return this.#sent.get(hash)?.phone === phone;
  }
}
