import { createHash, type Hash, hash } from 'node:crypto';
import { constants, fstatSync, futimesSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TadError } from '../../errors.js';
import { ObjectPool } from '../../memory/index.js';
import { throwIfAborted } from '../clock.js';
import { fileError } from '../files/file_error.js';
import { readFully } from '../files/read_fully.js';
import type { PartRecord } from '../lane.js';
import { partDigest } from '../parts/part_digest.js';
import { gaps, type Part } from '../parts/part_plan.js';
import { MAX_PART_BYTES } from '../parts/part_size.js';
import type { FileHash } from './mtproto/requests.js';

/** What is read back at once, a part at most: the thread does nothing else while it hashes a piece, half a millisecond. */
const PIECE_BYTES = MAX_PART_BYTES;
/** For all files of a thread; whoever reads holds one for a piece. */
export const readBackBuffers = new ObjectPool<Buffer>({
  name: 'read-back buffers',
  maxSize: 2,
  objectBytes: PIECE_BYTES,
  create: () => Buffer.allocUnsafeSlow(PIECE_BYTES),
});

/**
 * Parts up to this are written at once, by the thread itself: a copy into the page cache takes some 20 us, and to wake a thread of
 * the pool for it takes several times that.
 */
const AT_ONCE_BYTES = 128 * 1024;

const NEVER = new AbortController().signal;

/** A part that waits for its turn to be hashed; its bytes, as long as they are in memory. */
interface Ahead {
  readonly length: number;
  bytes?: Uint8Array;
}

/**
 * A file that is filled in parts, in any order. Its SHA-256 is taken along while parts arrive in order, from memory while they are
 * being written; what came out of order, and is written by then, is read back from the page cache when its turn comes,
 * piece by piece, so that the thread is never kept from its sockets. Writes go out at once: the end of each is heard of in a turn
 * of the event loop of its own, and one turn decrypts four parts, so that one behind the other they would fall behind.
 */
export class PartFile {
  readonly #path: string;
  /** A handle, not a bare descriptor: closing waits for what is under way, and nothing can reach whoever gets the number next. */
  readonly #file: FileHandle;
  readonly #size: number;
  #hash: Hash = createHash('sha256');
  #hashedTo = 0;
  /** Written or verified by this object: a file of the right size may still have holes. */
  readonly #present: Part[] = [];
  /** Parts from #hashedTo on, by offset. */
  readonly #ahead = new Map<number, Ahead>();
  /** Bytes up to here are being read back; nothing else may go into the hash meanwhile. */
  #readingTo = 0;
  #caughtUp: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /**
   * @param size bytes that the whole file has
   * @throws TadError `disk-full`, `not-writable`
   */
  static async open(path: string, size: number): Promise<PartFile> {
    try {
      return new PartFile(path, await open(path, constants.O_RDWR | constants.O_CREAT, 0o644), size);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /**
   * Writes one part and resolves when the system has it.
   * @throws TadError `disk-full`, `not-writable`
   */
  async write(offset: number, bytes: Uint8Array): Promise<PartRecord> {
    const written = this.#writeOut(offset, bytes);
    const digest = partDigest(bytes);
    const ahead: Ahead = { length: bytes.length, bytes };
    if (offset < Math.max(this.#hashedTo, this.#readingTo) || this.#ahead.has(offset)) {
      this.#restartHash();
    } else {
      this.#ahead.set(offset, ahead);
      this.#catchUp();
    }
    try {
      await written;
    } catch (error) {
      // What went into the hash may not be on disk.
      this.#restartHash();
      throw fileError(error, this.#path);
    }
    delete ahead.bytes;
    this.#present.push({ offset, length: bytes.length });
    return { offset, length: bytes.length, digest };
  }

  /**
   * Those of the parts whose bytes on disk are as recorded. Each is read once.
   * @throws TadError `cancelled`, `not-writable` (the disk fails)
   */
  verify(parts: readonly PartRecord[], signal: AbortSignal): Promise<readonly PartRecord[]> {
    return this.#keep(parts, signal, (bytes, { digest }) =>
      partDigest(bytes) === digest ? digest : undefined,
    );
  }

  /**
   * Those of the pieces whose bytes on disk have the server's hash, as records. Each is read once.
   * @throws TadError `cancelled`, `not-writable` (the disk fails)
   */
  salvage(pieces: readonly FileHash[], signal: AbortSignal): Promise<readonly PartRecord[]> {
    return this.#keep(pieces, signal, (bytes, { sha256 }) =>
      hash('sha256', bytes, 'buffer').equals(sha256) ? partDigest(bytes) : undefined,
    );
  }

  /** @param digestIfRight of the bytes of a piece; nothing where they are not what they should be */
  async #keep<Piece extends Part>(
    pieces: readonly Piece[],
    signal: AbortSignal,
    digestIfRight: (bytes: Uint8Array, piece: Piece) => string | undefined,
  ): Promise<readonly PartRecord[]> {
    const kept: PartRecord[] = [];
    for (const piece of [...pieces].sort((a, b) => a.offset - b.offset)) {
      const { offset, length } = piece;
      await this.#readPiece(offset, length, signal, (bytes) => {
        const digest = bytes.length === length ? digestIfRight(bytes, piece) : undefined;
        if (digest === undefined) return;
        kept.push({ offset, length, digest });
        this.#present.push({ offset, length });
        const ahead: Ahead = { length, bytes };
        this.#ahead.set(offset, ahead);
        this.#hashFromMemory();
        delete ahead.bytes;
      });
    }
    this.#catchUp();
    return kept;
  }

  /**
   * Checks that the file has exactly the size it should have and that every byte of it was written or verified, completes the hash, dates
   * the file and flushes it to the device.
   * @param modified Unix seconds: the time of modification that it gets
   * @throws TadError `corrupt`, `disk-full`, `not-writable`, `cancelled`
   */
  async finish(
    modified: number,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const { size } = fstatSync(this.#file.fd);
    if (size !== this.#size)
      throw new TadError('corrupt', `the file has ${size} bytes instead of ${this.#size}`);
    const [hole] = gaps(this.#present, this.#size);
    if (hole !== undefined) throw new TadError('corrupt', `the file has a hole at ${hole.offset}`);
    await this.#caughtUp;
    await this.#readIntoHash(this.#size - this.#hashedTo, signal);
    const sha256 = this.#hash.digest('hex');
    try {
      futimesSync(this.#file.fd, modified, modified);
      await this.#file.sync();
    } catch (error) {
      throw fileError(error, this.#path);
    }
    return { bytes: size, sha256 };
  }

  /** Resolves when nothing is under way any more: what was told to write is written, whatever became of whoever told it. */
  close(): Promise<void> {
    return this.#file.close();
  }

  async #writeOut(offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const left = bytes.length - done;
      if (bytes.length <= AT_ONCE_BYTES) {
        done += writeSync(this.#file.fd, bytes, done, left, offset + done);
      } else {
        done += (await this.#file.write(bytes, done, left, offset + done)).bytesWritten;
      }
    }
  }

  /** Hashes what is next: at once what is in memory, in its own time what must be read. */
  #catchUp(): void {
    this.#hashFromMemory();
    // A failure is for `finish` to find: it reads what is not hashed by then.
    if (this.#next() !== undefined) this.#caughtUp = this.#hashFromDisk().catch(() => {});
  }

  #hashFromMemory(): void {
    for (let next = this.#next(); next?.bytes !== undefined; next = this.#next()) {
      this.#ahead.delete(this.#hashedTo);
      this.#hash.update(next.bytes);
      this.#hashedTo += next.length;
    }
  }

  async #hashFromDisk(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#ahead.delete(this.#hashedTo);
      await this.#readIntoHash(next.length, NEVER);
      this.#hashFromMemory();
    }
  }

  /** The part whose turn it is to be hashed, if it is here and nothing is being read. */
  #next(): Ahead | undefined {
    return this.#readingTo > 0 ? undefined : this.#ahead.get(this.#hashedTo);
  }

  /** Bytes that were hashed already are replaced, or not there: start again; `finish` reads what is there then. */
  #restartHash(): void {
    this.#hash = createHash('sha256');
    this.#hashedTo = 0;
    this.#ahead.clear();
  }

  /** Leaves hash and position in step whatever happens. */
  async #readIntoHash(length: number, signal: AbortSignal): Promise<void> {
    const hash = this.#hash;
    this.#readingTo = this.#hashedTo + length;
    try {
      const isThere = await this.#read(this.#hashedTo, length, signal, (bytes) => {
        if (hash !== this.#hash) return;
        hash.update(bytes);
        this.#hashedTo += bytes.length;
      });
      if (!isThere) throw new TadError('corrupt', 'the file became shorter while it was written');
    } finally {
      this.#readingTo = 0;
    }
  }

  /** False when the file ends before. @throws TadError `cancelled`, `not-writable` */
  async #read(
    offset: number,
    length: number,
    signal: AbortSignal,
    take: (bytes: Uint8Array) => void,
  ): Promise<boolean> {
    for (let done = 0; done < length; ) {
      const bytes = await this.#readPiece(offset + done, length - done, signal, take);
      if (bytes === 0) return false;
      done += bytes;
    }
    return true;
  }

  /** As many bytes as there are, PIECE_BYTES at most, all at once. @throws TadError `cancelled`, `not-writable` */
  #readPiece(
    offset: number,
    length: number,
    signal: AbortSignal,
    take: (bytes: Uint8Array) => void,
  ): Promise<number> {
    throwIfAborted(signal);
    return readBackBuffers
      .use(async (buffer) => {
        const bytesRead = await readFully(this.#file, buffer, Math.min(PIECE_BYTES, length), offset);
        take(buffer.subarray(0, bytesRead));
        return bytesRead;
      })
      .catch((error: unknown) => {
        throw fileError(error, this.#path);
      });
  }
}
