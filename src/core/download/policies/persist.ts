import { type TadError, toTadError } from '../../errors.js';
import type { Clock } from '../clock.js';
import type { DataCentre } from '../parts/data_centre.js';
import { countFailure, type Decision, decide, NO_FAILURES, unlessOurs } from './failure.js';
import { type Closed, type Gate, ManualGate, whenOpen } from './gate.js';

export interface PersistOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Asked anew before each try: it may change when a file moves. */
  readonly dataCentre: () => DataCentre;
  /** Whether success means that the data centre has answered; opening a file may not ask it anything. */
  readonly isAnswer: boolean;
  /** Further gates to wait for. */
  readonly gates?: readonly Gate[];
  readonly onWaiting?: (closed: Closed) => void;
  /** Mends what waiting does not: a new reference, another data centre, no room. Without it such errors are final. */
  readonly mend?: (decision: Decision) => Promise<void> | void;
}

/**
 * Does `work` again and again, by the same policies as parts, until it succeeds or no policy can mend its failure.
 * For what is asked one at a time: opening a file, pages of a scan, fresh references.
 *
 * @throws TadError the final failure; `cancelled`
 */
export async function persist<T>(options: PersistOptions, work: () => Promise<T>): Promise<T> {
  const { clock, random, signal, dataCentre, isAnswer, gates = [], onWaiting = () => {}, mend } = options;
  const backOff = new ManualGate(clock);
  let counts = NO_FAILURES;
  for (;;) {
    const there = dataCentre();
    await whenOpen([there, backOff, ...gates], clock, signal, onWaiting);
    const startedAt = clock.now();
    if (isAnswer) there.pace.passed();
    try {
      const result = await work();
      if (isAnswer) there.breaker.succeeded();
      return result;
    } catch (cause) {
      const error: TadError = toTadError(cause);
      there.failed(error, startedAt);
      const decision = decide(unlessOurs(error, signal), counts, random);
      counts = countFailure(counts, decision);
      if (decision.kind === 'flood') there.flooded(decision.error);
      else if (decision.kind === 'retry') {
        backOff.close(`trying again: ${error.message}`, decision.afterMs);
      } else if (decision.kind === 'fail' || decision.kind === 'drop' || !mend) throw error;
      else await mend(decision);
    }
  }
}
