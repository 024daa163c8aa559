import type { IgeDecryptor, IgeMessage } from '../../ige/index.js';
import type { Clock } from '../clock.js';

interface SealedMessage extends IgeMessage {
  /** Called when the plaintext stands where the ciphertext stood. */
  opened(): void;
}

/**
 * Decrypts messages of all connections together, since three or four at once cost far less than one by one. It waits for company
 * only while more answers are under way, and never longer than MAX_WAIT_MS.
 */
export class DecryptBatch {
  readonly #decryptor: IgeDecryptor;
  readonly #clock: Clock;
  /** Answers that were asked for and are not here yet. */
  readonly #expected: () => number;
  #waiting: SealedMessage[] = [];
  #timer: Disposable | undefined;

  constructor(decryptor: IgeDecryptor, clock: Clock, expected: () => number) {
    this.#decryptor = decryptor;
    this.#clock = clock;
    this.#expected = expected;
  }

  add(message: SealedMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length >= this.#decryptor.bestBatch || this.#expected() <= this.#waiting.length)
      this.flush();
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
}

/** At 100 MB/s three parts of 512 KB arrive in 15 ms; on a slow link this is lost in the time that a part takes. */
const MAX_WAIT_MS = 15;
