import { Worker } from 'node:worker_threads';
import { TadError } from '../../errors.js';
import type { PoolFigures } from '../../face.js';
import type { LaneCredentials } from '../../telegram/gateway.js';
import type { FileLocation } from '../../types.js';
import { abortError, throwIfAborted } from '../clock.js';
import type { FileLane, LaneFile, PartRecord } from '../lane.js';
import type { Part } from '../parts/part_plan.js';
import { abandonable } from './abandonable.js';
import { LaneGauge } from './lane_gauge.js';
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
  readonly #credentials = new Map<number, Promise<void>>();
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

  /**
   * Resolves when the thread can talk to a data centre; the same promise for everyone.
   * @param refused what an earlier call gave, if that key was refused; one who refuses it asks for another, for all
   */
  credentials(dcId: number, refused?: Promise<void>): Promise<void> {
    const known = this.#credentials.get(dcId);
    if (known !== undefined && known !== refused) return known;
    const fresh = this.#options
      .credentials(dcId, this.#closing.signal, refused !== undefined)
      .then((credentials) => this.call('credentials', credentials));
    this.#credentials.set(dcId, fresh);
    fresh.catch(() => {
      if (this.#credentials.get(dcId) === fresh) this.#credentials.delete(dcId);
    });
    return fresh;
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

export class NativeLaneFile implements LaneFile {
  readonly #lane: NativeLane;
  readonly #file: number;
  #location: FileLocation;
  /** A finished file is closed by the thread, without being asked. */
  #isClosed = false;

  constructor(lane: NativeLane, file: number, location: FileLocation) {
    this.#lane = lane;
    this.#file = file;
    this.#location = location;
  }

  get receivedBytes(): number {
    return this.#lane.receivedBytes;
  }

  relocate(location: FileLocation): void {
    this.#location = location;
    // Messages keep their order, so every later part uses it; if the thread is gone, the next part says so.
    this.#lane.call('relocate', { file: this.#file, location }).catch(() => {});
  }

  fetchPart(offset: number, length: number, signal: AbortSignal): Promise<PartRecord> {
    return this.#authorised((s) => this.#lane.call('fetch', { file: this.#file, offset, length }, s), signal);
  }

  salvage(ranges: readonly Part[], signal: AbortSignal): Promise<readonly PartRecord[]> {
    return this.#authorised((s) => this.#lane.call('salvage', { file: this.#file, ranges }, s), signal);
  }

  verify(parts: readonly PartRecord[], signal: AbortSignal): Promise<readonly PartRecord[]> {
    return this.#lane.call('verify', { file: this.#file, parts }, signal);
  }

  async finish(modified: number, signal: AbortSignal) {
    const finished = await this.#lane.call('finish', { file: this.#file, modified }, signal);
    this.#isClosed = true;
    return finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    await this.#lane.call('closeFile', { file: this.#file }).catch(() => {});
  }

  /** A refused key is asked for anew, once: another data centre forgets keys, and the gateway can authorise a new one. */
  async #authorised<T>(action: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    let dcId: number;
    let credentials: Promise<void>;
    do {
      ({ dcId } = this.#location);
      credentials = this.#lane.credentials(dcId);
      await abandonable(credentials, signal);
      // The file may have been found elsewhere meanwhile, and the thread asks where it is now.
    } while (dcId !== this.#location.dcId);
    try {
      return await action(signal);
    } catch (error) {
      if (!(error instanceof TadError)) throw error;
      if (error.code === 'unreachable') this.#lane.lookUpAgain(dcId);
      if (error.code !== 'login-required') throw error;
      await abandonable(this.#lane.credentials(dcId, credentials), signal);
      return action(signal);
    }
  }
}
