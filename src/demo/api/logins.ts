import { randomBytes } from 'node:crypto';
import type { CallContext } from '../mtproto/rpc.js';

/** One device that is logged in; its keys on several data centres share it (auth.exportAuthorization). */
export interface Login {
  readonly hash: bigint;
  readonly userId: bigint;
  readonly createdAt: number;
}

export interface KeyHolder {
  readonly dcId: number;
  readonly authKeyId: string;
}

export interface AuthorisedKey extends KeyHolder {
  readonly login: Login;
  /** As the client last announced it. */
  readonly layer: number;
}

const nameOf = ({ dcId, authKeyId }: KeyHolder): string => `${dcId}:${authKeyId}`;

/** Who is logged in with which key (https://core.telegram.org/api/auth). All operations O(1) or O(keys). */
export class Logins {
  readonly #keys = new Map<string, AuthorisedKey>();
  /** Keys whose login somebody else has ended: they are told why. */
  readonly #revoked = new Set<string>();
  /** Keys that have shown a good code, but not yet the account's password. */
  readonly #halfway = new Map<string, bigint>();
  readonly #changed: () => void;

  /**
   * @param known logins of an earlier run
   * @param changed called after each change of who is logged in
   */
  constructor(known: readonly AuthorisedKey[] = [], changed: () => void = () => {}) {
    for (const key of known) this.#keys.set(nameOf(key), key);
    this.#changed = changed;
  }

  /** A new device of the user, with this key. */
  begin(key: KeyHolder, layer: number, userId: bigint, now: number): Login {
    const login: Login = { hash: randomBytes(8).readBigInt64LE(), userId, createdAt: now };
    this.join(key, layer, login);
    return login;
  }

  /** Another key of the same device. */
  join({ dcId, authKeyId }: KeyHolder, layer: number, login: Login): void {
    const name = nameOf({ dcId, authKeyId });
    this.#revoked.delete(name);
    this.#halfway.delete(name);
    this.#keys.set(name, { dcId, authKeyId, layer, login });
    this.#changed();
  }

  awaitPassword(key: KeyHolder, userId: bigint): void {
    this.#halfway.set(nameOf(key), userId);
  }

  awaitingPassword(key: KeyHolder): bigint | undefined {
    return this.#halfway.get(nameOf(key));
  }

  find(key: KeyHolder): Login | undefined {
    return this.#keys.get(nameOf(key))?.login;
  }

  wasRevoked(key: KeyHolder): boolean {
    return this.#revoked.has(nameOf(key));
  }

  /** Remembers which layer the key's client speaks, so that updates can be sent in it. */
  seen({ dcId, authKeyId, layer }: CallContext): void {
    const key = this.#keys.get(nameOf({ dcId, authKeyId }));
    if (key && key.layer !== layer) this.#keys.set(nameOf(key), { ...key, layer });
  }

  /** The device logs itself out: all its keys are as they were before. */
  end(login: Login): void {
    for (const [name, key] of this.#keys) if (key.login === login) this.#keys.delete(name);
    this.#changed();
  }

  /** Ends every other device of the user (all of them without `except`): their next call is SESSION_REVOKED. */
  revoke(userId: bigint, except?: Login): void {
    for (const [name, { login }] of this.#keys) {
      if (login.userId !== userId || login === except) continue;
      this.#keys.delete(name);
      this.#revoked.add(name);
    }
    this.#changed();
  }

  /** The key exists no more. */
  forget(authKeyId: string): void {
    for (const [name, key] of this.#keys) if (key.authKeyId === authKeyId) this.#keys.delete(name);
    this.#changed();
  }

  keysOf(userId: bigint): readonly AuthorisedKey[] {
    return [...this.#keys.values()].filter(({ login }) => login.userId === userId);
  }

  all(): readonly AuthorisedKey[] {
    return [...this.#keys.values()];
  }
}
