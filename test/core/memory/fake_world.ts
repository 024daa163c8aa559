import type { MemorySampler, Timers } from '../../../src/core/memory/index.js';

interface Alarm {
  at: number;
  readonly every: number | undefined;
  readonly ring: () => void;
}

/** A process whose memory and time are what the test says. Bytes are whatever unit the test likes. */
export class FakeWorld {
  rss = 100;
  heap = 50;
  external = 0;
  collections = 0;
  reads = 0;
  /** What a collection does to the figures. */
  onCollect: () => void = () => {};
  readonly #alarms = new Set<Alarm>();
  #now = 0;

  readonly sampler: MemorySampler = {
    read: () => {
      this.reads++;
      return { rssBytes: this.rss, heapUsedBytes: this.heap, externalBytes: this.external };
    },
    arrayBufferBytes: () => this.external,
    [Symbol.dispose]: () => {},
  };

  readonly timers: Timers = {
    now: () => this.#now,
    every: (ms, tick) => this.#set({ at: this.#now + ms, every: ms, ring: tick }),
    after: (ms, ring) => this.#set({ at: this.#now + ms, every: undefined, ring }),
  };

  readonly collect = (): void => {
    this.collections++;
    this.onCollect();
  };

  get runningTimers(): number {
    return this.#alarms.size;
  }

  /** Lets time pass, ringing what is due in order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#alarms].filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = due.at;
      if (due.every === undefined) this.#alarms.delete(due);
      else due.at += due.every;
      due.ring();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  #set(alarm: Alarm): Disposable {
    this.#alarms.add(alarm);
    return {
      [Symbol.dispose]: () => {
        this.#alarms.delete(alarm);
      },
    };
  }
}

/** After all promises that need nothing but each other. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
