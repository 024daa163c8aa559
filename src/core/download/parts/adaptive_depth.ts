export interface DepthBounds {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

const DEFAULT_BOUNDS: DepthBounds = { min: 2, max: 32, initial: 4 };

/** Queued requests (beyond what the link itself holds) below which depth grows, and above which it shrinks. */
const GROW_BELOW = 2;
const SHRINK_ABOVE = 5;
/** A queue that is through in so many milliseconds is no reason not to grow, or to shrink: on a fast link it is short in time. */
const GROW_BELOW_MS = 100;
const SHRINK_ABOVE_MS = 500;
/** Depth does not fall lower by breaking connections: with fewer, answers that are lost leave the link idle. */
const AFTER_LOSS = 4;
/** The unloaded latency is measured anew after so many answers: routes change. */
const PROBE_EVERY = 512;

/**
 * How many requests to keep under way at one data centre: as many as latency times bandwidth needs, and few more.
 * After TCP Vegas: of `depth` requests, depth x (1 - unloaded latency / latency) are waiting in a queue somewhere, be it on the link
 * or in our own decryption. While they are fewer than two, or soon served, depth grows by one per round; at first, until two
 * wait, by one with every answer, which doubles it per round. When they are more than five and take long it shrinks by one.
 * A connection that breaks takes all that was under way on it along, so that depth halves then, as TCP's window does after a loss.
 * Latencies are compared among parts of the same size only. Now and then depth drops to its least for a few answers, to
 * see the unloaded latency again (as BBR does): measured under load it would creep up.
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
  #roundQueuedMs = 0;

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
   * @param sentWith requests under way when it was sent, itself included
   * @param underWay the same now that it was answered; a link that is not kept busy says nothing about how much more it would take
   */
  answered(bytes: number, ms: number, sentWith: number, underWay: number): void {
    const unloaded = this.#unloadedFor(bytes, ms);
    if (this.#isProbing(sentWith)) return;
    const queuedMs = ms - unloaded;
    const queued = sentWith * (queuedMs / Math.max(ms, 1));
    const used = underWay >= this.#depth;
    if (this.#slowStart && used) {
      if (queued < GROW_BELOW) this.#set(this.#depth + 1);
      else this.#slowStart = false;
    }
    this.#roundQueued += queued;
    this.#roundQueuedMs += queuedMs;
    if (++this.#round >= this.#depth) this.#endRound(used);
  }

  /** A connection broke with requests under way. */
  lost(): void {
    const depth = this.#probe?.depth ?? this.#depth;
    this.#slowStart = false;
    this.#probe = undefined;
    this.#sinceProbe = 0;
    this.#beginRound();
    this.#set(Math.min(depth, Math.max(AFTER_LOSS, Math.floor(depth / 2))));
  }

  #endRound(used: boolean): void {
    const queued = this.#roundQueued / this.#round;
    const queuedMs = this.#roundQueuedMs / this.#round;
    this.#beginRound();
    if (queued > SHRINK_ABOVE && queuedMs > SHRINK_ABOVE_MS) {
      this.#slowStart = false;
      this.#set(this.#depth - 1);
    } else if (used && !this.#slowStart && (queued < GROW_BELOW || queuedMs < GROW_BELOW_MS)) {
      this.#set(this.#depth + 1);
    }
  }

  #beginRound(): void {
    this.#round = 0;
    this.#roundQueued = 0;
    this.#roundQueuedMs = 0;
  }

  #set(depth: number): void {
    this.#depth = Math.min(this.#bounds.max, Math.max(this.#bounds.min, depth));
  }

  #isProbing(sentWith: number): boolean {
    if (!this.#probe) {
      if (++this.#sinceProbe < PROBE_EVERY) return false;
      this.#unloaded.clear();
      this.#probe = { depth: this.#depth, left: this.#bounds.min };
      this.#depth = this.#bounds.min;
      return true;
    }
    // Answers to what was sent before the probe still carry the load of then.
    if (sentWith <= this.#bounds.min) this.#probe.left--;
    else this.#unloaded.clear();
    if (this.#probe.left <= 0) {
      this.#depth = this.#probe.depth;
      this.#probe = undefined;
      this.#sinceProbe = 0;
      this.#beginRound();
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
