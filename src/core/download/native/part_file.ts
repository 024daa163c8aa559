import { createHash, type Hash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, fsync, openSync, readSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { TadError } from '../../errors.js';
import { fileError } from '../files/file_error.js';
import type { PartRecord } from '../lane.js';

const writeAt = promisify(write);
const flush = promisify(fsync);

/** One buffer for all reading back; everything that uses it is synchronous. */
const scratch = Buffer.allocUnsafeSlow(1 << 20);

/**
 * A file that is filled in parts, in any order. Its SHA-256 is taken along while parts arrive in order; what came out of order is
 * read back from the page cache when its turn comes.
 */
export class PartFile {
  readonly #path: string;
  readonly #fd: number;
  readonly #size: number;
  #hash: Hash = createHash('sha256');
  #hashedTo = 0;
  /** Parts on disk beyond #hashedTo: offset to length. */
  readonly #ahead = new Map<number, number>();

  /**
   * @param size bytes that the whole file has
   * @throws TadError `disk-full`, `not-writable`
   */
  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
    try {
      this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /**
   * Writes one part and resolves when the system has it.
   * @throws TadError `disk-full`, `not-writable`
   */
  async write(offset: number, bytes: Uint8Array): Promise<PartRecord> {
    const sha256 = hash('sha256', bytes, 'hex');
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await writeAt(this.#fd, bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fileError(error, this.#path);
    }
    if (offset === this.#hashedTo) {
      this.#hash.update(bytes);
      this.#hashedTo += bytes.length;
      this.#catchUp();
    } else if (offset > this.#hashedTo) {
      this.#ahead.set(offset, bytes.length);
    } else {
      this.#restartHash();
    }
    return { offset, length: bytes.length, sha256 };
  }

  /** Those of the parts whose bytes on disk hash to what was recorded. */
  verify(parts: readonly PartRecord[]): readonly PartRecord[] {
    const good: PartRecord[] = [];
    for (const part of [...parts].sort((a, b) => a.offset - b.offset)) {
      const digest = createHash('sha256');
      const inOrder = part.offset === this.#hashedTo;
      if (!this.#read(part.offset, part.length, (bytes) => digest.update(bytes))) continue;
      if (digest.digest('hex') !== part.sha256) continue;
      good.push(part);
      if (inOrder) this.#readIntoHash(part.length);
      else this.#ahead.set(part.offset, part.length);
    }
    return good;
  }

  /**
   * Checks that the file has exactly the size it should have, completes the hash, and flushes the file to the device.
   * @throws TadError `corrupt`, `disk-full`, `not-writable`
   */
  async finish(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const { size } = fstatSync(this.#fd);
    if (size !== this.#size)
      throw new TadError('corrupt', `the file has ${size} bytes instead of ${this.#size}`);
    this.#readIntoHash(this.#size - this.#hashedTo);
    try {
      await flush(this.#fd);
    } catch (error) {
      throw fileError(error, this.#path);
    }
    return { bytes: size, sha256: this.#hash.digest('hex') };
  }

  close(): void {
    closeSync(this.#fd);
  }

  #catchUp(): void {
    for (;;) {
      const length = this.#ahead.get(this.#hashedTo);
      if (length === undefined) return;
      this.#ahead.delete(this.#hashedTo);
      this.#readIntoHash(length);
    }
  }

  /** Bytes that were hashed already have been replaced: start again; `finish` reads what is there then. */
  #restartHash(): void {
    this.#hash = createHash('sha256');
    this.#hashedTo = 0;
    this.#ahead.clear();
  }

  #readIntoHash(length: number): void {
    if (!this.#read(this.#hashedTo, length, (bytes) => this.#hash.update(bytes))) {
      throw new TadError('corrupt', 'the file became shorter while it was written');
    }
    this.#hashedTo += length;
  }

  /** False when the file ends before. */
  #read(offset: number, length: number, take: (bytes: Uint8Array) => void): boolean {
    try {
      for (let done = 0; done < length; ) {
        const bytes = readSync(this.#fd, scratch, 0, Math.min(scratch.length, length - done), offset + done);
        if (bytes === 0) return false;
        take(scratch.subarray(0, bytes));
        done += bytes;
      }
      return true;
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }
}
