import { TadError } from '../../errors.js';
import type { FileLocation } from '../../types.js';
import { abandonable } from '../abandonable.js';
import type { LaneFile, PartRecord } from '../lane.js';
import type { Part } from '../parts/part_plan.js';
import type { NativeLane } from './native_lane.js';
import { unreachable } from './rpc_error.js';

/** One file that the lane's thread has open. */
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
      return await action(signal);
    } catch (error) {
      if (!(error instanceof TadError)) throw error;
      if (error.code === 'unreachable') this.#lane.lookUpAgain(dcId);
      if (error.code !== 'login-required') throw error;
      // Whoever asks next hears what becomes of it.
      this.#lane.credentials(dcId, credentials).catch(() => {});
      throw isHome ? error : unreachable(`data centre ${dcId} wants a new key`);
    }
  }
}
