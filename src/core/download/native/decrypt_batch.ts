import type { IgeDecryptor, IgeMessage } from '../../ige/index.js';
import type { Clock } from '../clock.js';

interface SealedMessage extends IgeMessage {
  /** Called when the plaintext stands where the ciphertext stood. */
  opened(): void;
}

export interface DecryptBatchOptions {
  readonly decryptor: IgeDecryptor;
  readonly clock: Clock;
  /** Runs the work when what the sockets have now is read, and soon: setImmediate. */
  readonly afterReading: (work: () => void) => void;
  /** Answers that were asked for and are not decrypted yet. */
  readonly expected: () => number;
}

/** Below this, what company would save is less than what a wait costs: a small file would stand still for it. */
const WORTH_WAITING_BYTES = 128 * 1024;
/** Longest wait for company: at 20 MB/s four parts of 1 MB arrive in that time. */
const MAX_WAIT_MS = 160;
/** While fewer answers than this are still to come, the link would fall idle for want of new requests. */
const MIN_TO_COME = 2;

/**
 * Decrypts messages of all connections together, since four at once cost half of what they cost one by one. It waits for
 * company only while more large messages are under way, and never longer than MAX_WAIT_MS. One group is decrypted per turn of
 * the event loop: in between, what is done is reported and new requests go out, so that the link has work while we have.
 */
export class DecryptBatch {
  readonly #options: DecryptBatchOptions;
  #waiting: SealedMessage[] = [];
  #isScheduled = false;
  #timer: Disposable | undefined;

  constructor(options: DecryptBatchOptions) {
    this.#options = options;
  }

  add(message: SealedMessage): void {
    this.#waiting.push(message);
    this.#schedule();
  }

  /** Decrypts all that waits. */
  flush(): void {
    while (this.#waiting.length > 0) this.#decryptGroup();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.afterReading(() => {
      this.#isScheduled = false;
      this.#work();
    });
  }

  #work(): void {
    if (this.#waiting.length === 0) return;
    if (this.#mayWait()) {
      this.#timer ??= this.#options.clock.after(MAX_WAIT_MS, () => this.flush());
      return;
    }
    this.#decryptGroup();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #mayWait(): boolean {
    const { decryptor, expected } = this.#options;
    const { length } = this.#waiting;
    return (
      length < decryptor.bestBatch &&
      expected() - length >= MIN_TO_COME &&
      this.#waiting.every((message) => message.length >= WORTH_WAITING_BYTES)
    );
  }

  #decryptGroup(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const { decryptor } = this.#options;
    const group = this.#waiting.splice(0, decryptor.bestBatch);
    decryptor.decrypt(group);
    for (const message of group) message.opened();
  }
}
