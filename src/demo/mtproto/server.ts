import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Faults } from '../faults.js';
import { AuthKeys } from './auth_keys.js';
import { Bandwidth } from './bandwidth.js';
import { BufferPool } from './buffer_pool.js';
import { Calls } from './calls.js';
import { Connection } from './connection.js';
import { Handshake } from './handshake.js';
import { MessageIds } from './message_ids.js';
import { Outbox } from './outbox.js';
import { Receiver } from './receiver.js';
import type { RpcService, UpdatePusher } from './rpc.js';
import type { RsaKey } from './rsa_key.js';
import { ServiceHandler } from './service_handler.js';
import { Sessions } from './sessions.js';
import { Transport } from './transport.js';

export interface MtprotoServerOptions {
  /** The first is the home data centre; port 0 takes any that is free. */
  readonly dcs: readonly { readonly dcId: number; readonly port: number }[];
  readonly service: RpcService;
  readonly rsaKey: RsaKey;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Where authorisation keys outlive the process; without it they do not. */
  readonly keyFile?: string;
  /** Milliseconds added to all that is sent. */
  readonly latencyMs?: number;
  /** Bytes per second of all connections together; without it as fast as they go. */
  readonly bandwidth?: number;
  readonly faults?: Faults;
  /** Takes one line about an error of the server's own. */
  readonly log?: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** A source of that many random bytes, for keys, nonces and p, q. */
  readonly random?: (length: number) => Buffer;
}

export interface MtprotoStats {
  /** Open now. */
  readonly connections: number;
  readonly connectionsTotal: number;
  readonly handshakes: number;
  readonly calls: number;
  readonly keys: number;
  readonly sessions: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export interface ListeningDc {
  readonly id: number;
  readonly port: number;
}

/** What the `slow-start` fault does to a connection. */
const SLOW_START = { answers: 4, ms: 400 };
const NOT_SLOW = { answers: 0, ms: 0 };

/**
 * An MTProto 2.0 server: real TCP, every transport, its own RSA key, several data centres.
 * https://core.telegram.org/mtproto
 */
export class MtprotoServer implements UpdatePusher {
  readonly #options: MtprotoServerOptions;
  readonly #keys: AuthKeys;
  readonly #ids: MessageIds;
  readonly #sessions: Sessions;
  readonly #receiver: Receiver;
  readonly #pool = new BufferPool();
  readonly #bandwidth: Bandwidth | undefined;
  readonly #listeners: Server[] = [];
  readonly #connections = new Set<Connection>();
  readonly #counts = { connectionsTotal: 0, handshakes: 0, calls: 0, bytesRead: 0, bytesWritten: 0 };
  readonly #now: () => number;
  readonly #random: (length: number) => Buffer;
  readonly #log: (line: string) => void;

  /** @throws Error when the key file exists and cannot be read */
  constructor(options: MtprotoServerOptions) {
    this.#options = options;
    this.#now = options.clock ?? Date.now;
    this.#random = options.random ?? randomBytes;
    this.#log = options.log ?? (() => {});
    this.#bandwidth = options.bandwidth === undefined ? undefined : new Bandwidth(options.bandwidth);
    this.#keys = new AuthKeys(options.keyFile);
    this.#ids = new MessageIds(this.#now);
    this.#sessions = new Sessions(this.#ids);
    const common = {
      keys: this.#keys,
      sessions: this.#sessions,
      ids: this.#ids,
      faults: options.faults,
      now: this.#now,
      log: this.#log,
      forgetKey: (keyId: string) => this.forgetKey(keyId),
    };
    this.#receiver = new Receiver({
      ...common,
      serviceHandler: new ServiceHandler(common),
      calls: new Calls({
        ...common,
        service: options.service,
        homeDcId: options.dcs[0]?.dcId ?? 0,
        counted: () => this.#counts.calls++,
      }),
    });
  }

  /** PKCS#1, for the client's `--server-key`. */
  get publicKeyPem(): string {
    return this.#options.rsaKey.publicKeyPem;
  }

  /** Opens all ports. @throws Error of node:net, such as EADDRINUSE; then none is open */
  async listen(): Promise<{ dcs: readonly ListeningDc[] }> {
    const host = this.#options.host ?? '127.0.0.1';
    try {
      const dcs: ListeningDc[] = [];
      for (const { dcId, port } of this.#options.dcs) {
        const listener = createServer((socket) => this.#accept(socket, dcId));
        this.#listeners.push(listener);
        listener.listen(port, host);
        await once(listener, 'listening');
        const address = listener.address();
        dcs.push({ id: dcId, port: typeof address === 'object' && address !== null ? address.port : port });
      }
      return { dcs };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Closes all ports and connections. */
  async close(): Promise<void> {
    const closing = this.#listeners
      .splice(0)
      .map((listener) => new Promise<void>((resolve) => listener.close(() => resolve())));
    this.dropConnections();
    this.#connections.clear();
    await Promise.all(closing);
  }

  push(authKeyId: string, updates: Buffer): void {
    for (const session of this.#sessions.subscribers(authKeyId)) session.notify(updates, true);
  }

  /** Whoever uses this key, or a temporary one bound to it, gets transport error 404 from now on. */
  forgetKey(authKeyId: string): void {
    this.#onForgotten(this.#keys.forget(authKeyId));
  }

  /** Closes all connections, as a network failure would; the ports stay open. */
  dropConnections(): void {
    for (const connection of this.#connections) connection.close();
  }

  stats(): MtprotoStats {
    return {
      ...this.#counts,
      connections: this.#connections.size,
      keys: this.#keys.size,
      sessions: this.#sessions.size,
    };
  }

  #onForgotten(keyIds: readonly string[]): void {
    this.#sessions.destroyOf(keyIds);
    for (const id of keyIds) this.#options.service.keyForgotten?.(id);
  }

  #accept(socket: Socket, dcId: number): void {
    this.#counts.connectionsTotal++;
    const transport = new Transport();
    const outbox = new Outbox(
      socket,
      transport,
      {
        pool: this.#pool,
        ids: this.#ids,
        bandwidth: this.#bandwidth,
        latencyMs: this.#options.latencyMs ?? 0,
        now: this.#now,
        wrote: (bytes) => {
          this.#counts.bytesWritten += bytes;
        },
      },
      this.#options.faults?.strikes('slow-start') ? SLOW_START : NOT_SLOW,
    );
    const connection = new Connection(socket, transport, outbox, {
      dcId,
      keys: this.#keys,
      ids: this.#ids,
      handshake: this.#handshake(dcId),
      now: this.#now,
      log: this.#log,
      read: (bytes) => {
        this.#counts.bytesRead += bytes;
      },
      receive: (from, key, plaintext) => this.#receiver.receive(from, key, plaintext),
    });
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  #handshake(dcId: number): Handshake {
    return new Handshake({
      dcId,
      rsaKey: this.#options.rsaKey,
      random: this.#random,
      now: this.#now,
      isTaken: (hexId) => this.#keys.has(hexId),
      accept: (key) => {
        this.#counts.handshakes++;
        this.#onForgotten(this.#keys.forgetExpired(Math.floor(this.#now() / 1000)));
        this.#keys.add(key);
      },
    });
  }
}
