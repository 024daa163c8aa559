import type { CoreEmitter } from '../events.js';
import type { DataCentreFigures } from '../face.js';
import type { Clock } from './clock.js';
import { DataCentre } from './parts/data_centre.js';
import { FloodGate } from './policies/flood_gate.js';
import { LearnedPace } from './policies/learned_pace.js';

/** The number under which the control plane (scans, references) keeps its policies: no data centre has it. */
export const CONTROL = 0;

interface Floods {
  readonly flood: FloodGate;
  readonly pace: LearnedPace;
}

/** The data centres met so far; Telegram has a handful. */
export class DataCentres {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #maxDepth: number;
  readonly #files: Floods;
  readonly #control: Floods;
  readonly #byId = new Map<number, DataCentre>();

  constructor(clock: Clock, random: () => number, events: CoreEmitter, maxDepth: number) {
    this.#clock = clock;
    this.#random = random;
    this.#maxDepth = maxDepth;
    const floods = () => ({
      flood: new FloodGate(clock, (wait) => events.emit('flood.wait', wait)),
      pace: new LearnedPace(clock),
    });
    this.#files = floods();
    this.#control = floods();
  }

  /** Scans, references: what goes to the account's home data centre over the main connection. */
  get control(): DataCentre {
    return this.get(CONTROL);
  }

  get(id: number): DataCentre {
    let found = this.#byId.get(id);
    if (!found) {
      found = new DataCentre(id, {
        clock: this.#clock,
        random: this.#random,
        name: id === CONTROL ? 'Telegram' : `data centre ${id}`,
        maxDepth: this.#maxDepth,
        ...(id === CONTROL ? this.#control : this.#files),
      });
      this.#byId.set(id, found);
    }
    return found;
  }

  all(): readonly DataCentre[] {
    return [...this.#byId.values()];
  }

  /** The latest end of a flood wait, Unix seconds; undefined when there is none. */
  floodUntil(): number | undefined {
    const ends = [this.#files, this.#control].flatMap(({ flood }) => flood.untilUnix ?? []);
    return ends.length > 0 ? Math.max(...ends) : undefined;
  }

  figures(): readonly DataCentreFigures[] {
    return this.all()
      .filter(({ id }) => id !== CONTROL)
      .map(({ id, underWay, depth, deadline, pace, flood }) => ({
        id,
        underWay,
        depth: depth.current,
        deadlineSeconds: deadline.currentMs / 1000,
        ...(pace.perSecond === undefined ? {} : { pace: pace.perSecond }),
        floodWaits: flood.count,
      }));
  }

  /** When any of them answered last, on the clock's scale. */
  reachedAt(): number {
    return Math.max(-Infinity, ...this.all().map(({ breaker }) => breaker.reachedAt));
  }

  wake(): void {
    for (const dataCentre of this.#byId.values()) dataCentre.wake();
  }
}
