/** Keeps something running while anybody needs it: the first one starts it, the last one to go stops it. */
export class Demand {
  readonly #start: () => Disposable;
  #running: Disposable | undefined;
  #count = 0;
  #ended = false;

  constructor(start: () => Disposable) {
    this.#start = start;
  }

  /** The same subscription, whose life is a need. */
  during(subscription: Disposable): Disposable {
    if (++this.#count === 1 && !this.#ended) this.#running = this.#start();
    let active = true;
    return {
      [Symbol.dispose]: () => {
        if (!active) return;
        active = false;
        subscription[Symbol.dispose]();
        if (--this.#count === 0) this.#stop();
      },
    };
  }

  /** Stops for good, whoever needs it. */
  end(): void {
    this.#ended = true;
    this.#stop();
  }

  #stop(): void {
    this.#running?.[Symbol.dispose]();
    this.#running = undefined;
  }
}
