import { Worker } from 'node:worker_threads';
import { TadError } from '../../errors.js';
import type { PoolFigures } from '../../face.js';
import type { LaneCredentials } from '../../telegram/gateway.js';
import type { FileLocation } from '../../types.js';
import { abortError, throwIfAborted } from '../clock.js';
import type { FileLane } from '../lane.js';
import { abandonable } from './abandonable.js';
import { LaneGauge } from './lane_gauge.js';
import { NativeLaneFile } from './native_lane_file.js';
import { Outbox } from './outbox.js';
import type { LaneThreadData } from './thread.js';
import {
  type FromLane,
  fromPlainError,
  type LaneCalls,
  type LaneMethod,
  type ToLane,
} from './thread_messages.js';

export interface NativeLaneOptions {
  /**
   * Where a data centre is and the key that is authorised there; asked once per data centre, and again when it cannot be reached.
   * @param renew the key was refused: another must be made
   */
  credentials(dcId: number, signal: AbortSignal, renew: boolean): Promise<LaneCredentials>;
  readonly client: LaneThreadData['client'];
  /** Answers under way at once; times 1 MiB, the memory the lane takes. */
  readonly depth: number;
  /** Whether its thread lets the others of this process come first. */
  readonly comesLast: boolean;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  log(text: string): void;
  /** Told when a server broke the protocol: an attack, a fault of the network, or a defect. */
  warn(text: string): void;
}

/**
 * File bytes never lie on the thread's heap, so both generations can be small; V8's own bound of the young one is 128 MB, which it
 * would use before it collects.
 */
const YOUNG_HEAP_MB = 4;
const OLD_HEAP_MB = 64;

interface Waiting {
  resolve(result: never): void;
  reject(error: TadError): void;
}

/**
 * The lane in a thread of its own: sockets, decryption, hashing and writing never touch the thread that draws the screen.
 * This side holds no bytes; it passes requests on and answers back.
 */
export class NativeLane implements FileLane {
  readonly name = 'native';
  readonly #options: NativeLaneOptions;
  readonly #worker: Worker;
  readonly #outbox: Outbox<ToLane>;
  readonly #waiting = new Map<number, Waiting>();
  /** Under way or given, by data centre; resolves to whether it is the account's home. */
  readonly #credentials = new Map<number, Promise<boolean>>();
  readonly #admitted = new Map<number, Promise<boolean>>();
  /** Keys refused in a row, by data centre. */
  readonly #refusals = new Map<number, number>();
  readonly #lookingUp = new Set<number>();
  readonly #closing = new AbortController();
  #nextId = 1;
  #failure: TadError | undefined;
  /** Written by the thread. */
  readonly #gauge = new LaneGauge();

  private constructor(options: NativeLaneOptions) {
    this.#options = options;
    const { client, depth, comesLast, connectTimeoutMs, requestTimeoutMs } = options;
    const gauge = this.#gauge.shared;
    const workerData: LaneThreadData = {
      client,
      depth,
      comesLast,
      connectTimeoutMs,
      requestTimeoutMs,
      gauge,
    };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_HEAP_MB, maxOldGenerationSizeMb: OLD_HEAP_MB };
    this.#worker = new Worker(new URL('./thread.js', import.meta.url), { workerData, resourceLimits });
    this.#outbox = new Outbox((messages) => this.#worker.postMessage(messages));
    this.#worker.on('message', (messages: readonly FromLane[]) => {
      for (const message of messages) this.#receive(message);
    });
    this.#worker.on('error', (error) =>
      this.#fail(new TadError('internal', `the file lane broke: ${error.message}`)),
    );
    this.#worker.on('exit', () => this.#fail(new TadError('cancelled', 'the file lane is closed')));
  }

  /**
   * Starts the thread and lets it prove itself.
   * @throws TadError `internal` when this machine cannot run it: use the other lane then
   */
  static async start(options: NativeLaneOptions, signal: AbortSignal): Promise<NativeLane> {
    const lane = new NativeLane(options);
    try {
      const decryptor = await lane.call('selfTest', undefined, signal);
      options.log(`file lane: native, ${decryptor} decryption`);
      return lane;
    } catch (error) {
      await lane[Symbol.asyncDispose]();
      throw error;
    }
  }

  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  get pools(): readonly PoolFigures[] {
    return this.#gauge.pools;
  }

  get receivedBytes(): number {
    return this.#gauge.receivedBytes;
  }

  async open(location: FileLocation, path: string, signal: AbortSignal): Promise<NativeLaneFile> {
    throwIfAborted(signal);
    const opened = this.call('open', { location, path }).then(
      (file) => new NativeLaneFile(this, file, location),
    );
    try {
      return await abandonable(opened, signal);
    } catch (error) {
      // Whoever asked is gone; the thread opens it all the same.
      opened.then((file) => file[Symbol.asyncDispose]()).catch(() => {});
      throw error;
    }
  }

  /** @throws TadError `cancelled`, `internal` when the thread is gone */
  shrink(): Promise<number> {
    return this.call('shrink', undefined);
  }

  reconnect(): void {
    // If the thread is gone, the next part says so.
    this.call('reconnect', undefined).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new TadError('cancelled', 'the file lane is closed'));
    await this.#worker.terminate();
  }

  /** Resolves when the thread can talk to a data centre, to whether it is the account's home; the same promise for everyone. */
  credentials(dcId: number): Promise<boolean> {
    return this.#credentials.get(dcId) ?? this.#askForCredentials(dcId, false);
  }

  refused(dcId: number, credentials: Promise<boolean>): number {
    const before = this.#refusals.get(dcId) ?? 0;
    if (this.#credentials.get(dcId) !== credentials) return before;
    this.#refusals.set(dcId, before + 1);
    // Whoever asks next hears what becomes of it.
    this.#askForCredentials(dcId, true).catch(() => {});
    return before + 1;
  }

  #askForCredentials(dcId: number, renew: boolean): Promise<boolean> {
    const fresh = this.#options.credentials(dcId, this.#closing.signal, renew).then(async (credentials) => {
      await this.call('credentials', credentials);
      return credentials.isHome;
    });
    this.#credentials.set(dcId, fresh);
    const isCurrent = () => this.#credentials.get(dcId) === fresh;
    fresh.then(
      () => isCurrent() && this.#admitted.set(dcId, fresh),
      () => isCurrent() && this.#credentials.delete(dcId),
    );
    return fresh;
  }

  admission(dcId: number): Promise<void> | undefined {
    const credentials = this.credentials(dcId);
    return this.#admitted.get(dcId) === credentials ? undefined : credentials.then(() => {});
  }

  accepted(dcId: number): void {
    this.#refusals.delete(dcId);
  }

  /** A data centre could not be reached: perhaps it has another address by now. What is known holds until there is an answer. */
  lookUpAgain(dcId: number): void {
    if (this.#lookingUp.has(dcId)) return;
    this.#lookingUp.add(dcId);
    this.#options
      .credentials(dcId, this.#closing.signal, false)
      .then((credentials) => this.call('credentials', credentials))
      // The parts that fail say why.
      .catch(() => {})
      .finally(() => this.#lookingUp.delete(dcId));
  }

  call<Method extends LaneMethod>(
    method: Method,
    argument: LaneCalls[Method]['argument'],
    signal?: AbortSignal,
  ): Promise<LaneCalls[Method]['result']> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      if (this.#failure) return reject(this.#failure);
      const id = this.#nextId++;
      const onAbort = () => {
        this.#waiting.delete(id);
        this.#outbox.send({ abort: id });
        reject(abortError(signal!));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => signal?.removeEventListener('abort', onAbort);
      this.#waiting.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#outbox.send({ id, method, argument } as ToLane);
    });
  }

  #receive(message: FromLane): void {
    if ('warning' in message) {
      this.#options.warn(message.warning);
    } else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('error' in message) waiting?.reject(fromPlainError(message.error));
      else waiting?.resolve(message.result as never);
    }
  }

  #fail(error: TadError): void {
    this.#failure ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(this.#failure);
  }
}
