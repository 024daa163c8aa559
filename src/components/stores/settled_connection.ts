import type { CoreEmitter, CoreEvents } from '../../core/events.js';
import type { FrameTimer } from '../frame_clock.js';

type Told = CoreEvents['connection.state'];

/** A connection that is back within this time was never away, for a person. */
const BLIP_MS = 1_000;

/**
 * The states of the connection that are worth a word: a reconnection is told when it has lasted for a while, and one that is over
 * before that is not told at all, nor is its end.
 */
export class SettledConnection implements Disposable {
  readonly #timer: FrameTimer;
  readonly #onState: (told: Told) => void;
  #cancel: (() => void) | undefined;
  #subscription: Disposable | undefined;

  constructor(timer: FrameTimer, onState: (told: Told) => void) {
    this.#timer = timer;
    this.#onState = onState;
  }

  /** Reconnecting, and not yet told. */
  get isBlip(): boolean {
    return this.#cancel !== undefined;
  }

  follow(events: CoreEmitter): this {
    this.#subscription = events.on('connection.state', (told) => this.#take(told));
    return this;
  }

  [Symbol.dispose](): void {
    this.#subscription?.[Symbol.dispose]();
    this.#forget();
  }

  #take(told: Told): void {
    const wasBlip = this.isBlip;
    this.#forget();
    if (told.state === 'reconnecting') {
      this.#cancel = this.#timer.after(BLIP_MS, () => {
        this.#cancel = undefined;
        this.#onState(told);
      });
      return;
    }
    if (told.state !== 'online' || !wasBlip) this.#onState(told);
  }

  #forget(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
