import { Api } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { returnBigInt } from 'telegram/Helpers.js';
import { TadError } from '../errors.js';
import type { Account, CacheFigures, LoginPrompts } from '../face.js';
import type { AudioMessage } from '../types.js';
import { appVersion } from './app_version.js';
import { accountRow } from './chat_rows.js';
import { DcDirectory, TELEGRAM_START } from './dc_directory.js';
import { FloodPolicy } from './flood_policy.js';
import type { GatewayOptions } from './gateway.js';
import { NoticeLogger } from './gramjs_logger.js';
import { CONNECT_DELAYS_MS, HomeLink, RECONNECT_DELAYS_MS } from './home_link.js';
import { loginByPhone, whoAmI } from './login.js';
import { loginByQr } from './login_qr.js';
import { MediaPool } from './media_pool.js';
import { hasLoginToken, newAudioOf } from './new_audio.js';
import { PeerCache } from './peers.js';
import { parseProxy } from './proxy.js';
import { hintAtServer, unreachable } from './rpc_errors.js';
import type { ServerKey } from './server_key.js';
import { type DcAddress, Session } from './session.js';
import { SessionFile } from './session_file.js';
import { SessionLock } from './session_lock.js';
import { SharedWork } from './shared_work.js';
import { unlessAborted } from './waiting.js';
import type { WireSettings } from './wire.js';

const CONNECT_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 20_000;
const MAX_FLOOD_WAIT_SECONDS = 900;
/** The network's errors, not the session's. */
const OUT_OF_REACH: ReadonlySet<TadError['code']> = new Set(['unreachable', 'timeout']);

export interface EngineOptions extends GatewayOptions {
  /** Of `server`, read already. */
  readonly serverKey: ServerKey | undefined;
  readonly onAudio: (message: AudioMessage) => void;
}

/** What exists between a connect and the end of it. */
export interface Connected {
  readonly session: Session;
  readonly link: HomeLink;
  readonly pool: MediaPool;
  readonly directory: DcDirectory;
}

/** The life of a session: locked, opened, logged in, closed. Everything that imports GramJS begins here. */
export class Engine implements AsyncDisposable {
  readonly peers = new PeerCache();
  readonly apiId: number;
  readonly #options: EngineOptions;
  readonly #settings: WireSettings;
  readonly #floods: FloodPolicy;
  readonly #start: DcAddress;
  readonly #connecting = new SharedWork((signal) => this.#connect(signal));
  readonly #loginTokenWaiters = new Set<() => void>();
  #lock: SessionLock | undefined;
  #connected: Connected | undefined;
  #account: Account | undefined;

  constructor(options: EngineOptions) {
    const { server, serverKey, events, proxy } = options;
    const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#options = options;
    this.apiId = options.apiId;
    this.#settings = {
      apiId: options.apiId,
      appVersion: appVersion(),
      logger: new NoticeLogger(events),
      proxy: proxy === undefined ? undefined : parseProxy(proxy, Math.ceil(connectTimeoutMs / 1000)),
      connectTimeoutMs,
      requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    };
    this.#floods = new FloodPolicy({ events, maxSeconds: this.#maxWaitSeconds });
    this.#start =
      server === undefined ? TELEGRAM_START : { id: server.dcId, host: server.host, port: server.port };
    if (serverKey !== undefined) trustServerKey(serverKey);
  }

  /** @throws TadError `login-required` before {@link connect} or {@link login}; `unreachable` while a connect is under way */
  get connected(): Connected {
    if (this.#connected !== undefined) return this.#connected;
    throw this.#connecting.isUnderWay ? unreachable('Telegram has not answered yet') : notLoggedIn();
  }

  /** A second one joins the first; each leaves by its own signal, and the last one to leave ends it. */
  async connect(signal: AbortSignal): Promise<Account> {
    return this.#account ?? this.#connecting.join(signal);
  }

  async login(prompts: LoginPrompts, signal: AbortSignal): Promise<Account> {
    if (this.#account !== undefined) return this.#account;
    return this.#closingOnError(async () => {
      const known = await this.#reviveSession(signal);
      if (known !== undefined) return this.#enter(known, signal);
      const { session, link } = this.connected;
      const { apiId, apiHash } = this.#options;
      const context = { caller: link, apiId, apiHash, prompts, signal, maxWaitSeconds: this.#maxWaitSeconds };
      const user =
        prompts.method === 'phone'
          ? await loginByPhone(context)
          : await loginByQr({
              ...context,
              scanned: (until) => this.#loginToken(until),
              serverNow: () => Date.now() / 1000 + (link.clock?.timeOffset ?? 0),
              moveHome: (dcId) => link.moveHome(dcId, signal),
            });
      const key = session.key(session.home.id);
      if (key === undefined) throw new TadError('internal', 'a login without a key');
      session.setKey(session.home.id, key, true);
      session.setUser(user.id.toString());
      await session.save();
      return this.#enter(user, signal);
    });
  }

  async logout(signal: AbortSignal): Promise<void> {
    try {
      await this.connect(signal);
      await this.connected.link.call(new Api.auth.LogOut(), signal);
    } catch (error) {
      // A session that Telegram ended already only needs its file removed.
      const ended = error instanceof TadError && error.code === 'login-required';
      const session = await this.#loadSession();
      if (!ended || session.userId === undefined) throw error;
      await this.#close();
      await session.delete();
      return;
    }
    const { session } = this.connected;
    await this.#close(() => session.delete());
  }

  wake(): void {
    this.#connected?.link.wake();
    this.#connected?.pool.wake();
  }

  caches(): readonly CacheFigures[] {
    return [this.peers.figures()];
  }

  trimCaches(): number {
    return this.peers.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  get #maxWaitSeconds(): number {
    return this.#options.maxFloodWaitSeconds ?? MAX_FLOOD_WAIT_SECONDS;
  }

  get #file(): SessionFile {
    return new SessionFile(this.#options.sessionFile, (text) => {
      this.#options.events.emit('notice', { level: 'warning', text });
    });
  }

  async #loadSession(): Promise<Session> {
    const server = this.#options.serverKey?.fingerprint ?? 'telegram';
    const session = await Session.load(this.#file, server, this.#start);
    // A server of one's own may have moved to another port since.
    if (this.#options.server !== undefined && session.home.id === this.#start.id)
      session.moveHome(this.#start);
    return session;
  }

  /** Where Telegram cannot be reached, the link stays and goes on trying: calls wait for it, and so does the next connect. */
  async #connect(signal: AbortSignal): Promise<Account> {
    if ((await this.#loadSession()).userId === undefined) throw notLoggedIn();
    try {
      const { link } = await this.#open(signal);
      const user = await whoAmI(link, signal);
      if (user === undefined) throw notLoggedIn();
      return await this.#enter(user, signal);
    } catch (error) {
      if (!(error instanceof TadError && OUT_OF_REACH.has(error.code))) await this.#close();
      throw error;
    }
  }

  async #open(signal: AbortSignal): Promise<Connected> {
    await this.#file.prepareDirectory();
    this.#lock ??= await SessionLock.acquire(`${this.#options.sessionFile}.lock`);
    const connected = this.#connected ?? this.#assemble(await this.#loadSession());
    this.#connected = connected;
    if (connected.link.state !== 'online')
      await connected.link.open(signal).catch((error) => {
        throw hintAtServer(error, this.#options.server);
      });
    return connected;
  }

  #assemble(session: Session): Connected {
    const { server, events } = this.#options;
    const directory = new DcDirectory(server === undefined ? undefined : this.#start);
    const settings = this.#settings;
    const link = new HomeLink({
      settings,
      session,
      directory,
      events,
      floods: this.#floods,
      onUpdate: (update) => this.#onUpdate(update),
      connectDelaysMs: this.#options.reconnectDelaysMs ?? CONNECT_DELAYS_MS,
      reconnectDelaysMs: this.#options.reconnectDelaysMs ?? RECONNECT_DELAYS_MS,
    });
    return {
      session,
      link,
      directory,
      pool: new MediaPool({ settings, session, directory, home: link }),
    };
  }

  /** The account of the stored session, or undefined with a fresh session open for a login. */
  async #reviveSession(signal: AbortSignal): Promise<Api.User | undefined> {
    try {
      const { link, session } = await this.#open(signal);
      const user = session.userId === undefined ? undefined : await whoAmI(link, signal);
      if (user !== undefined || session.userId === undefined) return user;
    } catch (error) {
      if (!(error instanceof TadError) || error.code !== 'login-required') throw error;
    }
    const { session, link } = this.connected;
    link[Symbol.dispose]();
    session.reset(this.#start);
    this.#connected = this.#assemble(session);
    await this.#connected.link.open(signal);
    return undefined;
  }

  async #enter(user: Api.User, signal: AbortSignal): Promise<Account> {
    this.peers.selfId = user.id.toString();
    // From here on the server pushes updates to this connection.
    await this.connected.link.call(new Api.updates.GetState(), signal);
    this.#account = accountRow(user);
    return this.#account;
  }

  #onUpdate(update: unknown): void {
    if (hasLoginToken(update)) for (const wake of [...this.#loginTokenWaiters]) wake();
    for (const message of newAudioOf(update)) this.#options.onAudio(message);
  }

  async #loginToken(until: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#loginTokenWaiters.add(resolve);
    try {
      await unlessAborted(promise, until);
    } finally {
      this.#loginTokenWaiters.delete(resolve);
    }
  }

  async #closingOnError<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  /** @param last what still needs the lock, when all connections are gone */
  async #close(last?: () => Promise<void>): Promise<void> {
    const connected = this.#connected;
    const lock = this.#lock;
    this.#connected = undefined;
    this.#account = undefined;
    this.#lock = undefined;
    connected?.pool[Symbol.dispose]();
    connected?.link[Symbol.dispose]();
    await connected?.session.settled();
    try {
      await last?.();
    } finally {
      await lock?.[Symbol.asyncDispose]();
    }
  }
}

function notLoggedIn(): TadError {
  return new TadError('login-required', 'not logged in', 'log in with: tad login');
}

/** GramJS keeps its RSA keys per process; a second one is only used where the server names its fingerprint. */
function trustServerKey(key: ServerKey): void {
  const n = returnBigInt(BigInt(`0x${key.modulus.toString('hex')}`));
  _serverKeys.set(key.fingerprint, { n, e: key.exponent });
}
