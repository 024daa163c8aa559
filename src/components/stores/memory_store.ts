import type { CoreEmitter, MemoryCleanup, MemoryFigures } from '../../core/events.js';
import type { CacheFigures, CoreStatus, PoolFigures } from '../../core/face.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';
import { Ring } from './ring.js';

export interface MemoryView {
  readonly figures: MemoryFigures;
  /** RSS in bytes, oldest first. */
  readonly trend: readonly number[];
  readonly caches: readonly CacheFigures[];
  readonly pools: readonly PoolFigures[];
  readonly lastCleanup: MemoryCleanup | undefined;
}

const TREND_SAMPLES = 240;
/** Of the budget: less than what a person would notice is not worth a frame, so that an idle dashboard draws nothing. */
const NOTICEABLE = 0.01;

/** The memory gauge's figures, with a trend. */
export class MemoryStore extends ThrottledStore<MemoryView> {
  readonly #state: { status: CoreStatus; figures: MemoryFigures; lastCleanup: MemoryCleanup | undefined };
  readonly #trend: Ring<number>;
  readonly #takeStatus: () => CoreStatus;

  /** @param takeStatus the core's status; caches and pools are read from it with each sample */
  constructor(takeStatus: () => CoreStatus, frames: Frames) {
    const status = takeStatus();
    const state: { status: CoreStatus; figures: MemoryFigures; lastCleanup: MemoryCleanup | undefined } = {
      status,
      figures: status.memory,
      lastCleanup: status.lastCleanup,
    };
    const trend = new Ring<number>(TREND_SAMPLES);
    super(
      () => ({
        figures: state.figures,
        trend: trend.toArray(),
        caches: state.status.caches,
        pools: state.status.pools,
        lastCleanup: state.lastCleanup,
      }),
      frames,
    );
    this.#state = state;
    this.#trend = trend;
    this.#takeStatus = takeStatus;
  }

  follow(events: CoreEmitter): Disposable {
    return events.onAny((event) => {
      switch (event.name) {
        case 'memory.sample':
          this.#state.figures = event.payload;
          this.#state.status = this.#takeStatus();
          this.#trend.add(event.payload.rssBytes);
          if (hasMoved(this.get().figures, event.payload)) this.changed();
          return;
        case 'memory.warning':
        case 'memory.critical':
        case 'memory.recovered':
          this.#state.figures = event.payload;
          this.changed(true);
          return;
        case 'memory.cleanup':
          this.#state.lastCleanup = event.payload;
          this.#state.figures = event.payload.after;
          this.#state.status = this.#takeStatus();
          this.changed(true);
          return;
        default:
          return;
      }
    });
  }
}

const hasMoved = (shown: MemoryFigures, now: MemoryFigures) =>
  shown.level !== now.level || Math.abs(shown.rssBytes - now.rssBytes) > now.budgetBytes * NOTICEABLE;
