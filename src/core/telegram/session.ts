import type { SessionFile } from './session_file.js';

/** What belongs to one data centre: its permanent key, and whether our account is authorised with it. */
interface DcEntry {
  readonly key: string;
  readonly authorized: boolean;
}

interface SessionData {
  readonly version: 1;
  /** Which Telegram these keys are for: the fingerprint of its RSA key, or `telegram`. */
  readonly server: string;
  readonly homeDc: number;
  readonly homeHost: string;
  readonly homePort: number;
  /** Absent until a login has succeeded. */
  readonly userId?: string;
  readonly dcs: Readonly<Record<string, DcEntry>>;
}

export interface DcAddress {
  readonly id: number;
  readonly host: string;
  readonly port: number;
}

/** The account's keys, one per data centre, in memory and (after {@link save}) in the session file. */
export class Session {
  readonly #file: SessionFile;
  #data: SessionData;
  /** Saves follow one another: the last one always holds the newest state. */
  #saving: Promise<void> = Promise.resolve();

  private constructor(file: SessionFile, data: SessionData) {
    this.#file = file;
    this.#data = data;
  }

  /**
   * What the file holds, or an empty session at `start` when there is none, it is unreadable, or it is for another
   * server: keys never go to a server that did not make them.
   */
  static async load(file: SessionFile, server: string, start: DcAddress): Promise<Session> {
    const stored = parseSession(await file.read());
    return new Session(file, stored?.server === server ? stored : emptySession(server, start));
  }

  get userId(): string | undefined {
    return this.#data.userId;
  }

  get home(): DcAddress {
    return { id: this.#data.homeDc, host: this.#data.homeHost, port: this.#data.homePort };
  }

  /** Is the account known on this data centre, as far as we know. */
  isAuthorized(dcId: number): boolean {
    return this.#data.dcs[dcId]?.authorized ?? false;
  }

  key(dcId: number): Buffer | undefined {
    const entry = this.#data.dcs[dcId];
    return entry === undefined ? undefined : Buffer.from(entry.key, 'base64');
  }

  setKey(dcId: number, key: Uint8Array, authorized: boolean): void {
    const entry = { key: Buffer.from(key).toString('base64'), authorized };
    this.#data = { ...this.#data, dcs: { ...this.#data.dcs, [dcId]: entry } };
  }

  dropKey(dcId: number): void {
    const { [dcId]: _, ...dcs } = this.#data.dcs;
    this.#data = { ...this.#data, dcs };
  }

  moveHome(address: DcAddress): void {
    this.#data = {
      ...this.#data,
      homeDc: address.id,
      homeHost: address.host,
      homePort: address.port,
    };
  }

  setUser(userId: string): void {
    this.#data = { ...this.#data, userId };
  }

  /** @throws TadError `not-writable`, `disk-full` */
  save(): Promise<void> {
    const saving = this.#saving
      .catch(() => {})
      .then(() => this.#file.write(`${JSON.stringify(this.#data)}\n`));
    this.#saving = saving;
    return saving;
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#saving.catch(() => {});
  }

  /** Forgets all keys, to begin anew at `start`; the file stays until the next {@link save}. */
  reset(start: DcAddress): void {
    this.#data = emptySession(this.#data.server, start);
  }

  async delete(): Promise<void> {
    await this.settled();
    await this.#file.delete();
    this.#data = emptySession(this.#data.server, this.home);
  }
}

function emptySession(server: string, start: DcAddress): SessionData {
  return { version: 1, server, homeDc: start.id, homeHost: start.host, homePort: start.port, dcs: {} };
}

function parseSession(text: string | undefined): SessionData | undefined {
  if (text === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(text);
    return isSessionData(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function isSessionData(data: unknown): data is SessionData {
  if (!isRecord(data) || data['version'] !== 1 || !isRecord(data['dcs'])) return false;
  const dcs = Object.entries(data['dcs']);
  return (
    typeof data['server'] === 'string' &&
    Number.isSafeInteger(data['homeDc']) &&
    typeof data['homeHost'] === 'string' &&
    Number.isSafeInteger(data['homePort']) &&
    (data['userId'] === undefined || typeof data['userId'] === 'string') &&
    dcs.every(([id, entry]) => /^\d+$/.test(id) && isDcEntry(entry))
  );
}

/** An auth key is 256 bytes: 344 characters of base64. */
function isDcEntry(entry: unknown): entry is DcEntry {
  if (!isRecord(entry) || typeof entry['key'] !== 'string' || typeof entry['authorized'] !== 'boolean')
    return false;
  return Buffer.from(entry['key'], 'base64').length === 256;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
