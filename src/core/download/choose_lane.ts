import { TadError, toTadError } from '../errors.js';
import type { CoreEmitter } from '../events.js';
import type { FileLane } from './lane.js';

/** `auto`: the native lane when it proves itself on this machine, else GramJS's. */
export type LaneChoice = 'auto' | 'gramjs' | 'native';

export interface LaneStarters {
  readonly gramjs: () => FileLane;
  /** Starts the native lane and lets it test itself; rejects when this machine cannot run it. */
  readonly native?: (signal: AbortSignal) => Promise<FileLane>;
}

/** The lane of a core: started when the first file needs it, once. */
export class LaneHolder implements AsyncDisposable {
  readonly #choice: LaneChoice;
  readonly #starters: LaneStarters;
  readonly #events: CoreEmitter;
  readonly #closing = new AbortController();
  #lane: Promise<FileLane> | undefined;

  constructor(choice: LaneChoice, starters: LaneStarters, events: CoreEmitter) {
    this.#choice = choice;
    this.#starters = starters;
    this.#events = events;
  }

  /** @throws TadError when the native lane was asked for and cannot run */
  get(): Promise<FileLane> {
    if (!this.#lane) {
      this.#lane = this.#start();
      // A lane that did not start is tried again by the next file.
      this.#lane.catch(() => {
        this.#lane = undefined;
      });
    }
    return this.#lane;
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
    try {
      return await native(this.#closing.signal);
    } catch (error) {
      if (this.#choice === 'native') throw error;
      const { message } = toTadError(error);
      this.#events.emit('notice', {
        level: 'warning',
        text: `the fast file lane does not run here (${message}); using the slower one`,
      });
      return gramjs();
    }
  }
}
