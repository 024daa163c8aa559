import type { Clock } from '../clock.js';
import { type Closed, firstClosed, type Gate } from '../policies/gate.js';
import type { RateLimit } from '../policies/rate_limit.js';
import type { DataCentre } from './data_centre.js';
import type { Part } from './part_plan.js';
import { partSizeAtMost } from './part_size.js';

/** One file that wants parts. */
export interface PartSource {
  readonly dataCentre: DataCentre;
  /** Its own waits: paused, backing off, refreshing its reference. */
  readonly gate: Gate;
  readonly preferredPartBytes: number;
  readonly hasParts: boolean;
  /** Whether its data centre may be asked now; otherwise that one is closed by then, until it may. */
  admit(): boolean;
  take(maxBytes: number): Part | undefined;
  /** Fetches and records the part, or gives it back and closes a gate. Never rejects. */
  fetch(part: Part): Promise<void>;
  /** Nothing of it is under way, and why; undefined once something is. */
  waiting(closed: Closed | undefined): void;
}

export interface PartSchedulerOptions {
  readonly clock: Clock;
  /** Gates for everything: pause, disk. */
  readonly gates: readonly Gate[];
  readonly rateLimit: RateLimit;
  /** Bound of the bytes under way over all files and data centres: the bound of the lanes' buffers. */
  readonly maxBytesUnderWay: number;
}

interface Entry {
  readonly source: PartSource;
  readonly subscription: Disposable;
  bytesUnderWay: number;
  partsUnderWay: number;
  lastServed: number;
}

/**
 * Decides which part is asked for next. A slot goes to the file with the fewest bytes under way, among equals to the
 * one that was served longest ago: so files share a data centre evenly, and a small file is through at once however
 * large the others are. Slots are never held by something that waits; closed gates wake the scheduler when they open.
 * One decision is O(files under way), which is small.
 */
export class PartScheduler implements Disposable {
  readonly #options: PartSchedulerOptions;
  readonly #entries = new Map<PartSource, Entry>();
  readonly #subscriptions: Disposable[];
  #bytesUnderWay = 0;
  #served = 0;
  #timer: Disposable | undefined;
  #pumping = false;
  #again = false;

  constructor(options: PartSchedulerOptions) {
    this.#options = options;
    this.#subscriptions = [...options.gates, options.rateLimit].map((gate) =>
      gate.onChange(() => this.pump()),
    );
  }

  get bytesUnderWay(): number {
    return this.#bytesUnderWay;
  }

  get partsUnderWay(): number {
    let parts = 0;
    for (const entry of this.#entries.values()) parts += entry.partsUnderWay;
    return parts;
  }

  add(source: PartSource): void {
    const changes = [source.gate.onChange(() => this.pump()), source.dataCentre.onChange(() => this.pump())];
    this.#entries.set(source, {
      source,
      subscription: {
        [Symbol.dispose]: () => {
          for (const change of changes) change[Symbol.dispose]();
        },
      },
      bytesUnderWay: 0,
      partsUnderWay: 0,
      lastServed: this.#served++,
    });
    this.pump();
  }

  /** Stops asking for parts of it; those under way are the source's own business. */
  remove(source: PartSource): void {
    this.#entries.get(source)?.subscription[Symbol.dispose]();
    this.#entries.delete(source);
    this.pump();
  }

  /** Starts what may start now. Called by itself whenever something changes. */
  pump(): void {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    try {
      do {
        this.#again = false;
        while (this.#startOne());
        // Whoever is told may open a gate, which asks for another look.
        this.#tellWaiting();
        this.#arm();
      } while (this.#again);
    } finally {
      this.#pumping = false;
    }
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    for (const entry of this.#entries.values()) entry.subscription[Symbol.dispose]();
    this.#entries.clear();
  }

  #startOne(): boolean {
    const { rateLimit, gates, maxBytesUnderWay } = this.#options;
    if (firstClosed(gates) || rateLimit.closed()) return false;
    let next: Entry | undefined;
    for (const entry of this.#entries.values()) {
      if (!entry.source.hasParts || entry.source.gate.closed() || entry.source.dataCentre.room < 1) continue;
      if (!next || comesBefore(entry, next)) next = entry;
    }
    if (!next) return false;
    const room = maxBytesUnderWay - this.#bytesUnderWay;
    const bytes = this.#partBytes(next.source);
    if (room < bytes && this.#bytesUnderWay > 0) return false;
    // The data centre is closed now; another may have something to do.
    if (!next.source.admit()) return true;
    const part = next.source.take(bytes);
    if (!part) return false;
    this.#start(next, part);
    return true;
  }

  /** With a low rate limit or on a slow link parts get smaller, so that there is progress every second or two. */
  #partBytes({ preferredPartBytes, dataCentre }: PartSource): number {
    const { bytesPerSecond = Infinity } = this.#options.rateLimit;
    return Math.min(preferredPartBytes, dataCentre.partSize.currentBytes, partSizeAtMost(bytesPerSecond));
  }

  #start(entry: Entry, part: Part): void {
    const { dataCentre } = entry.source;
    entry.lastServed = this.#served++;
    entry.bytesUnderWay += part.length;
    entry.partsUnderWay++;
    this.#bytesUnderWay += part.length;
    dataCentre.underWay++;
    dataCentre.pace.passed();
    this.#options.rateLimit.take(part.length);
    const done = () => {
      entry.bytesUnderWay -= part.length;
      entry.partsUnderWay--;
      this.#bytesUnderWay -= part.length;
      dataCentre.underWay--;
      this.pump();
    };
    void entry.source.fetch(part).then(done, done);
  }

  #tellWaiting(): void {
    const everything = firstClosed(this.#options.gates);
    for (const { source, partsUnderWay } of this.#entries.values()) {
      if (partsUnderWay > 0) source.waiting(undefined);
      else source.waiting(everything ?? firstClosed([source.gate, source.dataCentre]));
    }
  }

  /** Looks again when the first of the gates that close something opens by time passing. */
  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const { clock, gates, rateLimit } = this.#options;
    let next = Infinity;
    const consider = (closed: Closed | undefined) => {
      if (closed) next = Math.min(next, closed.until);
    };
    let wanted = false;
    for (const { source } of this.#entries.values()) {
      if (!source.hasParts) continue;
      wanted = true;
      consider(firstClosed([source.gate, source.dataCentre]));
    }
    if (!wanted) return;
    consider(firstClosed(gates));
    consider(rateLimit.closed());
    if (next !== Infinity) this.#timer = clock.after(Math.max(1, next - clock.now()), () => this.pump());
  }
}

function comesBefore(a: Entry, b: Entry): boolean {
  return a.bytesUnderWay === b.bytesUnderWay
    ? a.lastServed < b.lastServed
    : a.bytesUnderWay < b.bytesUnderWay;
}
