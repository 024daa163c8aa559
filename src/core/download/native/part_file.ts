import { createHash, type Hash, hash } from 'node:crypto';
import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TadError } from '../../errors.js';
import { fileError } from '../files/file_error.js';
import type { PartRecord } from '../lane.js';
import { gaps, type Part } from '../parts/part_plan.js';

/** One buffer for all reading back; everything that uses it is synchronous. */
const scratch = Buffer.allocUnsafeSlow(1 << 20);

/**
 * A file that is filled in parts, in any order. Its SHA-256 is taken along while parts arrive in order; what came out of order is
 * read back from the page cache when its turn comes.
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
  /** Parts on disk beyond #hashedTo: offset to length. */
  readonly #ahead = new Map<number, number>();

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
    const sha256 = hash('sha256', bytes, 'hex');
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fileError(error, this.#path);
    }
    this.#present.push({ offset, length: bytes.length });
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
      this.#present.push(part);
      if (inOrder) this.#readIntoHash(part.length);
      else this.#ahead.set(part.offset, part.length);
    }
    return good;
  }

  /**
   * Checks that the file has exactly the size it should have and that every byte of it was written or verified, completes the hash, and flushes the file to the device.
   * @throws TadError `corrupt`, `disk-full`, `not-writable`
   */
  async finish(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const { size } = await this.#file.stat();
    if (size !== this.#size)
      throw new TadError('corrupt', `the file has ${size} bytes instead of ${this.#size}`);
    const [hole] = gaps(this.#present, this.#size);
    if (hole !== undefined) throw new TadError('corrupt', `the file has a hole at ${hole.offset}`);
    this.#readIntoHash(this.#size - this.#hashedTo);
    try {
      await this.#file.sync();
    } catch (error) {
      throw fileError(error, this.#path);
    }
    return { bytes: size, sha256: this.#hash.digest('hex') };
  }

  /** Resolves when nothing is under way any more: what was told to write is written, whatever became of whoever told it. */
  close(): Promise<void> {
    return this.#file.close();
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
        const bytes = readSync(
          this.#file.fd,
          scratch,
          0,
          Math.min(scratch.length, length - done),
          offset + done,
        );
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
