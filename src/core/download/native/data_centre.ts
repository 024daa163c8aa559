import type { LaneCredentials } from '../../telegram/gateway.js';
import { abandonable } from './abandonable.js';
import type { HeldAnswer } from './conversation.js';
import { type ConnectionOptions, FileConnection } from './file_connection.js';
import { ServerTime } from './mtproto/server_time.js';
import { unreachable } from './rpc_error.js';

/** Connections to one data centre that answer. More of them gain little on a healthy link (docs/benchmarks.md). */
const MAX_CONNECTIONS = 2;
/** With those that have fallen silent and are not given up yet: a change of network silences all at once. */
const MAX_OPEN = 4;
/** A connection with this many requests in flight is worth a second one beside it. */
const COMFORTABLE_DEPTH = 4;

type Shared = Omit<ConnectionOptions, 'credentials' | 'serverTime'>;

/** Spreads requests over the connections of one data centre, and opens them as they are needed. */
export class DataCentre {
  readonly #options: Shared;
  readonly #serverTime: ServerTime;
  #credentials: LaneCredentials;
  #connections: FileConnection[] = [];
  #opening: { readonly connection: Promise<FileConnection>; readonly abort: AbortController } | undefined;

  constructor(credentials: LaneCredentials, options: Shared) {
    this.#credentials = credentials;
    this.#options = options;
    const { clock } = options;
    const guess = clock.wallNow() / 1000 + credentials.timeOffset;
    this.#serverTime = new ServerTime(guess, () => clock.now() / 1000);
  }

  /** Takes new credentials; connections on another key, also one that is being opened, are given up. */
  renew(credentials: LaneCredentials): void {
    const sameKey = Buffer.compare(credentials.authKey, this.#credentials.authKey) === 0;
    this.#credentials = credentials;
    if (!sameKey) this.#abandonAll('the data centre has a new key');
  }

  /** @throws TadError, see FileConnection */
  async request(query: Uint8Array, method: string, signal: AbortSignal): Promise<HeldAnswer> {
    const connection = await this.#pick(signal);
    return connection.request(query, method, signal);
  }

  reconnect(): void {
    this.#abandonAll('the machine was asleep');
  }

  close(): void {
    this.#opening?.abort.abort();
    for (const connection of this.#connections) connection.close();
    this.#connections = [];
  }

  /** What is under way fails with `unreachable`: it may be asked for again. */
  #abandonAll(reason: string): void {
    this.#opening?.abort.abort(unreachable(reason));
    this.#opening = undefined;
    for (const connection of this.#connections) connection.abandon(reason);
    this.#connections = [];
  }

  async #pick(signal: AbortSignal): Promise<FileConnection> {
    this.#connections = this.#connections.filter((connection) => !connection.isClosed);
    const answering = this.#connections.filter((connection) => !connection.isSuspect);
    const idlest = leastBusy(answering);
    if (idlest === undefined) {
      // None that answers: a new one, unless there are many that do not.
      const silent = this.#connections.length < MAX_OPEN ? undefined : leastBusy(this.#connections);
      return silent ?? this.#open(signal);
    }
    const wantsMore = idlest.inFlight >= COMFORTABLE_DEPTH && answering.length < MAX_CONNECTIONS;
    // The request does not wait for the new connection; later ones will find it. If it fails, this one still works.
    if (wantsMore && this.#connections.length < MAX_OPEN) this.#open(signal).catch(() => {});
    return idlest;
  }

  /** One at a time: everyone who needs a connection waits for the same one. */
  #open(signal: AbortSignal): Promise<FileConnection> {
    this.#opening ??= this.#begin();
    return abandonable(this.#opening.connection, signal);
  }

  #begin() {
    const abort = new AbortController();
    const options = { ...this.#options, credentials: this.#credentials, serverTime: this.#serverTime };
    const connection = FileConnection.open(options, abort.signal)
      .then((opened) => {
        this.#connections.push(opened);
        return opened;
      })
      .finally(() => {
        if (this.#opening === opening) this.#opening = undefined;
      });
    const opening = { connection, abort };
    return opening;
  }
}

function leastBusy(connections: readonly FileConnection[]): FileConnection | undefined {
  return connections.reduce<FileConnection | undefined>(
    (best, connection) => (best === undefined || connection.inFlight < best.inFlight ? connection : best),
    undefined,
  );
}
