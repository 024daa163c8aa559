import { TadError, toTadError } from '../errors.js';
import type { CoreEmitter } from '../events.js';
import type { PoolFigures } from '../face.js';
import type { FileLane } from './lane.js';

/** `auto`: the native lane when it proves itself on this machine, else GramJS's. */
export type LaneChoice = 'auto' | 'gramjs' | 'native';

export interface LaneStarters {
  readonly gramjs: () => FileLane;
  /** Starts the native lane and lets it test itself; rejects when this machine cannot run it. */
  readonly native?: (signal: AbortSignal) => Promise<FileLane>;
}

/** A lane whose thread broke is started anew this often; then the other one takes over. */
const MAX_STARTS = 3;
const BROKE_AGAIN = 'its thread broke again and again';

/** The lane of a core: started when the first file needs it, and again should it break. */
export class LaneHolder implements AsyncDisposable {
  readonly #choice: LaneChoice;
  readonly #starters: LaneStarters;
  readonly #events: CoreEmitter;
  readonly #closing = new AbortController();
  #lane: Promise<FileLane> | undefined;
  #started: FileLane | undefined;
  #nativeStarts = 0;

  constructor(choice: LaneChoice, starters: LaneStarters, events: CoreEmitter) {
    this.#choice = choice;
    this.#starters = starters;
    this.#events = events;
  }

  /** @throws TadError when the native lane was asked for and cannot run */
  get(): Promise<FileLane> {
    if (this.#started?.isBroken) {
      void this.#started[Symbol.asyncDispose]();
      this.#started = undefined;
      this.#lane = undefined;
    }
    if (!this.#lane) {
      this.#lane = this.#start();
      this.#lane.then(
        (lane) => {
          this.#started = lane;
        },
        // A lane that did not start is tried again by the next file.
        () => {
          this.#lane = undefined;
        },
      );
    }
    return this.#lane;
  }

  /** The buffers of the lane's thread, once it runs. */
  pools(): readonly PoolFigures[] {
    return this.#started?.pools ?? [];
  }

  /** Has the lane's thread give up buffers that nobody uses. @returns bytes */
  async shrink(): Promise<number> {
    const lane = this.#started;
    return lane?.isBroken === false ? ((await lane.shrink?.()) ?? 0) : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new TadError('cancelled', 'closed'));
    const lane = await this.#lane?.catch(() => undefined);
    await lane?.[Symbol.asyncDispose]();
  }

  async #start(): Promise<FileLane> {
    const { gramjs, native } = this.#starters;
    if (this.#choice === 'gramjs') return gramjs();
    if (!native) {
      if (this.#choice === 'auto') return gramjs();
      throw new TadError('usage', 'this build has no native lane', 'use --lane auto');
    }
    if (this.#nativeStarts >= MAX_STARTS) {
      if (this.#choice === 'auto') return this.#giveUpNative(BROKE_AGAIN);
      throw new TadError('internal', `the native lane does not run here: ${BROKE_AGAIN}`, 'use --lane auto');
    }
    try {
      this.#nativeStarts++;
      return await native(this.#closing.signal);
    } catch (error) {
      if (this.#choice === 'native') throw error;
      return this.#giveUpNative(toTadError(error).message);
    }
  }

  #giveUpNative(reason: string): FileLane {
    this.#events.emit('notice', {
      level: 'warning',
      text: `the fast file lane does not run here (${reason}); using the slower one`,
    });
    return this.#starters.gramjs();
  }
}
