import { Logger } from 'telegram';
import { cleanText } from '../clean.js';
import type { CoreEmitter } from '../events.js';

/**
 * GramJS's diagnostics as `notice` events of level debug. GramJS asks `canSend` before it writes to the console
 * itself: the answer is always no, and every line comes here instead.
 */
export class NoticeLogger extends Logger {
  readonly #events: CoreEmitter;

  constructor(events: CoreEmitter) {
    super();
    this.#events = events;
  }

  override canSend(): boolean {
    return false;
  }

  override _log(level: string, message: string): void {
    if (this.#events.listenerCount('notice') === 0) return;
    this.#events.emit('notice', {
      level: 'debug',
      text: `gramjs ${level}: ${cleanText(String(message), 300)}`,
    });
  }
}
