import type { CoreEmitter, MemoryCleanup, MemoryFigures } from '../../core/events.js';
import type { CacheFigures, CoreStatus, PoolFigures } from '../../core/face.js';
import type { Frames } from '../frame_clock.js';
import { ThrottledStore } from '../store.js';
import { Ring } from './ring.js';

export interface MemoryView {
  readonly figures: MemoryFigures;
  /** RSS in bytes, a second apart, oldest first. */
  readonly trend: readonly number[];
  readonly caches: readonly CacheFigures[];
  readonly pools: readonly PoolFigures[];
  readonly lastCleanup: MemoryCleanup | undefined;
  /** The person asked for a clean-up that is under way. */
  readonly isCleaning: boolean;
}

const TREND_SAMPLES = 240;
/**
 * Of the budget: less than what a person would notice is not worth a frame of its own, so that an idle dashboard draws nothing.
 * While files move there are frames anyway.
 */
const NOTICEABLE = 0.01;

interface MemoryState {
  status: CoreStatus;
  figures: MemoryFigures;
  lastCleanup: MemoryCleanup | undefined;
  isCleaning: boolean;
}

/** The memory gauge's figures, with a trend. */
export class MemoryStore extends ThrottledStore<MemoryView> {
  readonly #state: MemoryState;
  readonly #trend: Ring<number>;
  /** Files have moved since the last sample. */
  #isMoving = false;
  readonly #takeStatus: () => CoreStatus;

  /** @param takeStatus the core's status; caches and pools are read from it with each sample */
  constructor(takeStatus: () => CoreStatus, frames: Frames) {
    const status = takeStatus();
    const state: MemoryState = {
      status,
      figures: status.memory,
      lastCleanup: status.lastCleanup,
      isCleaning: false,
    };
    const trend = new Ring<number>(TREND_SAMPLES);
    super(
      () => ({
        figures: state.figures,
        trend: trend.toArray(),
        caches: state.status.caches,
        pools: state.status.pools,
        lastCleanup: state.lastCleanup,
        isCleaning: state.isCleaning,
      }),
      frames,
    );
    this.#state = state;
    this.#trend = trend;
    this.#takeStatus = takeStatus;
  }

  /** Says so until the clean-up is over, however that ends. */
  async during(cleanup: Promise<unknown>): Promise<void> {
    const tell = (isCleaning: boolean) => {
      this.#state.isCleaning = isCleaning;
      this.changed(true);
    };
    tell(true);
    try {
      await cleanup;
    } finally {
      tell(false);
    }
  }

  follow(events: CoreEmitter): Disposable {
    return events.onAny((event) => {
      switch (event.name) {
        case 'memory.sample':
          this.#state.figures = event.payload;
          this.#state.status = this.#takeStatus();
          this.#trend.add(event.payload.rssBytes);
          if (this.#isMoving || hasChanged(this.get().figures, event.payload)) this.changed();
          this.#isMoving = false;
          return;
        case 'transfer.progress':
          this.#isMoving = true;
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

const hasChanged = (shown: MemoryFigures, now: MemoryFigures) =>
  shown.level !== now.level || Math.abs(shown.rssBytes - now.rssBytes) > now.budgetBytes * NOTICEABLE;
