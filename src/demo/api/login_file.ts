import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AuthorisedKey, Login } from './logins.js';

/** One key of the state file; 64-bit numbers are decimal strings. */
interface StoredKey {
  readonly dcId: number;
  readonly authKeyId: string;
  readonly layer: number;
  readonly hash: string;
  readonly userId: string;
  readonly createdAt: number;
}

function isStoredKey(value: unknown): value is StoredKey {
  return (
    typeof value === 'object' &&
    value !== null &&
    'authKeyId' in value &&
    'userId' in value &&
    'hash' in value
  );
}

/** Who was logged in when the file was written; nobody when there is none. @throws Error when it is damaged */
export function loadLogins(path: string): readonly AuthorisedKey[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const stored: unknown = JSON.parse(text);
  if (!Array.isArray(stored) || !stored.every(isStoredKey)) throw new Error(`${path}: not a list of logins`);
  const logins = new Map<string, Login>();
  return stored.map(({ dcId, authKeyId, layer, hash, userId, createdAt }) => {
    const login = logins.get(hash) ?? { hash: BigInt(hash), userId: BigInt(userId), createdAt };
    logins.set(hash, login);
    return { dcId, authKeyId, layer, login };
  });
}

/** Replaces the file as a whole. */
export function saveLogins(path: string, keys: readonly AuthorisedKey[]): void {
  const stored = keys.map(({ dcId, authKeyId, layer, login }): StoredKey => {
    const { hash, userId, createdAt } = login;
    return { dcId, authKeyId, layer, hash: String(hash), userId: String(userId), createdAt };
  });
  writeFileSync(`${path}.new`, JSON.stringify(stored), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
