import { randomBytes } from 'node:crypto';
import type { Login } from './logins.js';

const LIFETIME_MS = 5 * 60_000;

interface Exported {
  readonly login: Login;
  readonly dcId: number;
  readonly expires: number;
}

/** Logins on their way from one data centre to another (https://core.telegram.org/api/datacenter). */
export class ExportedLogins {
  readonly #exported = new Map<string, Exported>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** @returns bytes that are good once, on that data centre, for five minutes */
  export(login: Login, dcId: number): Buffer {
    const now = this.#clock();
    for (const [name, { expires }] of this.#exported) if (expires <= now) this.#exported.delete(name);
    const bytes = randomBytes(32);
    this.#exported.set(bytes.toString('hex'), { login, dcId, expires: now + LIFETIME_MS });
    return bytes;
  }

  import(userId: bigint, bytes: Buffer, dcId: number): Login | undefined {
    const name = bytes.toString('hex');
    const exported = this.#exported.get(name);
    if (!exported || exported.dcId !== dcId || exported.login.userId !== userId) return undefined;
    this.#exported.delete(name);
    return exported.expires > this.#clock() ? exported.login : undefined;
  }
}
