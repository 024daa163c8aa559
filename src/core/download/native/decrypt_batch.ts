import type { IgeDecryptor, IgeMessage } from '../../ige/index.js';
import type { Clock } from '../clock.js';

interface SealedMessage extends IgeMessage {
  /** Called when the plaintext stands where the ciphertext stood. */
  opened(): void;
}

/** Below this, what company would save is less than what a wait costs: a small file would stand still for it. */
const WORTH_WAITING_BYTES = 128 * 1024;
/** Longest wait for company. At 100 MB/s four parts of 1 MB arrive in 40 ms. */
const MAX_WAIT_MS = 50;
/** When messages come further apart than this, the processor is idle anyway: company saves nothing that is short. */
const CLOSE_TOGETHER_MS = 25;
/** Weight of the newest gap in the smoothed one. */
const GAP_WEIGHT = 0.25;

/**
 * Decrypts messages of all connections together, since three or four at once cost far less than one by one. It waits for company
 * only while large messages come close together and more are under way, and never longer than MAX_WAIT_MS.
 */
export class DecryptBatch {
  readonly #decryptor: IgeDecryptor;
  readonly #clock: Clock;
  /** Answers that were asked for and are not here yet. */
  readonly #expected: () => number;
  #waiting: SealedMessage[] = [];
  #timer: Disposable | undefined;
  #lastAt: number;
  #gapMs = CLOSE_TOGETHER_MS;

  constructor(decryptor: IgeDecryptor, clock: Clock, expected: () => number) {
    this.#decryptor = decryptor;
    this.#clock = clock;
    this.#expected = expected;
    this.#lastAt = clock.now();
  }

  add(message: SealedMessage): void {
    this.#waiting.push(message);
    if (message.length < WORTH_WAITING_BYTES) {
      this.flush();
      return;
    }
    this.#noteArrival();
    const { length } = this.#waiting;
    const isFull = length >= this.#decryptor.bestBatch;
    if (isFull || this.#expected() <= length || this.#gapMs > CLOSE_TOGETHER_MS) this.flush();
    else this.#timer ??= this.#clock.after(MAX_WAIT_MS, () => this.flush());
  }

  flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    this.#decryptor.decrypt(batch);
    for (const message of batch) message.opened();
  }

  /** A pause counts as no more than a few gaps, so that one does not spoil the estimate for long. */
  #noteArrival(): void {
    const now = this.#clock.now();
    const gap = Math.min(now - this.#lastAt, 4 * CLOSE_TOGETHER_MS);
    this.#gapMs += GAP_WEIGHT * (gap - this.#gapMs);
    this.#lastAt = now;
  }
}
