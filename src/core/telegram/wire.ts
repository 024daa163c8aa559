import { Api } from 'telegram';
import type { SocksProxyType } from 'telegram/network/connection/TCPMTProxy.js';
import { RequestState } from 'telegram/network/RequestState.js';
import { LAYER } from 'telegram/tl/AllTLObjects.js';
import { AdaptiveDeadline } from '../download/policies/deadline.js';
import { TadError } from '../errors.js';
import type { NoticeLogger } from './gramjs_logger.js';
import { methodName } from './method_name.js';
import { mapTelegramError, RpcFailure } from './rpc_errors.js';
import { Sender, type ServerClock } from './sender.js';
import type { DcAddress } from './session.js';
import { TcpConnection } from './tcp_connection.js';
import { cancelled, throwIfAborted, within } from './waiting.js';

/** What all connections of one gateway have in common. */
export interface WireSettings {
  readonly apiId: number;
  readonly appVersion: string;
  readonly logger: NoticeLogger;
  readonly proxy: SocksProxyType | undefined;
  /** Longest wait for TCP and key exchange together, milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest wait for one answer, milliseconds. */
  readonly requestTimeoutMs: number;
}

/** No prompt call is given up earlier, milliseconds: RFC 6298 says a second, and on a busy link answers wait behind files. */
const SHORTEST_DEADLINE_MS = 1_500;

/** How long prompt calls to one data centre wait for their answers. */
export function promptDeadline({ requestTimeoutMs }: WireSettings): AdaptiveDeadline {
  return new AdaptiveDeadline({ floorMs: SHORTEST_DEADLINE_MS, capMs: requestTimeoutMs });
}

export interface WireStart {
  /** How long prompt answers take there; the data centre's, shared by its connections. */
  readonly deadline: AdaptiveDeadline;
  readonly key?: Uint8Array;
  readonly clock?: ServerClock;
  readonly onUpdate?: (update: unknown) => void;
  /** Told the key once it is agreed on, whatever becomes of the connection. */
  readonly agreed?: (key: Buffer) => void;
  /** Told of bytes as they come, whatever they turn out to be. */
  readonly received?: (bytes: number) => void;
}

/** GramJS's own handshake goes wrong once in 256 times (a leading zero byte is lost); another try is a new draw. */
const HANDSHAKES = 3;

/**
 * One connection to one data centre, used until it breaks and never repaired: whoever needs another makes another.
 * Every request has a deadline, and all of them fail at once when the connection does.
 */
export class Wire {
  readonly dc: DcAddress;
  readonly #settings: WireSettings;
  readonly #pending = new Set<(reason: TadError) => void>();
  readonly #start: WireStart;
  #sender: Sender | undefined;
  #connection: TcpConnection | undefined;
  #end: TadError | undefined;
  #onBreak: (reason: TadError) => void = () => {};
  #lastUsed = performance.now();
  #retired = false;

  private constructor(settings: WireSettings, dc: DcAddress, start: WireStart) {
    this.#settings = settings;
    this.dc = dc;
    this.#start = start;
  }

  /**
   * TCP, key exchange (without a key) and initConnection.
   * @returns the wire and the server's configuration
   * @throws TadError `unreachable`, `timeout`, `login-required` (the key is unknown there), `corrupt`, `cancelled`
   */
  static async open(
    settings: WireSettings,
    dc: DcAddress,
    start: WireStart,
    signal: AbortSignal,
  ): Promise<{ readonly wire: Wire; readonly config: Api.Config }> {
    throwIfAborted(signal);
    const wire = new Wire(settings, dc, start);
    try {
      const connecting = wire.#connect();
      const late = () =>
        new TadError('timeout', `no connection to ${dc.host}:${dc.port} in time`, 'check the network');
      await within(connecting, settings.connectTimeoutMs, signal, late);
      start.agreed?.(wire.key);
      return { wire, config: await wire.#introduce(signal) };
    } catch (error) {
      wire.close(mapTelegramError(error));
      throw mapTelegramError(error);
    }
  }

  /** Why it cannot be used any more; undefined while it can. */
  get end(): TadError | undefined {
    return this.#end;
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  /** When the last answer came or the last request went out, on the clock of performance.now(). */
  get lastUsed(): number {
    return this.#lastUsed;
  }

  get key(): Buffer {
    const key = this.#sender?.authKey.getKey();
    if (key === undefined) throw new TadError('internal', 'a connection without a key');
    return key;
  }

  get clock(): ServerClock {
    if (this.#sender === undefined) throw new TadError('internal', 'a connection without a clock');
    return this.#sender.clock;
  }

  /** `listener` runs once, when the wire ends by itself; never for {@link close}. */
  onBreak(listener: (reason: TadError) => void): void {
    this.#onBreak = listener;
    if (this.#end !== undefined) listener(this.#end);
  }

  /**
   * Sends one request and waits for its answer.
   * @throws RpcFailure as Telegram said it; TadError `timeout`, `cancelled`, or why the wire ended
   */
  request<R extends Api.AnyRequest>(
    request: R,
    signal: AbortSignal,
    timeoutMs = this.#settings.requestTimeoutMs,
  ): Promise<R['__response']> {
    const sender = this.#sender;
    if (this.#end !== undefined || sender === undefined) {
      return Promise.reject(this.#end ?? new TadError('internal', 'a request before the connection'));
    }
    if (signal.aborted) return Promise.reject(cancelled(signal));
    return new Promise((resolve, reject) => {
      // Only the connection that listens for updates is to be sent any.
      const quiet = this.#start.onUpdate === undefined;
      const state = new RequestState(quiet ? new Api.InvokeWithoutUpdates({ query: request }) : request);
      const method = methodName(request);
      const late = () => fail(new TadError('timeout', `Telegram did not answer ${method} in time`));
      const timer = setTimeout(late, timeoutMs);
      const onAbort = () => fail(cancelled(signal));
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#pending.delete(fail);
        this.#lastUsed = performance.now();
        if (this.#retired && this.#pending.size === 0) this.close();
      };
      const fail = (reason: TadError) => {
        done();
        sender.forget(state);
        reject(reason);
      };
      this.#pending.add(fail);
      this.#lastUsed = performance.now();
      signal.addEventListener('abort', onAbort, { once: true });
      (state.promise as Promise<R['__response']>).then(
        (answer) => {
          done();
          resolve(answer);
        },
        (error: unknown) => {
          done();
          reject(error instanceof RpcFailure ? error : mapTelegramError(error, method));
        },
      );
      sender.addStateToQueue(state);
    });
  }

  /**
   * The same for what takes Telegram no time and may be asked twice: waits only as long as such answers took so far suggest.
   * One at a time on a data centre, or what is lost together counts as lost again and again.
   */
  async ask<R extends Api.AnyRequest>(request: R, signal: AbortSignal): Promise<R['__response']> {
    const { deadline } = this.#start;
    try {
      return await this.#timed(() => this.request(request, signal, deadline.currentMs));
    } catch (error) {
      if (error instanceof TadError && error.code === 'timeout') deadline.timedOut();
      throw error;
    }
  }

  /** Learns how long an answer takes, be it an error. */
  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const sentAt = performance.now();
    const answered = () => this.#start.deadline.answered(performance.now() - sentAt);
    try {
      const answer = await work();
      answered();
      return answer;
    } catch (error) {
      if (error instanceof RpcFailure) answered();
      throw error;
    }
  }

  /** Ends it now; what is in flight fails with `reason`. Idempotent, leaves no socket and no timer. */
  close(reason: TadError = new TadError('cancelled', 'the connection was closed')): void {
    this.#end ??= reason;
    if (this.#sender !== undefined) {
      this.#sender.userDisconnected = true;
      this.#sender._userConnected = false;
    }
    this.#connection?.destroy();
    for (const fail of [...this.#pending]) fail(reason);
  }

  /** Closes it once nothing is in flight any more. */
  closeWhenIdle(): void {
    this.#retired = true;
    if (this.#pending.size === 0) this.close();
  }

  async #connect(): Promise<void> {
    const { key, clock, received } = this.#start;
    const authKey = key === undefined ? undefined : await Sender.keyFrom(key);
    for (let attempt = 1; this.#end === undefined; attempt++) {
      const connection = new TcpConnection(this.dc, this.#settings.logger, this.#settings.proxy, received);
      const sender = new Sender(this.dc.id, authKey, clock, this.#settings.logger, {
        broken: (reason) => this.#break(reason),
        update: (update) => this.#start.onUpdate?.(update),
      });
      this.#connection = connection;
      this.#sender = sender;
      if (await sender.connect(connection, false)) return;
      connection.destroy();
      const error = mapTelegramError(sender.connectError);
      if (error.code !== 'corrupt' || attempt === HANDSHAKES) throw error;
    }
  }

  /** https://core.telegram.org/api/invoking: the layer and who we are, around the first call. */
  #introduce(signal: AbortSignal): Promise<Api.Config> {
    const query = new Api.InitConnection({
      apiId: this.#settings.apiId,
      deviceModel: 'tad',
      systemVersion: `${process.platform} ${process.version}`,
      appVersion: this.#settings.appVersion,
      systemLangCode: 'en',
      langPack: '',
      langCode: 'en',
      query: new Api.help.GetConfig(),
    });
    // A lost greeting is noticed early, so that there is time for another attempt.
    const timeoutMs = Math.min(this.#settings.requestTimeoutMs, this.#settings.connectTimeoutMs / 3);
    const call = new Api.InvokeWithLayer({ layer: LAYER, query });
    return this.#timed(() => this.request(call, signal, timeoutMs) as Promise<Api.Config>);
  }

  #break(reason: TadError): void {
    if (this.#end !== undefined) return;
    this.close(reason);
    this.#onBreak(reason);
  }
}
