import { type FrameTimer, systemTimer } from './frame_clock.js';

/** What comes within that of the one before is not worth a write of its own: a cursor on its way, held keys. */
const QUIET_MS = 200;

/**
 * Saves a state that changes with almost every key. Writing it takes up to 16 ms (ten chats with 20,000 marks each), on the thread that
 * draws: what may wait for a rest does. Once disposed, everything is saved at once.
 */
export class LazySave<State> implements Disposable {
  readonly #save: (state: State) => void;
  readonly #timer: FrameTimer;
  #waiting: { readonly state: State; readonly stop: () => void } | undefined;
  #isOver = false;

  constructor(save: (state: State) => void, timer: FrameTimer = systemTimer) {
    this.#save = save;
    this.#timer = timer;
  }

  now(state: State): void {
    this.#forget();
    this.#save(state);
  }

  /** After 200 ms in which nothing else came. */
  soon(state: State): void {
    this.#forget();
    if (this.#isOver) this.now(state);
    else this.#waiting = { state, stop: this.#timer.after(QUIET_MS, () => this.now(state)) };
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    if (this.#waiting) this.now(this.#waiting.state);
  }

  #forget(): void {
    this.#waiting?.stop();
    this.#waiting = undefined;
  }
}
