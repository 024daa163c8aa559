import type { PoolFigures } from '../face.js';
import type { FileLocation } from '../types.js';
import type { Part } from './parts/part_plan.js';

/** One part that is on disk: which bytes, and their digest. */
export interface PartRecord {
  readonly offset: number;
  readonly length: number;
  /** Of exactly these bytes, see partDigest. */
  readonly digest: string;
}

/**
 * Carries the bytes of files from Telegram to disk. A lane knows nothing of queues, retries or waits: it does one
 * part when told to, and reports what went wrong as a typed error. There are two: over GramJS's senders, and the
 * native one in worker threads. Both pass the same tests.
 */
export interface FileLane extends AsyncDisposable {
  readonly name: 'gramjs' | 'native';
  /** It will never work again: every call fails, and another lane must be started. */
  readonly isBroken?: boolean;
  /**
   * What to wait for before a data centre is asked for anything: a connection, a key; undefined when it may be asked now. It may
   * take many seconds, in which other data centres are to have the room, so no part is to wait for it, though one may.
   * Rejects as `fetchPart` does.
   */
  admission?(dcId: number): Promise<void> | undefined;
  /** The buffers of its thread, where it has one; those of this thread are shared pools. */
  readonly pools?: readonly PoolFigures[];
  /**
   * Opens `path` for writing (kept if it exists, never truncated) and gets ready to fetch from the location's DC.
   * @throws TadError `not-writable`, `disk-full`, `unreachable`, `cancelled`
   */
  open(location: FileLocation, path: string, signal: AbortSignal): Promise<LaneFile>;
  /**
   * Gives up its connections, as after the machine slept: parts under way fail with `unreachable`, the next ones open new
   * ones. A lane whose connections belong to the gateway does not have it.
   */
  reconnect?(): void;
  /** Gives up buffers of its thread that nobody uses. @returns bytes */
  shrink?(): Promise<number>;
}

export interface LaneFile extends AsyncDisposable {
  /** Bytes that the lane has received so far, of all files, modulo 2^32; absent where the lane does not count them. */
  readonly receivedBytes?: number | undefined;
  /** After a reference was refreshed or the file turned out to live on another DC. */
  relocate(location: FileLocation): void;
  /**
   * Fetches exactly the bytes [offset, offset+length) of the file (length shorter at its end), writes them at
   * `offset`, and resolves when the write is done. offset and length obey upload.getFile's rules.
   * @throws FloodWaitError, WrongDcError, TadError `reference-expired`, `timeout`, `server`, `unreachable`, `corrupt` (short or
   * wrong bytes), `rejected`, `disk-full`, `not-writable`, `cancelled`
   */
  fetchPart(offset: number, length: number, signal: AbortSignal): Promise<PartRecord>;
  /** Which of these parts are on disk as recorded; the others must be fetched again. */
  verify(parts: readonly PartRecord[], signal: AbortSignal): Promise<readonly PartRecord[]>;
  /**
   * Which pieces of these ranges are on disk as the server's own hashes say: what was written and not yet recorded when the
   * process died, and the good rest of a part that is damaged. None where the server has no hashes; a lane that cannot ask
   * does not have it. Throws as `fetchPart` does.
   */
  salvage?(ranges: readonly Part[], signal: AbortSignal): Promise<readonly PartRecord[]>;
  /**
   * Checks the size and that every byte was fetched or verified (`corrupt` otherwise), hashes the whole file as it is on disk,
   * dates it, and flushes it to the device. Does not rename.
   * @param modified Unix seconds: the time of modification that it gets
   */
  finish(modified: number, signal: AbortSignal): Promise<{ readonly bytes: number; readonly sha256: string }>;
}
