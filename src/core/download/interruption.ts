import { TadError } from '../errors.js';

/** Why a transfer that is under way was stopped from inside; passed as the reason of its AbortSignal. */
export class Interruption extends TadError {
  override readonly name = 'Interruption';

  constructor(readonly becomes: 'paused' | 'cancelled') {
    super('cancelled', becomes);
  }
}
