/**
 * Things to let go of together, the last first, and the rest even when one throws (then the first error is thrown in the end).
 * What the language's DisposableStack is for; Node 22 does not have that.
 */
export class Disposables implements Disposable {
  readonly #entries: Disposable[] = [];

  /** Keeps `entry` until disposal, and returns it. */
  use<T extends Disposable>(entry: T): T {
    this.#entries.push(entry);
    return entry;
  }

  /** A second call finds nothing left to do. */
  [Symbol.dispose](): void {
    const failures: unknown[] = [];
    for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
      try {
        entry[Symbol.dispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** The same for what takes its time to go: one after the other. */
export class AsyncDisposables implements AsyncDisposable {
  readonly #entries: (Disposable | AsyncDisposable)[] = [];

  use<T extends Disposable | AsyncDisposable>(entry: T): T {
    this.#entries.push(entry);
    return entry;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
      try {
        if (Symbol.asyncDispose in entry) await entry[Symbol.asyncDispose]();
        else entry[Symbol.dispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
