export interface DepthBounds {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

const DEFAULT_BOUNDS: DepthBounds = { min: 2, max: 32, initial: 4 };

/** Queued requests (beyond what the link itself holds) below which depth grows, and above which it shrinks. */
const GROW_BELOW = 2;
const SHRINK_ABOVE = 5;
/** The unloaded latency is measured anew after so many answers: routes change. */
const PROBE_EVERY = 512;

/**
 * How many requests to keep under way at one data centre: as many as latency times bandwidth needs, and few more.
 * After TCP Vegas: of `depth` requests, depth x (1 - unloaded latency / latency) are waiting in a queue somewhere; when
 * they are fewer than two the link has room and depth grows (doubling at first, then by one per round), when they are
 * more than five it shrinks by one. Latencies are compared among parts of the same size only. Now and then depth drops
 * to its least for a few answers, to see the unloaded latency again (as BBR does): measured under load it would creep up.
 */
export class AdaptiveDepth {
  readonly #bounds: DepthBounds;
  /** Least latency by size class, since the last probe. */
  readonly #unloaded = new Map<number, number>();
  #sinceProbe = 0;
  #probe: { readonly depth: number; left: number } | undefined;
  #depth: number;
  #slowStart = true;
  #round = 0;
  #roundQueued = 0;

  constructor(bounds: Partial<DepthBounds> = {}) {
    this.#bounds = { ...DEFAULT_BOUNDS, ...bounds };
    this.#depth = this.#bounds.initial;
  }

  get current(): number {
    return this.#depth;
  }

  /**
   * A part of `bytes` was answered after `ms`.
   *
   * @param underWay requests under way when it was sent, itself included
   */
  answered(bytes: number, ms: number, underWay: number): void {
    const unloaded = this.#unloadedFor(bytes, ms);
    if (this.#isProbing(underWay)) return;
    this.#roundQueued += underWay * (1 - unloaded / Math.max(ms, unloaded));
    if (++this.#round < this.#depth) return;
    const queued = this.#roundQueued / this.#round;
    // A link that is not kept busy says nothing about how much more it would take.
    const used = underWay >= this.#depth;
    this.#round = 0;
    this.#roundQueued = 0;
    if (queued > SHRINK_ABOVE) {
      this.#slowStart = false;
      this.#set(this.#depth - 1);
    } else if (queued < GROW_BELOW && used) {
      this.#set(this.#slowStart ? this.#depth * 2 : this.#depth + 1);
    } else if (used) {
      this.#slowStart = false;
    }
  }

  #set(depth: number): void {
    this.#depth = Math.min(this.#bounds.max, Math.max(this.#bounds.min, depth));
  }

  #isProbing(underWay: number): boolean {
    if (!this.#probe) {
      if (++this.#sinceProbe < PROBE_EVERY) return false;
      this.#unloaded.clear();
      this.#probe = { depth: this.#depth, left: this.#bounds.min };
      this.#depth = this.#bounds.min;
      return true;
    }
    // Answers to what was sent before the probe still carry the load of then.
    if (underWay <= this.#bounds.min) this.#probe.left--;
    else this.#unloaded.clear();
    if (this.#probe.left <= 0) {
      this.#depth = this.#probe.depth;
      this.#probe = undefined;
      this.#sinceProbe = 0;
      this.#round = 0;
      this.#roundQueued = 0;
    }
    return true;
  }

  #unloadedFor(bytes: number, ms: number): number {
    const sizeClass = Math.ceil(Math.log2(Math.max(1, bytes)));
    const unloaded = Math.min(this.#unloaded.get(sizeClass) ?? ms, ms);
    this.#unloaded.set(sizeClass, unloaded);
    return unloaded;
  }
}
