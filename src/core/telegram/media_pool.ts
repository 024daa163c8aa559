import { Api } from 'telegram';
import type { AdaptiveDeadline } from '../download/policies/deadline.js';
import { TadError } from '../errors.js';
import type { Caller } from './caller.js';
import type { DcDirectory } from './dc_directory.js';
import { methodName } from './method_name.js';
import { mapTelegramError, RpcFailure, unreachable } from './rpc_errors.js';
import type { ServerClock } from './sender.js';
import type { Session } from './session.js';
import { cancelled, unlessAborted } from './waiting.js';
import { promptDeadline, Wire, type WireSettings } from './wire.js';

/** How often one request may find that the key is refused. */
const KEY_ATTEMPTS = 3;

export interface MediaPoolOptions {
  readonly settings: WireSettings;
  readonly session: Session;
  readonly directory: DcDirectory;
  readonly home: Caller;
  /** Connections to one data centre at most. */
  readonly perDc?: number;
  /** A connection that carried nothing for so long is closed, milliseconds. */
  readonly idleMs?: number;
}

/**
 * Connections for file bytes, a few per data centre, beside the account's own one. A data centre that is not the
 * account's home gets a key of its own, authorised once by export and import and kept in the session file
 * (https://core.telegram.org/api/datacenter#authorization-transfer).
 */
export class MediaPool implements Disposable {
  readonly #options: Required<MediaPoolOptions>;
  readonly #dcs = new Map<number, DcPool>();
  readonly #closing = new AbortController();
  #receivedBytes = 0;

  constructor(options: MediaPoolOptions) {
    this.#options = { perDc: 2, idleMs: 30_000, ...options };
  }

  /**
   * A connection with an authorised key; others may be using it too.
   * @throws TadError `unreachable`, `timeout`, `login-required`, `cancelled`, …
   */
  acquire(dcId: number, signal: AbortSignal): Promise<Wire> {
    return unlessAborted(this.#dc(dcId).acquire(), signal);
  }

  /** That came over these connections so far, modulo 2^32. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** What to wait for before a request can go out there: a key, a connection; undefined when one can now. */
  admission(dcId: number): Promise<void> | undefined {
    const dc = this.#dc(dcId);
    return dc.isOpen ? undefined : dc.acquire().then(() => {});
  }

  /**
   * Sends one request to that data centre. A silent connection is taken out of use, and a foreign key that turns out
   * not to be authorised is replaced.
   * @throws TadError, every one mapped
   */
  async request<R extends Api.AnyRequest>(
    dcId: number,
    request: R,
    signal: AbortSignal,
  ): Promise<R['__response']> {
    for (let attempt = 1; ; attempt++) {
      const wire = await this.acquire(dcId, signal);
      try {
        return await wire.request(request, signal);
      } catch (thrown) {
        const error = mapTelegramError(thrown, methodName(request));
        if (error.code === 'timeout' && !(thrown instanceof RpcFailure)) this.#dc(dcId).retire(wire);
        if (error.code !== 'login-required' || dcId === this.#options.session.home.id) throw error;
        this.renew(dcId, wire.key);
        if (attempt === KEY_ATTEMPTS) throw keyRefused(dcId, error);
      }
    }
  }

  /** Forgets a foreign data centre's key (if it still is `used`), so that the next connection authorises a new one. */
  renew(dcId: number, used?: Uint8Array): void {
    const { session } = this.#options;
    const current = session.key(dcId);
    if (dcId === session.home.id || current === undefined) return;
    if (used !== undefined && !current.equals(used)) return;
    session.dropKey(dcId);
    // Whoever else had a request under way there may simply ask again.
    this.#dcs.get(dcId)?.close(new TadError('unreachable', `data centre ${dcId} wants a new key`));
    this.#dcs.delete(dcId);
  }

  /** The machine slept: connections from before are given up, dead as they most likely are; new ones are opened as needed. */
  wake(): void {
    for (const dc of this.#dcs.values()) dc.drop(new TadError('unreachable', 'the machine was asleep'));
  }

  [Symbol.dispose](): void {
    const reason = new TadError('cancelled', 'the connection was closed');
    this.#closing.abort(reason);
    for (const dc of this.#dcs.values()) dc.close(reason);
    this.#dcs.clear();
  }

  readonly #received = (bytes: number) => {
    this.#receivedBytes = (this.#receivedBytes + bytes) >>> 0;
  };

  #dc(dcId: number): DcPool {
    const dc = this.#dcs.get(dcId) ?? new DcPool(dcId, this.#options, this.#received);
    this.#dcs.set(dcId, dc);
    const { signal } = this.#closing;
    if (signal.aborted) dc.close(cancelled(signal));
    return dc;
  }
}

class DcPool {
  readonly #dcId: number;
  readonly #options: Required<MediaPoolOptions>;
  readonly #closing = new AbortController();
  readonly #signal = this.#closing.signal;
  readonly #received: (bytes: number) => void;
  readonly #deadline: AdaptiveDeadline;
  #wires: Wire[] = [];
  #opening: Promise<Wire> | undefined;
  /** How far an attempt at a new key came. */
  #unauthorized: { readonly key: Uint8Array; readonly wire?: Wire } | undefined;
  #clock: ServerClock | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #closed: TadError | undefined;

  constructor(dcId: number, options: Required<MediaPoolOptions>, received: (bytes: number) => void) {
    this.#dcId = dcId;
    this.#received = received;
    this.#options = options;
    this.#deadline = promptDeadline(options.settings);
  }

  get isOpen(): boolean {
    return this.#wires.some((wire) => wire.end === undefined);
  }

  /** The least busy connection; another one is opened behind it while there may be more. */
  acquire(): Promise<Wire> {
    this.#wires = this.#wires.filter((wire) => wire.end === undefined);
    const [first, ...others] = this.#wires;
    if (first === undefined) return this.#open();
    const best = others.reduce((least, wire) => (wire.inFlight < least.inFlight ? wire : least), first);
    if (best.inFlight > 0 && this.#wires.length < this.#options.perDc) this.#open().catch(() => {});
    return Promise.resolve(best);
  }

  /** No new requests for it; those in flight may still be answered, and it closes after the last. */
  retire(wire: Wire): void {
    this.#wires = this.#wires.filter((other) => other !== wire);
    wire.closeWhenIdle();
  }

  close(reason: TadError): void {
    this.#closed = reason;
    this.#closing.abort(reason);
    clearInterval(this.#sweep);
    this.drop(reason);
  }

  /** Gives up the connections that are open; what is under way on them fails with the reason. */
  drop(reason: TadError): void {
    this.#unauthorized?.wire?.close(reason);
    for (const wire of this.#wires) wire.close(reason);
    this.#wires = [];
  }

  #open(): Promise<Wire> {
    this.#opening ??= this.#openOne().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openOne(): Promise<Wire> {
    const wire = await this.#openAuthorized();
    if (this.#closed !== undefined) {
      wire.close();
      throw this.#closed;
    }
    this.#clock = wire.clock;
    this.#wires.push(wire);
    this.#sweep ??= setInterval(() => this.#closeIdle(), this.#options.idleMs).unref();
    return wire;
  }

  #closeIdle(): void {
    const now = performance.now();
    for (const wire of this.#wires) {
      if (wire.inFlight === 0 && now - wire.lastUsed > this.#options.idleMs) this.retire(wire);
    }
  }

  async #openAuthorized(): Promise<Wire> {
    const { session } = this.#options;
    if (this.#dcId === session.home.id) return this.#connect(session.key(this.#dcId));
    if (session.isAuthorized(this.#dcId)) {
      try {
        return await this.#connect(session.key(this.#dcId));
      } catch (error) {
        // The data centre has forgotten this key: that is no reason to log in again.
        if (!(error instanceof TadError) || error.code !== 'login-required') throw error;
      }
    }
    return this.#authorizeNewKey();
  }

  /**
   * https://core.telegram.org/api/datacenter#authorization-transfer: a key, and for it an authorisation that the home data centre
   * exports. One try; what it has reached, the key and the connection, is there for the next one.
   */
  async #authorizeNewKey(): Promise<Wire> {
    const { home } = this.#options;
    const wire = await this.#newcomer();
    const exporting = new Api.auth.ExportAuthorization({ dcId: this.#dcId });
    // Anew each time: an export is good for one import, and nobody knows what became of a lost one.
    const { id, bytes } = await home.call(exporting, this.#signal, { isPrompt: true });
    await this.#importTo(wire, new Api.auth.ImportAuthorization({ id, bytes }));
    this.#unauthorized = undefined;
    return wire;
  }

  /** A connection on a key that is agreed on and not authorised yet. */
  async #newcomer(): Promise<Wire> {
    const left = this.#unauthorized?.wire;
    if (left !== undefined && left.end === undefined) return left;
    try {
      const wire = await this.#connect(this.#unauthorized?.key);
      this.#unauthorized = { key: wire.key, wire };
      return wire;
    } catch (error) {
      throw this.#refused(error);
    }
  }

  /** An answer that Telegram gave leaves the connection as good as it was. */
  async #importTo(wire: Wire, request: Api.auth.ImportAuthorization): Promise<void> {
    const { session } = this.#options;
    try {
      await wire.ask(request, this.#signal);
    } catch (thrown) {
      const error = mapTelegramError(thrown, methodName(request));
      if (!(thrown instanceof RpcFailure) || error.code === 'login-required') wire.close();
      throw this.#refused(error);
    }
    // The key has been given up meanwhile, and another one may be there.
    if (this.#closed !== undefined) throw this.#closed;
    session.setKey(this.#dcId, wire.key, true);
    await session.save();
  }

  /** A data centre that is not the account's home and refuses our key says nothing about the login: another key is made. */
  #refused(error: unknown): unknown {
    if (!(error instanceof TadError) || error.code !== 'login-required') return error;
    this.#unauthorized = undefined;
    return keyRefused(this.#dcId, error);
  }

  async #connect(key: Uint8Array | undefined): Promise<Wire> {
    const { settings, directory } = this.#options;
    const start = {
      deadline: this.#deadline,
      received: this.#received,
      agreed: (agreed: Buffer) => {
        if (key === undefined) this.#unauthorized = { key: agreed };
      },
      ...(key === undefined ? {} : { key }),
      ...(this.#clock === undefined || key === undefined ? {} : { clock: this.#clock }),
    };
    const { wire } = await Wire.open(settings, directory.address(this.#dcId), start, this.#signal);
    return wire;
  }
}

/** A data centre that is not the account's home and refuses our key says nothing about the login. */
function keyRefused(dcId: number, error: unknown): unknown {
  if (!(error instanceof TadError) || error.code !== 'login-required') return error;
  return unreachable(`data centre ${dcId} does not accept our key`, error);
}
