import { TadError } from '../../errors.js';
import type { FileLocation } from '../../types.js';
import type { LaneFile, PartRecord } from '../lane.js';
import type { Part } from '../parts/part_plan.js';
import { abandonable } from './abandonable.js';
import { unreachable } from './rpc_error.js';
import type { LaneCalls, LaneMethod } from './thread_messages.js';

/** The lane as one of its files needs it. */
export interface LaneOfFile {
  /** Bytes that came over all connections, modulo 2^32. */
  readonly receivedBytes: number;
  call<Method extends LaneMethod>(
    method: Method,
    argument: LaneCalls[Method]['argument'],
    signal?: AbortSignal,
  ): Promise<LaneCalls[Method]['result']>;
  /** Resolves when the data centre can be asked; to whether it is the account's home. */
  credentials(dcId: number): Promise<boolean>;
  lookUpAgain(dcId: number): void;
  /** Something was answered there: the key is good. */
  accepted(dcId: number): void;
  /**
   * The key was refused: another is asked for, by the first who says so.
   * @param credentials what was asked with
   * @returns how many keys were refused in a row, with nothing answered between
   */
  refused(dcId: number, credentials: Promise<boolean>): number;
}

/** A data centre that forgets so many keys in a row, and answers nothing between, will not have this account. */
const MAX_REFUSALS = 20;

/** One file that the lane's thread has open. */
export class NativeLaneFile implements LaneFile {
  readonly #lane: LaneOfFile;
  readonly #file: number;
  #location: FileLocation;
  /** A finished file is closed by the thread, without being asked. */
  #isClosed = false;

  constructor(lane: LaneOfFile, file: number, location: FileLocation) {
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

  /** A refused key is asked for anew, by the first that is refused: whoever asks next waits for it. */
  async #authorised<T>(action: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    let dcId: number;
    let credentials: Promise<boolean>;
    let isHome: boolean;
    do {
      ({ dcId } = this.#location);
      credentials = this.#lane.credentials(dcId);
      isHome = await abandonable(credentials, signal);
      // The file may have been found elsewhere meanwhile, and the thread asks where it is now.
    } while (dcId !== this.#location.dcId);
    try {
      const answer = await action(signal);
      this.#lane.accepted(dcId);
      return answer;
    } catch (error) {
      if (!(error instanceof TadError)) throw error;
      if (error.code === 'unreachable') this.#lane.lookUpAgain(dcId);
      if (error.code !== 'login-required') throw error;
      const refusals = this.#lane.refused(dcId, credentials);
      if (isHome) throw error;
      if (refusals < MAX_REFUSALS) throw unreachable(`data centre ${dcId} wants a new key`);
      throw new TadError('rejected', `data centre ${dcId} refuses every key of this account`);
    }
  }
}
