import { Api } from 'telegram';
import { TadError } from '../errors.js';
import type { DcDirectory } from './dc_directory.js';
import type { Caller } from './home_link.js';
import { methodName } from './method_name.js';
import { mapTelegramError, RpcFailure } from './rpc_errors.js';
import type { ServerClock } from './sender.js';
import type { Session } from './session.js';
import { unlessAborted } from './waiting.js';
import { Wire, type WireSettings } from './wire.js';

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

  /**
   * Sends one request to that data centre. A silent connection is taken out of use, and a foreign key that turns out
   * not to be authorised is replaced, once.
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
        const foreign = dcId !== this.#options.session.home.id;
        if (error.code !== 'login-required' || !foreign || attempt > 1) throw error;
        this.renew(dcId, wire.key);
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
    this.#dcs.get(dcId)?.close();
    this.#dcs.delete(dcId);
  }

  [Symbol.dispose](): void {
    this.#closing.abort(new TadError('cancelled', 'the connection was closed'));
    for (const dc of this.#dcs.values()) dc.close();
    this.#dcs.clear();
  }

  #dc(dcId: number): DcPool {
    const dc = this.#dcs.get(dcId) ?? new DcPool(dcId, this.#options, this.#closing.signal);
    this.#dcs.set(dcId, dc);
    return dc;
  }
}

class DcPool {
  readonly #dcId: number;
  readonly #options: Required<MediaPoolOptions>;
  readonly #signal: AbortSignal;
  #wires: Wire[] = [];
  #opening: Promise<Wire> | undefined;
  #clock: ServerClock | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(dcId: number, options: Required<MediaPoolOptions>, signal: AbortSignal) {
    this.#dcId = dcId;
    this.#options = options;
    this.#signal = signal;
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

  close(): void {
    this.#closed = true;
    clearInterval(this.#sweep);
    for (const wire of this.#wires) wire.close();
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
    if (this.#closed) {
      wire.close();
      throw new TadError('cancelled', 'the connection was closed');
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

  async #authorizeNewKey(): Promise<Wire> {
    const { session, home } = this.#options;
    const wire = await this.#connect(undefined);
    try {
      const exported = await home.call(new Api.auth.ExportAuthorization({ dcId: this.#dcId }), this.#signal);
      const { id, bytes } = exported;
      await wire.request(new Api.auth.ImportAuthorization({ id, bytes }), this.#signal);
    } catch (error) {
      wire.close();
      throw mapTelegramError(error, 'auth.importAuthorization');
    }
    session.setKey(this.#dcId, wire.key, true);
    await session.save();
    return wire;
  }

  async #connect(key: Uint8Array | undefined): Promise<Wire> {
    const { settings, directory } = this.#options;
    const start = {
      ...(key === undefined ? {} : { key }),
      ...(this.#clock === undefined || key === undefined ? {} : { clock: this.#clock }),
    };
    const { wire } = await Wire.open(settings, directory.address(this.#dcId), start, this.#signal);
    return wire;
  }
}
