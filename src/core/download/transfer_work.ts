import { dirname } from 'node:path';
import { TadError } from '../errors.js';
import type { Library } from '../library/library.js';
import type { FileLocation } from '../types.js';
import { type Clock, throwIfAborted } from './clock.js';
import { FileSource } from './file_source.js';
import { copyDamaged } from './files/damaged_file.js';
import type { Directories } from './files/directories.js';
import { discard, type Leftover, leftover, NOTHING } from './files/part_file.js';
import { placeFile, replaceFile } from './files/place_file.js';
import { placedFile } from './files/placed_file.js';
import type { FileLane, LaneFile, PartRecord } from './lane.js';
import { PART_SUFFIX } from './naming/component.js';
import type { TransferNames } from './naming/transfer_names.js';
import type { DataCentre } from './parts/data_centre.js';
import { batches, gaps } from './parts/part_plan.js';
import type { PartScheduler } from './parts/part_scheduler.js';
import type { DiskFloor } from './policies/disk_floor.js';
import type { Closed } from './policies/gate.js';
import { persist } from './policies/persist.js';
import type { Transfer } from './queue/transfer.js';

export interface TransferWorkOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly lane: FileLane;
  readonly library: Pick<
    Library,
    | 'transferPath'
    | 'parts'
    | 'clearParts'
    | 'beginTransfer'
    | 'recordPart'
    | 'completeTransfer'
    | 'updateLocation'
    | 'inSharedTransaction'
  >;
  readonly scheduler: PartScheduler;
  readonly dataCentre: (id: number) => DataCentre;
  readonly names: TransferNames;
  readonly directories: Directories;
  readonly disk: DiskFloor;
  /** A fresh location of the transfer's file; tries until it has one or there is none. */
  readonly refresh: (transfer: Transfer, signal: AbortSignal) => Promise<FileLocation>;
  /** Bytes came (or were found on disk). */
  readonly onProgress: (transfer: Transfer, bytes: number) => void;
  /** It waits for something (or no longer does), or does something long other than fetching. */
  readonly onWaiting: (transfer: Transfer, closed: Closed | undefined) => void;
}

/** Above this, checking what is on disk takes long enough to be worth a word. */
const WORTH_A_WORD = 64 * 2 ** 20;
/** A process that dies leaves less than this in doubt; more is a file full of holes with little in it, unless all records were lost. */
const WORTH_ASKING = 32 * 2 ** 20;

/** Bytes whose hashes are asked for before what was found is recorded: a handful of requests, so that it comes to an end in any case. */
const ASKED_AT_ONCE = 4 * 2 ** 20;

/**
 * One document from the first byte to its row in the library: directory, resume, parts, size and hash, flush, final
 * name, time of modification, one transaction. Whatever kills the process in between, the next run goes on from what is
 * recorded, after having checked that it is really on disk.
 */
export class TransferWork {
  readonly #options: TransferWorkOptions;
  readonly #transfer: Transfer;
  readonly #signal: AbortSignal;
  #location: FileLocation;

  constructor(transfer: Transfer, options: TransferWorkOptions, signal: AbortSignal) {
    this.#transfer = transfer;
    this.#options = options;
    this.#signal = signal;
    this.#location = transfer.message.location;
  }

  /** @throws TadError what no policy could mend; `cancelled`, or what the signal was aborted with */
  async run(): Promise<void> {
    const { library, directories } = this.#options;
    const { message, documentId, path } = this.#transfer;
    const { chatId, messageId } = message;
    await directories.make(dirname(path));
    const isBegun = library.transferPath(documentId) === path;
    const records = isBegun ? library.parts(documentId) : [];
    if (await this.#wasPlaced(records)) return;
    // Before anything on disk is touched: the name is this document's from here on, or this throws.
    const begun = {
      documentId,
      chatId,
      messageId,
      path,
      partPath: this.#partPath,
      size: this.#location.size,
    };
    await library.inSharedTransaction(() => library.beginTransfer(begun));
    const left = await this.#leftover(records, isBegun);
    if (records.length > 0 && left.parts.length === 0) library.clearParts(documentId);
    const finished = await this.#fetch(left);
    await this.#place();
    await this.#complete(finished);
  }

  async #leftover(records: readonly PartRecord[], isBegun: boolean): Promise<Leftover> {
    const { path, isRepair } = this.#transfer;
    const { size } = this.#location;
    if (isRepair) return copyDamaged(path, this.#partPath, size, records);
    // When the name was chosen nothing had it, with or without `.part`.
    return isBegun ? leftover(this.#partPath, size, records) : NOTHING;
  }

  get #partPath(): string {
    return this.#transfer.path + PART_SUFFIX;
  }

  /** The process died after the file had got its name and before the library knew. */
  async #wasPlaced(records: readonly PartRecord[]): Promise<boolean> {
    const { path } = this.#transfer;
    const check = await placedFile(path, this.#partPath, this.#location.size, records, this.#signal);
    if (check === undefined) return false;
    await this.#complete(check);
    return true;
  }

  async #fetch(left: Leftover) {
    const { clock, onWaiting } = this.#options;
    const file = await this.#persist(() => this.#open());
    try {
      const isLong = this.#location.size > WORTH_A_WORD;
      const checking = { reason: 'checking what is on disk', until: clock.now() + 60_000 };
      if (isLong && left.bytes > 0) onWaiting(this.#transfer, checking);
      const verified = left.parts.length > 0 ? await file.verify(left.parts, this.#signal) : [];
      const present = [...verified, ...(await this.#salvage(file, verified, left))];
      await this.#fetchParts(file, present);
      if (isLong) onWaiting(this.#transfer, { ...checking, reason: 'checking the whole file' });
      return await this.#finish(file);
    } finally {
      await file[Symbol.asyncDispose]();
    }
  }

  async #open(): Promise<LaneFile> {
    const { lane, directories } = this.#options;
    const open = () => lane.open(this.#location, this.#partPath, this.#signal);
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof TadError) || error.code !== 'not-writable') throw error;
      // Perhaps somebody has removed the directory since it was made.
      const directory = dirname(this.#partPath);
      directories.forget(directory);
      await directories.make(directory);
      return open();
    }
  }

  /** Bytes that are on disk and not as recorded, or not recorded yet: perhaps the server vouches for them. */
  async #salvage(
    file: LaneFile,
    verified: readonly PartRecord[],
    left: Leftover,
  ): Promise<readonly PartRecord[]> {
    const doubtful = gaps(verified, left.bytes);
    const bytes = doubtful.reduce((sum, { length }) => sum + length, 0);
    const isLikely = bytes <= WORTH_ASKING || left.parts.length === 0 || this.#transfer.isRepair;
    if (bytes === 0 || !isLikely || !file.salvage) return [];
    const found: PartRecord[] = [];
    try {
      // Step by step: what is found is recorded, whatever becomes of the rest.
      for (const ranges of batches(doubtful, ASKED_AT_ONCE)) {
        const good = await this.#persist(async () => {
          file.relocate(this.#location);
          return (await file.salvage?.(ranges, this.#signal)) ?? [];
        });
        await this.#record(good);
        found.push(...good);
      }
    } catch {
      throwIfAborted(this.#signal);
    }
    return found;
  }

  #record(parts: readonly PartRecord[]): Promise<void> {
    const { library } = this.#options;
    const { documentId } = this.#transfer;
    return library.inSharedTransaction(() => {
      for (const part of parts) library.recordPart(documentId, part);
    });
  }

  async #fetchParts(file: LaneFile, present: readonly PartRecord[]): Promise<void> {
    const { clock, random, lane, scheduler, dataCentre, disk, refresh, onProgress, onWaiting } =
      this.#options;
    const transfer = this.#transfer;
    const source = new FileSource({
      clock,
      random,
      scheduler,
      dataCentre,
      lane,
      file,
      location: this.#location,
      present,
      signal: this.#signal,
      gates: [disk],
      refresh: async (signal) => {
        this.#location = await refresh(transfer, signal);
        return this.#location;
      },
      onMoved: (location) => this.#moved(location),
      onStart: () => disk.reportTry(),
      record: (part) => this.#record([part]),
      onPart: (record) => {
        disk.reportWritten();
        transfer.bytes = source.bytes;
        onProgress(transfer, record.length);
      },
      onNoRoom: () => disk.reportFull(),
      onWaiting: (closed) => onWaiting(transfer, closed),
    });
    transfer.bytes = source.bytes;
    onProgress(transfer, 0);
    await source.fetchAll();
  }

  #moved(location: FileLocation): void {
    this.#location = location;
    this.#transfer.message = { ...this.#transfer.message, location };
    this.#options.library.updateLocation(this.#transfer.documentId, location);
  }

  async #finish(file: LaneFile) {
    try {
      return await file.finish(this.#transfer.message.date, this.#signal);
    } catch (error) {
      // What is on disk is not what was written. Nothing of it can be trusted, so the next try begins anew.
      if (error instanceof TadError && error.code === 'corrupt') {
        this.#options.library.clearParts(this.#transfer.documentId);
        await discard(this.#partPath);
      }
      throw error;
    }
  }

  /** Under the promised name, or the next free one if somebody has taken it meanwhile; what was mended, in its old place. */
  async #place(): Promise<void> {
    const { names, directories } = this.#options;
    const { message } = this.#transfer;
    const partPath = this.#partPath;
    if (this.#transfer.isRepair) return replaceFile(partPath, this.#transfer.path, directories);
    while (!(await placeFile(partPath, this.#transfer.path, directories))) {
      this.#transfer.path = names.freePath(dirname(this.#transfer.path), message);
    }
  }

  async #complete({ bytes, sha256 }: { readonly bytes: number; readonly sha256: string }): Promise<void> {
    const { library } = this.#options;
    const { message, documentId, path } = this.#transfer;
    const { chatId, messageId } = message;
    const done = { documentId, chatId, messageId, path, bytes, sha256 };
    await library.inSharedTransaction(() => library.completeTransfer(done));
    this.#transfer.bytes = bytes;
    this.#transfer.sha256 = sha256;
  }

  #persist<T>(work: () => Promise<T>): Promise<T> {
    const { clock, random, dataCentre, disk, refresh, onWaiting } = this.#options;
    return persist(
      {
        clock,
        random,
        signal: this.#signal,
        dataCentre: () => dataCentre(this.#location.dcId),
        isAnswer: false,
        gates: [disk],
        onWaiting: (closed) => onWaiting(this.#transfer, closed),
        mend: async (decision) => {
          if (decision.kind === 'no-room') disk.reportFull();
          else if (decision.kind === 'migrate') {
            this.#moved({ ...this.#location, dcId: decision.dcId });
          } else if (decision.kind === 'refresh') {
            this.#location = await refresh(this.#transfer, this.#signal);
          }
        },
      },
      () => this.#unlessBroken(work),
    );
  }

  /** A lane that is no more is not asked again: the engine takes the next one. */
  async #unlessBroken<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!this.#options.lane.isBroken) throw error;
      throw new TadError('internal', 'the file lane broke', undefined, { cause: error });
    }
  }
}
