import type { MemoryLevel } from './memory_figures.js';

const MAX_BACK_OFF = 32;

/**
 * When pressure is worth another clean-up. At most one per cool-down and level, so that reaching critical is answered at
 * once even when warning was answered a moment ago; and after each one that freed next to nothing the cool-down doubles (up to
 * 32 times), because what cannot be freed is not freed by trying faster.
 */
export class CleanupSchedule {
  readonly #coolDownMs: number;
  readonly #last = new Map<MemoryLevel, number>();
  #backOff = 1;

  constructor(coolDownMs: number) {
    this.#coolDownMs = coolDownMs;
  }

  isDue(level: MemoryLevel, now: number): boolean {
    if (level === 'normal') return false;
    const last = this.#last.get(level);
    return last === undefined || now - last >= this.#coolDownMs * this.#backOff;
  }

  /** Remembers a clean-up that ended now; one without pressure says nothing about the next. */
  done(level: MemoryLevel, now: number, progressed: boolean): void {
    if (level === 'normal') return;
    this.#last.set(level, now);
    this.#backOff = progressed ? 1 : Math.min(MAX_BACK_OFF, this.#backOff * 2);
  }

  /** The pressure is gone: the next one is a new story, but still not before the cool-down. */
  relax(): void {
    this.#backOff = 1;
  }
}
