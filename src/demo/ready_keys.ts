import { randomBytes } from 'node:crypto';
import { AuthKey, AuthKeys } from './mtproto/auth_keys.js';

export interface ReadyKey {
  readonly dcId: number;
  readonly authKeyId: string;
  /** 256 bytes. */
  readonly authKey: Buffer;
}

/**
 * Keys that clients can be handed instead of negotiating them, which takes half a second each. They must be in the key
 * file before the MTProto server reads it.
 */
export class ReadyKeys {
  readonly #sets: (readonly ReadyKey[])[];

  /**
   * Writes the keys into the file, and takes out of it those that nobody logged in with in an earlier run.
   * @param count sets of one key per data centre
   * @param isUsed whether somebody is logged in with the key, hex id
   */
  constructor(
    file: string,
    dcIds: readonly number[],
    count: number,
    isUsed: (authKeyId: string) => boolean,
    nowSeconds: number,
  ) {
    const keys = new AuthKeys(file);
    for (const { hexId, isTemporary } of keys.records().map((record) => new AuthKey(record))) {
      if (!isTemporary && !isUsed(hexId)) keys.forget(hexId);
    }
    this.#sets = Array.from({ length: count }, () =>
      dcIds.map((dcId) => {
        const key = new AuthKey({
          dcId,
          key: randomBytes(256).toString('base64'),
          firstSalt: String(randomBytes(8).readBigInt64LE()),
          createdAt: nowSeconds,
        });
        keys.add(key);
        return { dcId, authKeyId: key.hexId, authKey: key.bytes };
      }),
    );
  }

  /** One key per data centre, never given out before. @throws RangeError when all are */
  take(): readonly ReadyKey[] {
    const set = this.#sets.pop();
    if (!set) throw new RangeError('all ready logins are given out');
    return set;
  }
}
