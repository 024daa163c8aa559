import type { TadError } from '../../core/errors.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';

/** Why what was asked for does not go on, until it is tried again. */
export class WantedStore extends ThrottledStore<readonly TadError[]> {
  readonly #problems: Map<string, TadError>;

  constructor(frames: Frames) {
    const problems = new Map<string, TadError>();
    super(() => [...problems.values()], frames);
    this.#problems = problems;
  }

  /** @param keys whatever tells the works apart */
  stopped(keys: readonly string[], problem: TadError): void {
    for (const key of keys) this.#problems.set(key, problem);
    this.changed(true);
  }

  /** They go on, are done, or nobody wants them any more. */
  clear(keys: readonly string[]): void {
    const known = keys.filter((key) => this.#problems.delete(key));
    if (known.length > 0) this.changed(true);
  }
}
