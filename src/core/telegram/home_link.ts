import { Api } from 'telegram';
import { generateRandomLong } from 'telegram/Helpers.js';
import type { AdaptiveDeadline } from '../download/policies/deadline.js';
import { FloodWaitError, TadError } from '../errors.js';
import type { ConnectionState, CoreEmitter } from '../events.js';
import type { Caller, CallOptions } from './caller.js';
import type { DcDirectory } from './dc_directory.js';
import type { FloodPolicy } from './flood_policy.js';
import { methodName } from './method_name.js';
import { mapTelegramError, migrationTarget, RpcFailure } from './rpc_errors.js';
import type { ServerClock } from './sender.js';
import type { Session } from './session.js';
import { pause, throwIfAborted, unlessAborted } from './waiting.js';
import { promptDeadline, Wire, type WireSettings } from './wire.js';

export interface HomeLinkOptions {
  readonly settings: WireSettings;
  readonly session: Session;
  readonly directory: DcDirectory;
  readonly floods: FloodPolicy;
  readonly events: CoreEmitter;
  readonly onUpdate: (update: unknown) => void;
  /** Waits before the second, third, … attempt to connect, milliseconds; after the last one we are offline. */
  readonly reconnectDelaysMs: readonly number[];
  /** The same for the first connection, where somebody waits for the answer. */
  readonly connectDelaysMs: readonly number[];
}

export const RECONNECT_DELAYS_MS = [200, 1000, 2000, 4000];
export const CONNECT_DELAYS_MS = [200, 500, 1000];
/** How often an offline link looks whether the network is back. */
const OFFLINE_PROBE_MS = 30_000;
/** Attempts of one call, when answers are lost or Telegram has internal errors. */
const ATTEMPTS = 4;
const RETRY_DELAY_MS = 200;
/** https://core.telegram.org/method/ping_delay_disconnect: the server hangs up when we fall silent. */
const PING_EVERY_MS = 25_000;
const PING_TIMEOUT_MS = 10_000;
const DISCONNECT_AFTER_SECONDS = 75;
const RETRYABLE = new Set(['timeout', 'unreachable', 'server', 'corrupt']);

/** The connection to the account's own data centre: kept up, replaced when it breaks, honest when it cannot be. */
export class HomeLink implements Caller, Disposable {
  readonly #options: HomeLinkOptions;
  readonly #closing = new AbortController();
  #wire: Wire | undefined;
  #connecting: Promise<Wire> | undefined;
  readonly #deadline: AdaptiveDeadline;
  #clock: ServerClock | undefined;
  #timer: NodeJS.Timeout | undefined;
  #state: ConnectionState = 'closed';
  /** The session is void: no reconnecting any more. */
  #fatal: TadError | undefined;

  constructor(options: HomeLinkOptions) {
    this.#options = options;
    this.#deadline = promptDeadline(options.settings);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get clock(): ServerClock | undefined {
    return this.#wire?.clock ?? this.#clock;
  }

  /** @throws TadError `unreachable`, `timeout`, `login-required`, `cancelled` */
  async open(signal: AbortSignal): Promise<void> {
    this.#setState('connecting');
    this.#connecting ??= this.#establish(this.#options.connectDelaysMs).finally(() => {
      this.#connecting = undefined;
    });
    await unlessAborted(this.#connecting, signal);
  }

  async call<R extends Api.AnyRequest>(
    request: R,
    signal: AbortSignal,
    options: CallOptions = {},
  ): Promise<R['__response']> {
    let waits = 0;
    for (let attempt = 1; ; attempt++) {
      throwIfAborted(signal);
      try {
        return await this.#attempt(request, signal, options.isPrompt ?? false);
      } catch (thrown) {
        const dcId = migrationTarget(thrown);
        if (dcId !== undefined && attempt < ATTEMPTS) {
          await this.moveHome(dcId, signal);
          continue;
        }
        const error = mapTelegramError(thrown, methodName(request));
        this.#noticeLoss(error);
        if (error instanceof FloodWaitError && options.floods !== 'throw') {
          await this.#options.floods.wait(error, waits++, signal);
          attempt--;
        } else if (attempt >= ATTEMPTS || !RETRYABLE.has(error.code)) {
          throw error;
        } else {
          this.#tellRetry(error, methodName(request));
          await pause(RETRY_DELAY_MS * 2 ** (attempt - 1), signal);
        }
      }
    }
  }

  /**
   * Makes another data centre the account's own, as PHONE_MIGRATE and its like ask, and saves that.
   * @throws TadError as {@link open}
   */
  async moveHome(dcId: number, signal: AbortSignal): Promise<void> {
    const { session, directory } = this.#options;
    const address = directory.address(dcId);
    this.#drop(new TadError('unreachable', `moving to data centre ${dcId}`));
    this.#clock = undefined;
    session.moveHome(address);
    await this.open(signal);
    await session.save();
  }

  /** The machine slept: whether the connection lives still is found out now, not at the next ping. */
  wake(): void {
    if (this.#wire !== undefined) void this.#check(this.#wire);
  }

  [Symbol.dispose](): void {
    this.#closing.abort(new TadError('cancelled', 'the connection was closed'));
    this.#drop(new TadError('cancelled', 'the connection was closed'));
    this.#setState('closed');
  }

  async #attempt<R extends Api.AnyRequest>(
    request: R,
    signal: AbortSignal,
    isPrompt: boolean,
  ): Promise<R['__response']> {
    const wire = await this.#ready(signal);
    try {
      return await (isPrompt ? wire.ask(request, signal) : wire.request(request, signal));
    } catch (error) {
      // An answer that never came: only a ping can tell whether this was the answer's fault or the connection's.
      if (error instanceof TadError && error.code === 'timeout') await this.#check(wire);
      if (error instanceof RpcFailure && error.text === 'CONNECTION_NOT_INITED') this.#replace(wire);
      throw error;
    }
  }

  async #ready(signal: AbortSignal): Promise<Wire> {
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#wire !== undefined && this.#wire.end === undefined) return this.#wire;
    this.#connecting ??= this.#establish(this.#options.reconnectDelaysMs).finally(() => {
      this.#connecting = undefined;
    });
    return unlessAborted(this.#connecting, signal);
  }

  async #establish(delays: readonly number[]): Promise<Wire> {
    const signal = this.#closing.signal;
    const giveUpAt = performance.now() + this.#options.settings.connectTimeoutMs;
    clearTimeout(this.#timer);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#connectOnce(signal);
      } catch (thrown) {
        const error = mapTelegramError(thrown);
        const wait = delays[attempt];
        if (error.code === 'login-required') this.#giveUp(error);
        const late = performance.now() > giveUpAt;
        if (wait === undefined || late || !RETRYABLE.has(error.code)) {
          this.#wentOffline(error);
          throw error;
        }
        this.#tellRetry(error);
        await pause(wait, signal);
      }
    }
  }

  #tellRetry({ message }: TadError, method?: string): void {
    this.#options.events.emit('connection.retry', {
      reason: message,
      ...(method === undefined ? {} : { method }),
    });
  }

  async #connectOnce(signal: AbortSignal): Promise<Wire> {
    const { settings, session, directory, onUpdate } = this.#options;
    const { home } = session;
    const key = session.key(home.id);
    const { wire, config } = await Wire.open(
      settings,
      home,
      {
        onUpdate,
        deadline: this.#deadline,
        ...(key === undefined ? {} : { key }),
        ...(this.#clock === undefined ? {} : { clock: this.#clock }),
      },
      signal,
    );
    throwIfAborted(signal);
    directory.update(config);
    if (key === undefined) session.setKey(home.id, wire.key, false);
    this.#wire = wire;
    this.#setState('online');
    this.#schedulePing(wire);
    wire.onBreak((reason) => this.#onBreak(wire, reason));
    return wire;
  }

  #onBreak(wire: Wire, reason: TadError): void {
    if (this.#wire !== wire) return;
    this.#clock = wire.clock;
    clearTimeout(this.#timer);
    if (reason.code === 'login-required') {
      this.#giveUp(reason);
      return;
    }
    this.#setState('reconnecting', reason.message);
    this.#reconnectSoon();
  }

  /** In the background: the next call waits for the same attempt, and hears of its failure itself. */
  #reconnectSoon(): void {
    this.#ready(this.#closing.signal).catch(() => {});
  }

  #wentOffline(error: TadError): void {
    if (this.#closing.signal.aborted || this.#fatal !== undefined) return;
    this.#setState('offline', error.message);
    this.#timer = setTimeout(() => this.#reconnectSoon(), OFFLINE_PROBE_MS).unref();
  }

  #noticeLoss(error: TadError): void {
    if (error.code === 'login-required' && this.#options.session.userId !== undefined) this.#giveUp(error);
  }

  #giveUp(error: TadError): void {
    if (this.#fatal !== undefined) return;
    this.#fatal = error;
    this.#drop(error);
    this.#setState('closed', error.message);
    if (this.#options.session.userId !== undefined) {
      this.#options.events.emit('login.required', { reason: error.message });
    }
  }

  async #check(wire: Wire): Promise<void> {
    if (wire.end !== undefined) return;
    try {
      await this.#ping(wire);
    } catch {
      this.#replace(wire);
    }
  }

  #replace(wire: Wire): void {
    if (this.#wire !== wire) return;
    const reason = new TadError('unreachable', 'the connection to Telegram fell silent');
    this.#drop(reason);
    this.#setState('reconnecting', reason.message);
    this.#reconnectSoon();
  }

  #schedulePing(wire: Wire): void {
    this.#timer = setTimeout(() => {
      void this.#check(wire).then(() => {
        if (this.#wire === wire && wire.end === undefined) this.#schedulePing(wire);
      });
    }, PING_EVERY_MS).unref();
  }

  #ping(wire: Wire): Promise<unknown> {
    const ping = new Api.PingDelayDisconnect({
      pingId: generateRandomLong(true),
      disconnectDelay: DISCONNECT_AFTER_SECONDS,
    });
    return wire.request(ping, this.#closing.signal, PING_TIMEOUT_MS);
  }

  #drop(reason: TadError): void {
    clearTimeout(this.#timer);
    const wire = this.#wire;
    this.#wire = undefined;
    if (wire !== undefined) this.#clock = wire.clock;
    wire?.close(reason);
  }

  #setState(state: ConnectionState, reason?: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.events.emit('connection.state', {
      state,
      dcId: this.#options.session.home.id,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
