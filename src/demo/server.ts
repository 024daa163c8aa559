import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeDcOf } from './api/authorisation.js';
import { createWorld } from './api/create_world.js';
import { postMessage } from './api/posting.js';
import { acceptToken } from './api/qr.js';
import { TelegramApi } from './api/service.js';
import { BASE_LAYER } from './api/tl/schema.js';
import type { DataCentre, World } from './api/world.js';
import type { Catalogue, CatalogueChat, CatalogueMessage, CatalogueUser } from './catalogue/catalogue.js';
import { createCatalogue } from './catalogue/create.js';
import { type FaultName, Faults } from './faults.js';
import { RsaKey } from './mtproto/rsa_key.js';
import { MtprotoServer, type MtprotoStats } from './mtproto/server.js';
import { DC_IDS, DEFAULTS, type DemoServerOptions } from './options.js';
import { ReadyKeys } from './ready_keys.js';

/** What a client must know to log in; the `demo.listening` line of `tad demo-server`. */
export interface DemoListening {
  readonly host: string;
  readonly dcs: readonly { readonly id: number; readonly port: number }[];
  /** Only with a key file. */
  readonly publicKeyFile?: string;
  readonly publicKeyPem: string;
  readonly phone: string;
  readonly code: string;
  readonly password?: string;
}

export interface DemoReport {
  /** How often each fault struck. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  /** Calls that came within a flood wait their sender had been told of. */
  readonly ignoredFloods: number;
  /** Calls per method. */
  readonly requests: Readonly<Record<string, number>>;
  readonly traffic: MtprotoStats;
}

/** A login made without a handshake: one key for each data centre. */
export interface ReadyLogin {
  readonly userId: bigint;
  readonly homeDcId: number;
  /** 256 bytes each, by data centre. */
  readonly authKeys: ReadonlyMap<number, Buffer>;
}

/** Logins that can be had without a key exchange. */
const READY_LOGINS = 24;

/** The demo's Telegram: a synthetic catalogue behind the Telegram API, over MTProto on loopback. */
export class DemoServer implements AsyncDisposable {
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  readonly #world: World;
  readonly #api: TelegramApi;
  readonly #mtproto: MtprotoServer;
  readonly #options: DemoServerOptions;
  readonly #readyKeys: ReadyKeys;
  /** Exists only without a state file. */
  readonly #temporaryDir: string | undefined;
  #dataCentres: readonly DataCentre[] = [];

  private constructor(options: DemoServerOptions) {
    const all = { ...DEFAULTS, ...options };
    const { seed, chats, tracks, fileMb, keyFile, stateFile } = all;
    const log = all.log ?? (() => {});
    const clock = all.clock ?? Date.now;
    this.#options = options;
    this.catalogue = createCatalogue({ seed, chats, tracks, fileMb });
    this.faults = new Faults(seed, all.faults ?? {});
    this.#world = createWorld({
      catalogue: this.catalogue,
      faults: this.faults,
      pusher: { push: (authKeyId, updates) => this.#mtproto.push(authKeyId, updates) },
      dataCentres: () => this.#dataCentres,
      clock,
      log,
      floodSeconds: all.floodSeconds,
      referenceLifetimeSeconds: all.referenceLifetimeSeconds,
      latencyMs: all.latencyMs,
      ...(stateFile !== undefined && { stateFile }),
    });
    this.#api = new TelegramApi(this.#world);
    this.#temporaryDir = stateFile === undefined ? mkdtempSync(join(tmpdir(), 'tad-demo-')) : undefined;
    const authKeyFile = `${stateFile ?? join(this.#temporaryDir ?? '', 'state')}.keys`;
    const used = new Set(this.#world.logins.all().map(({ authKeyId }) => authKeyId));
    const nowSeconds = Math.floor(clock() / 1000);
    this.#readyKeys = new ReadyKeys(authKeyFile, DC_IDS, READY_LOGINS, (id) => used.has(id), nowSeconds);
    this.#mtproto = new MtprotoServer({
      dcs: DC_IDS.map((dcId, index) => ({ dcId, port: all.ports?.[index] ?? 0 })),
      service: this.#api,
      rsaKey: keyFile === undefined ? RsaKey.generate() : RsaKey.loadOrCreate(keyFile),
      host: all.host,
      latencyMs: all.latencyMs,
      faults: this.faults,
      clock,
      log: (text) => log({ level: 'warning', text }),
      ...(all.bandwidth !== undefined && { bandwidth: all.bandwidth }),
      keyFile: authKeyFile,
    });
  }

  /** @throws Error of node:net or node:fs: a port that is taken, a key or state file that cannot be used */
  static async start(options: DemoServerOptions = {}): Promise<DemoServer> {
    const server = new DemoServer(options);
    try {
      await server.#listen();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  async #listen(): Promise<void> {
    const host = this.#options.host ?? DEFAULTS.host;
    const { dcs } = await this.#mtproto.listen();
    this.#dataCentres = dcs.map(({ id, port }) => ({ id, host, port }));
    if (this.#publicKeyFile !== undefined) writeFileSync(this.#publicKeyFile, this.publicKeyPem);
  }

  get #publicKeyFile(): string | undefined {
    return this.#options.keyFile === undefined ? undefined : `${this.#options.keyFile}.pub`;
  }

  get publicKeyPem(): string {
    return this.#mtproto.publicKeyPem;
  }

  /** The accounts that can log in. */
  get accounts(): readonly CatalogueUser[] {
    return this.catalogue.users.filter(({ phone }) => phone !== undefined);
  }

  get listening(): DemoListening {
    const { phone = '', code = '', password } = this.accounts[0] ?? {};
    return {
      host: this.#options.host ?? DEFAULTS.host,
      dcs: this.#dataCentres.map(({ id, port }) => ({ id, port })),
      ...(this.#publicKeyFile !== undefined && { publicKeyFile: this.#publicKeyFile }),
      publicKeyPem: this.publicKeyPem,
      phone,
      code,
      ...(password !== undefined && { password }),
    };
  }

  report(): DemoReport {
    return {
      faults: this.faults.counts(),
      ignoredFloods: this.#world.trouble.ignoredFloods,
      requests: this.#api.requests,
      traffic: this.#mtproto.stats(),
    };
  }

  /**
   * Logs the account in with fresh keys on every data centre, so that a client can go without key exchange and code.
   * @throws RangeError when there is no such account, or all 24 ready logins of this run are given out
   */
  loginReady(userId: bigint): ReadyLogin {
    const user = this.catalogue.user(userId);
    if (!user) throw new RangeError(`no account ${userId}`);
    const { logins, clock } = this.#world;
    const homeDcId = homeDcOf(user);
    const keys = this.#readyKeys.take();
    const home = keys.find(({ dcId }) => dcId === homeDcId) ?? keys[0]!;
    const login = logins.begin({ dcId: home.dcId, authKeyId: home.authKeyId }, BASE_LAYER, userId, clock());
    for (const { dcId, authKeyId } of keys) logins.join({ dcId, authKeyId }, BASE_LAYER, login);
    return { userId, homeDcId, authKeys: new Map(keys.map(({ dcId, authKey }) => [dcId, authKey])) };
  }

  /** Adds a music message to the chat and tells everybody who is logged in and sees it. */
  post(chat: CatalogueChat): CatalogueMessage {
    return postMessage(this.#world, chat);
  }

  /** QR codes that wait to be scanned, oldest first. */
  loginTokens(): readonly Buffer[] {
    return this.#world.loginTokens.waiting().map(({ token }) => token);
  }

  /**
   * Scans a QR code as the account's phone would: the newest that waits, unless one is given.
   * @throws RpcError AUTH_TOKEN_INVALID, AUTH_TOKEN_EXPIRED, AUTH_TOKEN_ALREADY_ACCEPTED
   */
  acceptLogin(userId: bigint, token: Uint8Array = this.loginTokens().at(-1) ?? Buffer.alloc(0)): void {
    acceptToken(this.#world, Buffer.from(token), userId);
  }

  /** Ends all logins of the account, as "terminate all sessions" does: SESSION_REVOKED from then on. */
  revokeLogins(userId: bigint): void {
    this.#world.logins.revoke(userId);
  }

  /** Forgets all keys of the account: transport error 404 from then on. */
  forgetKeys(userId: bigint): void {
    for (const { authKeyId } of this.#world.logins.keysOf(userId)) this.#mtproto.forgetKey(authKeyId);
  }

  /** Every file reference to the document that was given out is expired. */
  expireReferences(documentId: bigint): void {
    this.#world.files.references.expire(documentId);
  }

  /** Closes all connections, as a network failure would; the ports stay open. */
  dropConnections(): void {
    this.#mtproto.dropConnections();
  }

  async close(): Promise<void> {
    await this.#mtproto.close();
    if (this.#temporaryDir !== undefined) rmSync(this.#temporaryDir, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
