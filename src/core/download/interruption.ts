import { TadError } from '../errors.js';

/** What a person may want a transfer that is under way to become. */
export type Rest = 'paused' | 'queued' | 'cancelled';

/**
 * Why a transfer that is under way was stopped from inside; passed as the reason of its AbortSignal. Until it has come to rest
 * the person may want something else of it, and the latest wish counts.
 */
export class Interruption extends TadError {
  override readonly name = 'Interruption';

  constructor(public becomes: Rest) {
    super('cancelled', 'interrupted');
  }
}
