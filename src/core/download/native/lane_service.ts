import { TadError } from '../../errors.js';
import { createIgeDecryptor, type IgeDecryptor } from '../../ige/index.js';
import type { LaneCredentials } from '../../telegram/gateway.js';
import type { FileLocation } from '../../types.js';
import type { Clock } from '../clock.js';
import type { PartRecord } from '../lane.js';
import type { Part } from '../parts/part_plan.js';
import { limitFor } from '../parts/part_size.js';
import type { HeldAnswer } from './conversation.js';
import { DataCentre } from './data_centre.js';
import { DecryptBatch } from './decrypt_batch.js';
import type { PoolGauge } from './lane_gauge.js';
import { ProtocolViolation } from './mtproto/protocol_violation.js';
import {
  type ClientDescription,
  type FileHash,
  fileBytes,
  fileHashes,
  getFile,
  getFileHashes,
} from './mtproto/requests.js';
import { PartFile, readBackBuffers } from './part_file.js';
import { Permits } from './permits.js';
import { selfTest } from './self_test.js';
import { SlotPool } from './slots.js';

export interface LaneServiceOptions {
  readonly client: ClientDescription;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Answers under way at once, over all files and data centres: times 1 MiB, what the lane's memory is. */
  readonly depth: number;
  /** Told of bytes as they come over any connection. */
  received(bytes: number): void;
  /** Told when a server broke the protocol. */
  warn(text: string): void;
}

/** @throws TadError `corrupt` when the answer is not what was asked for */
function parsed<T>({ body }: HeldAnswer, parse: (body: Uint8Array) => T): T {
  try {
    return parse(body);
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error;
    throw new TadError('corrupt', `Telegram sent ${error.message}`, undefined, { cause: error });
  }
}

interface OpenFile {
  location: FileLocation;
  readonly file: PartFile;
}

/** The server hashes pieces of this size: https://core.telegram.org/api/files#verifying-file-chunks */
const HASHED_BYTES = 128 * 1024;

/** Slots beyond the depth: frames that were not asked for pass through them. */
const SPARE_SLOTS = 4;

/** The lane's thread, without the thread: files, data centres, and the fixed memory between them. */
export class LaneService {
  readonly #options: LaneServiceOptions;
  readonly #decryptor: IgeDecryptor;
  readonly #slots: SlotPool;
  readonly #permits: Permits;
  readonly #batch: DecryptBatch;
  readonly #dataCentres = new Map<number, DataCentre>();
  readonly #files = new Map<number, OpenFile>();
  #nextFile = 1;
  /** Parts that were asked for and are not decrypted yet. */
  #expected = 0;

  constructor(options: LaneServiceOptions) {
    this.#options = options;
    const slots = options.depth + SPARE_SLOTS;
    this.#decryptor = createIgeDecryptor(SlotPool.memoryFor(slots));
    this.#slots = new SlotPool(this.#decryptor.memory, this.#decryptor.dataStart, slots);
    this.#permits = new Permits(options.depth);
    this.#batch = new DecryptBatch({
      decryptor: this.#decryptor,
      clock: options.clock,
      afterReading: setImmediate,
      expected: () => this.#expected,
    });
  }

  /** The slots that carry file bytes: all the memory these ever take, made at the start and never given back. */
  get partBuffers(): PoolGauge {
    const { inUse, capacity } = this.#slots;
    return { inUse, idle: capacity - inUse, capacity, waiting: this.#permits.waiting };
  }

  get readBackBuffers(): PoolGauge {
    return readBackBuffers.stats();
  }

  /** Gives up what can be made again. @returns bytes */
  shrink(): number {
    return readBackBuffers.shrink() * readBackBuffers.objectBytes;
  }

  /** Gives up all connections: what is under way fails with `unreachable`, and may be asked for again. */
  reconnect(): void {
    for (const dataCentre of this.#dataCentres.values()) dataCentre.reconnect();
  }

  credentials(credentials: LaneCredentials): void {
    const known = this.#dataCentres.get(credentials.dcId);
    if (known) {
      known.renew(credentials);
      return;
    }
    const { client, clock, connectTimeoutMs, requestTimeoutMs, received, warn } = this.#options;
    this.#dataCentres.set(
      credentials.dcId,
      new DataCentre(credentials, {
        client,
        clock,
        connectTimeoutMs,
        requestTimeoutMs,
        received,
        warn,
        batch: this.#batch,
        takeSlot: () => this.#slots.tryTake(),
        awaitSlot: (signal) => this.#slots.take(signal),
      }),
    );
  }

  /** @throws TadError `disk-full`, `not-writable` */
  async open(location: FileLocation, path: string): Promise<number> {
    const file = await PartFile.open(path, location.size);
    const handle = this.#nextFile++;
    this.#files.set(handle, { location, file });
    return handle;
  }

  relocate(handle: number, location: FileLocation): void {
    this.#file(handle).location = location;
  }

  /** @throws TadError, see LaneFile.fetchPart */
  async fetch(handle: number, offset: number, length: number, signal: AbortSignal): Promise<PartRecord> {
    const { location, file } = this.#file(handle);
    const wanted = Math.min(length, location.size - offset);
    await this.#permits.acquire(signal);
    try {
      const dataCentre = this.#dataCentre(location.dcId);
      this.#expected++;
      const answer = await dataCentre
        .request(getFile(location, offset, limitFor(length)), 'upload.getFile', signal)
        .finally(() => this.#expected--);
      try {
        const bytes = parsed(answer, fileBytes);
        if (bytes.length !== wanted) {
          throw new TadError('corrupt', `Telegram sent ${bytes.length} bytes instead of ${wanted}`);
        }
        return await file.write(offset, bytes);
      } finally {
        answer.release();
      }
    } finally {
      this.#permits.release();
    }
  }

  /**
   * The pieces within these ranges that are on disk as the server hashes them: https://core.telegram.org/method/upload.getFileHashes
   * @throws TadError, see LaneFile.fetchPart
   */
  async salvage(
    handle: number,
    ranges: readonly Part[],
    signal: AbortSignal,
  ): Promise<readonly PartRecord[]> {
    const { location, file } = this.#file(handle);
    const good: PartRecord[] = [];
    for (const range of ranges) {
      const end = Math.min(range.offset + range.length, location.size);
      for (let offset = range.offset - (range.offset % HASHED_BYTES); offset < end; ) {
        const hashes = await this.#hashes(location, offset, signal);
        const inside = hashes.filter(
          (hash) => hash.offset >= offset && hash.offset + hash.length <= location.size,
        );
        const next = Math.max(offset, ...inside.map((hash) => hash.offset + hash.length));
        if (next === offset) break;
        const wanted = inside.filter((hash) => hash.offset < end);
        good.push(...(await file.salvage(wanted, signal)));
        offset = next;
      }
    }
    return good;
  }

  async #hashes(location: FileLocation, offset: number, signal: AbortSignal): Promise<readonly FileHash[]> {
    await this.#permits.acquire(signal);
    try {
      const query = getFileHashes(location, offset);
      const answer = await this.#dataCentre(location.dcId).request(query, 'upload.getFileHashes', signal);
      try {
        return parsed(answer, fileHashes);
      } finally {
        answer.release();
      }
    } finally {
      this.#permits.release();
    }
  }

  /** @throws TadError, see PartFile.verify */
  async verify(
    handle: number,
    parts: readonly PartRecord[],
    signal: AbortSignal,
  ): Promise<readonly PartRecord[]> {
    return this.#file(handle).file.verify(parts, signal);
  }

  /** Also closes the file, unless it fails. */
  async finish(
    handle: number,
    modified: number,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const finished = await this.#file(handle).file.finish(modified, signal);
    await this.closeFile(handle);
    return finished;
  }

  /** Resolves when nothing of it is under way any more. */
  async closeFile(handle: number): Promise<void> {
    const file = this.#files.get(handle)?.file;
    this.#files.delete(handle);
    await file?.close();
  }

  /**
   * @returns which decryptor is in use
   * @throws TadError `internal`, see {@link selfTest}
   */
  selfTest(): string {
    selfTest(this.#decryptor);
    return this.#decryptor.name;
  }

  async close(): Promise<void> {
    for (const dataCentre of this.#dataCentres.values()) dataCentre.close();
    await Promise.all([...this.#files.keys()].map((handle) => this.closeFile(handle)));
  }

  #file(handle: number): OpenFile {
    const file = this.#files.get(handle);
    if (file === undefined) throw new TadError('internal', 'the file is not open');
    return file;
  }

  #dataCentre(dcId: number): DataCentre {
    const dataCentre = this.#dataCentres.get(dcId);
    if (dataCentre === undefined) throw new TadError('internal', `no credentials for data centre ${dcId}`);
    return dataCentre;
  }
}
