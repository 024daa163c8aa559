import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Api } from 'telegram';
import { returnBigInt } from 'telegram/Helpers.js';
import type { FileLane, LaneFile, PartRecord } from '../download/lane.js';
import { partDigest } from '../download/parts/part_digest.js';
import { gaps, type Part } from '../download/parts/part_plan.js';
import { limitFor } from '../download/parts/part_size.js';
import { TadError } from '../errors.js';
import type { ObjectPool } from '../memory/index.js';
import type { FileLocation } from '../types.js';
import { fileError } from './file_errors.js';
import type { MediaPool } from './media_pool.js';
import { HashBuffers, readPieces } from './read_pieces.js';
import { throwIfAborted } from './waiting.js';

/** Where the lane gets its connections; it waits for the gateway to be connected. */
export type PoolSource = () => MediaPool;

/** Undefined while the gateway is not connected: the next request says so. */
function ifConnected(pool: PoolSource): MediaPool | undefined {
  try {
    return pool();
  } catch {
    return undefined;
  }
}

/** The file lane over GramJS's own protocol engine: slower than the native one, but made of the same cloth as login. */
export class GramjsLane implements FileLane {
  readonly name = 'gramjs';
  readonly #pool: PoolSource;
  readonly #files = new Set<GramjsLaneFile>();
  readonly #buffers = new HashBuffers();

  constructor(pool: PoolSource) {
    this.#pool = pool;
  }

  async open(location: FileLocation, path: string, signal: AbortSignal): Promise<LaneFile> {
    throwIfAborted(signal);
    const handle = await openForWriting(path);
    try {
      await this.#pool().acquire(location.dcId, signal);
    } catch (error) {
      await handle.close();
      throw error;
    }
    const file = new GramjsLaneFile(this.#pool, this.#buffers.pool, location, path, handle, () => {
      this.#files.delete(file);
    });
    this.#files.add(file);
    return file;
  }

  admission(dcId: number): Promise<void> | undefined {
    return ifConnected(this.#pool)?.admission(dcId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#files].map((file) => file[Symbol.asyncDispose]()));
    await this.#buffers[Symbol.asyncDispose]();
  }
}

/** Read and write, made if absent, never truncated: a part file of an earlier run goes on. */
async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw fileError(error, path);
  }
  try {
    return await open(path, 'wx+');
  } catch (error) {
    throw fileError(error, path);
  }
}

class GramjsLaneFile implements LaneFile {
  readonly #pool: PoolSource;
  readonly #buffers: ObjectPool<Buffer>;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #onClose: () => void;
  /** Written or verified by this object: a file of the right size may still have holes. */
  readonly #present: Part[] = [];
  #location: FileLocation;
  #closed = false;

  constructor(
    pool: PoolSource,
    buffers: ObjectPool<Buffer>,
    location: FileLocation,
    path: string,
    handle: FileHandle,
    onClose: () => void,
  ) {
    this.#pool = pool;
    this.#buffers = buffers;
    this.#location = location;
    this.#path = path;
    this.#handle = handle;
    this.#onClose = onClose;
  }

  get receivedBytes(): number | undefined {
    return ifConnected(this.#pool)?.receivedBytes;
  }

  relocate(location: FileLocation): void {
    this.#location = location;
  }

  async fetchPart(offset: number, length: number, signal: AbortSignal): Promise<PartRecord> {
    const location = this.#location;
    const expected = Math.min(length, location.size - offset);
    if (expected <= 0) throw new TadError('internal', `a part beyond the end: ${offset} of ${location.size}`);
    const bytes = await this.#getFile(location, offset, limitFor(length), signal);
    // Shorter than the size says: never to be taken for the end of the file.
    if (bytes.length < expected) {
      throw new TadError('corrupt', `a part came short: ${bytes.length} of ${expected} bytes at ${offset}`);
    }
    const part = bytes.subarray(0, expected);
    const digest = partDigest(part);
    await this.#write(part, offset, signal);
    this.#present.push({ offset, length: expected });
    return { offset, length: expected, digest };
  }

  async verify(parts: readonly PartRecord[], signal: AbortSignal): Promise<readonly PartRecord[]> {
    const good: PartRecord[] = [];
    for (const part of parts) {
      await this.#read(part, signal, (bytes) => {
        if (bytes.length === part.length && partDigest(bytes) === part.digest) good.push(part);
      });
    }
    this.#present.push(...good);
    return good;
  }

  async finish(modified: number, signal: AbortSignal) {
    const { size } = this.#location;
    try {
      const onDisk = (await this.#handle.stat()).size;
      if (onDisk !== size) {
        throw new TadError('corrupt', `the file has ${onDisk} bytes on disk, and should have ${size}`);
      }
      const [hole] = gaps(this.#present, size);
      if (hole !== undefined) throw new TadError('corrupt', `the file has a hole at ${hole.offset}`);
      const hash = createHash('sha256');
      const bytes = await this.#read({ offset: 0, length: size }, signal, (piece) => hash.update(piece));
      await this.#handle.utimes(modified, modified);
      await this.#handle.sync();
      return { bytes, sha256: hash.digest('hex') };
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    await this.#handle.close();
  }

  async #getFile(
    location: FileLocation,
    offset: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const request = new Api.upload.GetFile({
      location: new Api.InputDocumentFileLocation({
        id: returnBigInt(location.documentId),
        accessHash: returnBigInt(location.accessHash),
        fileReference: Buffer.from(location.fileReference),
        thumbSize: '',
      }),
      offset: returnBigInt(offset),
      limit,
    });
    const answer = await this.#pool().request(location.dcId, request, signal);
    if (answer instanceof Api.upload.File) return answer.bytes;
    throw new TadError('rejected', 'Telegram wants this file fetched from a CDN, which tad did not offer');
  }

  async #write(part: Buffer, offset: number, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    try {
      for (let done = 0; done < part.length; ) {
        const { bytesWritten } = await this.#handle.write(part, done, part.length - done, offset + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }

  async #read(part: Part, signal: AbortSignal, take: (piece: Uint8Array) => void): Promise<number> {
    try {
      return await readPieces(this.#handle, this.#buffers, part, signal, take);
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }
}
