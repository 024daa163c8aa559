import type { FloodWaitError } from '../errors.js';
import type { CoreEmitter } from '../events.js';
import { pause } from './waiting.js';

export interface FloodPolicyOptions {
  readonly events: CoreEmitter;
  /** Longest wait that is sat out, seconds; longer ones are reported to the caller. */
  readonly maxSeconds?: number;
  /** How often in a row one call may be told to wait. */
  readonly maxWaits?: number;
  /** Injected by tests. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

/** What a control-plane call does when Telegram asks it to wait: says so, waits, and tries again. */
export class FloodPolicy {
  readonly #options: Required<FloodPolicyOptions>;

  constructor(options: FloodPolicyOptions) {
    this.#options = { maxSeconds: 15 * 60, maxWaits: 5, sleep: pause, now: Date.now, ...options };
  }

  /**
   * Waits as asked, visibly (`flood.wait`).
   * @param waits how often this call has waited already
   * @throws the error itself when it asks for too much; TadError `cancelled`
   */
  async wait(error: FloodWaitError, waits: number, signal: AbortSignal): Promise<void> {
    const { maxSeconds, maxWaits, sleep, now, events } = this.#options;
    if (error.seconds > maxSeconds || waits >= maxWaits) throw error;
    const ms = error.seconds * 1000;
    events.emit('flood.wait', {
      seconds: error.seconds,
      method: error.method,
      until: Math.ceil((now() + ms) / 1000),
    });
    await sleep(ms, signal);
  }
}
