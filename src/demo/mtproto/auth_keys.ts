import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { sha1 } from './message_crypto.js';
import { Salts } from './salts.js';

/** What is known of a key when it is made; plain data, so that it can be stored. */
export interface AuthKeyRecord {
  /** A key is good on one data centre only. */
  readonly dcId: number;
  /** 256 bytes, base64. */
  readonly key: string;
  /** Decimal. */
  readonly firstSalt: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** Unix seconds; temporary keys only (https://core.telegram.org/api/pfs). */
  readonly expiresAt?: number;
  /** The permanent key's id, hex; temporary keys only, once bound. */
  readonly boundTo?: string;
}

export class AuthKey {
  readonly bytes: Buffer;
  /** The low 64 bits of SHA1(key), as they stand in a packet. */
  readonly id: Buffer;
  readonly hexId: string;
  readonly salts: Salts;
  #boundTo: string | undefined;

  constructor(readonly record: AuthKeyRecord) {
    this.bytes = Buffer.from(record.key, 'base64');
    this.id = sha1(this.bytes).subarray(12, 20);
    this.hexId = this.id.toString('hex');
    this.salts = new Salts(this.bytes, BigInt(record.firstSalt), record.createdAt);
    this.#boundTo = record.boundTo;
  }

  get isTemporary(): boolean {
    return this.record.expiresAt !== undefined;
  }

  get boundTo(): string | undefined {
    return this.#boundTo;
  }

  /** @param now unix seconds */
  isExpired(now: number): boolean {
    return this.record.expiresAt !== undefined && this.record.expiresAt <= now;
  }

  bind(permanentId: string): void {
    this.#boundTo = permanentId;
  }

  /** The id by which the API knows the caller: the permanent key's; undefined for a temporary key not yet bound. */
  get callerId(): string | undefined {
    return this.isTemporary ? this.#boundTo : this.hexId;
  }

  toRecord(): AuthKeyRecord {
    return this.#boundTo === undefined ? this.record : { ...this.record, boundTo: this.#boundTo };
  }
}

/** All keys of all data centres; written to a file at every change when there is one. */
export class AuthKeys {
  readonly #keys = new Map<string, AuthKey>();
  readonly #file: string | undefined;

  /** @throws Error when the file exists but does not hold what was written here */
  constructor(file?: string) {
    this.#file = file;
    if (file !== undefined) for (const record of readRecords(file)) this.#put(new AuthKey(record));
  }

  get size(): number {
    return this.#keys.size;
  }

  has(hexId: string): boolean {
    return this.#keys.has(hexId);
  }

  /** Undefined when this data centre does not know the key, or knew it and it has expired. @param now unix seconds */
  find(dcId: number, hexId: string, now: number): AuthKey | undefined {
    const key = this.#keys.get(hexId);
    return key?.record.dcId === dcId && !key.isExpired(now) ? key : undefined;
  }

  add(...keys: readonly AuthKey[]): void {
    for (const key of keys) this.#put(key);
    this.#save();
  }

  /** Binds a temporary key; https://core.telegram.org/method/auth.bindTempAuthKey */
  bind(key: AuthKey, permanentId: string): void {
    key.bind(permanentId);
    this.#save();
  }

  /** Forgets the key and the temporary keys bound to it; returns the ids of all that were forgotten. */
  forget(hexId: string): string[] {
    return this.#forgetWhere((key) => key.hexId === hexId || key.boundTo === hexId);
  }

  /** Returns the ids of the keys that were forgotten. @param now unix seconds */
  forgetExpired(now: number): string[] {
    return this.#forgetWhere((key) => key.isExpired(now));
  }

  records(): AuthKeyRecord[] {
    return [...this.#keys.values()].map((key) => key.toRecord());
  }

  #forgetWhere(isGone: (key: AuthKey) => boolean): string[] {
    const gone = [...this.#keys.values()].filter(isGone).map((key) => key.hexId);
    for (const id of gone) this.#keys.delete(id);
    if (gone.length > 0) this.#save();
    return gone;
  }

  #put(key: AuthKey): void {
    this.#keys.set(key.hexId, key);
  }

  #save(): void {
    if (this.#file === undefined) return;
    const draft = `${this.#file}.new`;
    writeFileSync(draft, JSON.stringify({ version: 1, keys: this.records() }), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function readRecords(file: string): readonly AuthKeyRecord[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const content: unknown = JSON.parse(text);
  if (!isKeyFile(content)) throw new Error(`${file}: not a key file of this server`);
  return content.keys;
}

function isKeyFile(content: unknown): content is { keys: AuthKeyRecord[] } {
  if (typeof content !== 'object' || content === null || !('keys' in content)) return false;
  return Array.isArray(content.keys) && content.keys.every(isRecord);
}

function isRecord(value: unknown): value is AuthKeyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { dcId, key, firstSalt, createdAt, expiresAt, boundTo } = value as Partial<
    Record<keyof AuthKeyRecord, unknown>
  >;
  return (
    typeof dcId === 'number' &&
    typeof key === 'string' &&
    Buffer.from(key, 'base64').length === 256 &&
    typeof firstSalt === 'string' &&
    /^-?\d+$/.test(firstSalt) &&
    typeof createdAt === 'number' &&
    (expiresAt === undefined || typeof expiresAt === 'number') &&
    (boundTo === undefined || typeof boundTo === 'string')
  );
}
