import { type ErrorCode, FloodWaitError, TadError, WrongDcError } from '../../errors.js';
import { retryDelay } from './retry.js';

/** What to do about a failed request. Waits are done by gates, never by holding a slot. */
export type Decision =
  | { readonly kind: 'drop' } // cancelled by us: give the part back, say nothing
  | { readonly kind: 'flood'; readonly error: FloodWaitError }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'migrate'; readonly dcId: number }
  | { readonly kind: 'no-room' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly code: ErrorCode }
  | { readonly kind: 'fail'; readonly error: TadError };

/** Failures in a row, without a success between them, of one thing that is asked for. */
export interface FailureCounts {
  /** By class: a bad link must not use up the tries of another kind of trouble. */
  readonly retries: Readonly<Partial<Record<ErrorCode, number>>>;
  readonly refreshes: number;
  readonly migrations: number;
}

export const NO_FAILURES: FailureCounts = { retries: {}, refreshes: 0, migrations: 0 };

const MAX_REFRESHES = 10;
const MAX_MIGRATIONS = 6;

/**
 * `cancelled` by nobody here: something below gave the request up (its connection was closed, another one who waited for
 * the same thing went away). That is trouble of the passing kind.
 */
export function unlessOurs(error: TadError, signal: AbortSignal): TadError {
  if (error.code !== 'cancelled' || signal.aborted) return error;
  return new TadError('server', `the request was dropped (${error.message})`, undefined, { cause: error });
}

/** Trouble of the link or of the server's that passes by itself, whatever is asked for. */
export function isPassing({ code }: TadError): boolean {
  return code === 'unreachable' || code === 'timeout' || code === 'server' || code === 'corrupt';
}

/** Pure: the same error after the same failures is always decided the same way, but for the jitter. */
export function decide(error: TadError, counts: FailureCounts, random: () => number): Decision {
  if (error instanceof FloodWaitError) return { kind: 'flood', error };
  if (error instanceof WrongDcError) {
    return counts.migrations < MAX_MIGRATIONS
      ? { kind: 'migrate', dcId: error.dcId }
      : { kind: 'fail', error };
  }
  switch (error.code) {
    case 'cancelled':
      return { kind: 'drop' };
    case 'reference-expired':
      return counts.refreshes < MAX_REFRESHES ? { kind: 'refresh' } : { kind: 'fail', error };
    case 'disk-full':
      return { kind: 'no-room' };
    default: {
      const afterMs = retryDelay(error.code, (counts.retries[error.code] ?? 0) + 1, random);
      return afterMs === undefined ? { kind: 'fail', error } : { kind: 'retry', afterMs, code: error.code };
    }
  }
}

/** The counts after a decision; a success resets them to {@link NO_FAILURES}. */
export function countFailure(counts: FailureCounts, decision: Decision): FailureCounts {
  switch (decision.kind) {
    case 'retry':
      return {
        ...counts,
        retries: { ...counts.retries, [decision.code]: (counts.retries[decision.code] ?? 0) + 1 },
      };
    case 'refresh':
      return { ...counts, refreshes: counts.refreshes + 1 };
    case 'migrate':
      return { ...counts, migrations: counts.migrations + 1 };
    default:
      return counts;
  }
}
