import type { Clock } from '../../../../src/core/download/clock.js';

/** Time that passes when a test says so. Timers fire in order of their due time. */
export class ManualClock implements Clock {
  #now: number;
  #wallOffset = 1_700_000_000_000;
  #timers: { due: number; callback: () => void }[] = [];

  constructor(start = 1_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#wallOffset + this.#now;
  }

  get pending(): number {
    return this.#timers.length;
  }

  after(ms: number, callback: () => void): Disposable {
    const timer = { due: this.#now + Math.max(0, ms), callback };
    this.#timers.push(timer);
    return {
      [Symbol.dispose]: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** The wall clock goes on while everything else stands still, as when a machine sleeps. */
  sleepMachine(ms: number): void {
    this.#wallOffset += ms;
  }

  /** Lets `ms` pass; what timers set off with promises is done before the next timer fires. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
    }
    this.#now = end;
    await settle();
  }

  /** Lets time pass in small steps until something is so. */
  async until(isSo: () => boolean, limitMs = 60_000): Promise<void> {
    for (const end = this.#now + limitMs; !isSo(); await this.advance(10)) {
      if (this.#now > end) throw new Error(`not so after ${limitMs} ms of manual time`);
    }
  }

  /** Lets time pass in steps until `promise` has settled. */
  async runUntil<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    let isSettled = false;
    const done = () => {
      isSettled = true;
    };
    promise.then(done, done);
    const end = this.#now + limitMs;
    while (!isSettled) {
      await settle();
      if (isSettled) break;
      if (this.#now > end) throw new Error(`not settled after ${limitMs} ms of manual time`);
      const due = Math.min(...this.#timers.map((timer) => timer.due));
      await this.advance(due === Infinity ? 100 : Math.max(1, due - this.#now));
    }
    return promise;
  }
}

const QUIET_TURNS = 4;

/** Lets promises, and file system calls that are under way, come to an end: time must not outrun the disk. */
export async function settle(): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const isBusy = process.getActiveResourcesInfo().some((name) => /^FSReq|^FileHandleCloseReq/.test(name));
    quiet = isBusy ? 0 : quiet + 1;
  }
}
