import type { ErrorCode } from '../../errors.js';

/** How often an error of one class is worth another try, and how fast the waits grow. */
export interface RetryRule {
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** Errors that pass. What is not listed is final, or has a policy of its own (flood wait, reference, other DC). */
export const RETRY_RULES: Readonly<Partial<Record<ErrorCode, RetryRule>>> = {
  timeout: { attempts: 20, baseMs: 200, capMs: 8_000 },
  server: { attempts: 20, baseMs: 300, capMs: 8_000 },
  corrupt: { attempts: 20, baseMs: 200, capMs: 8_000 },
  // A foreign data centre may forget a key while the account is well; the lane gets a new one. When the account itself is
  // logged out, all tries fail at once.
  'login-required': { attempts: 8, baseMs: 250, capMs: 1_000 },
  // The circuit breaker decides when to give up on a data centre; a single lost connection is nothing.
  unreachable: { attempts: Infinity, baseMs: 200, capMs: 5_000 },
};

/**
 * Milliseconds to wait before try number `attempt + 1`; undefined when it is not worth one. Exponential with equal
 * jitter: half of the wait is fixed, so that a retry is never immediate, half is random, so that they do not come
 * together.
 *
 * @param attempt failed tries so far of the same thing, from 1
 * @param random in [0, 1)
 */
export function retryDelay(
  code: ErrorCode,
  attempt: number,
  random: () => number,
  rules: Readonly<Partial<Record<ErrorCode, RetryRule>>> = RETRY_RULES,
): number | undefined {
  const rule = rules[code];
  if (!rule || attempt >= rule.attempts) return undefined;
  const full = Math.min(rule.capMs, rule.baseMs * 2 ** Math.min(attempt - 1, 30));
  return full / 2 + (full / 2) * random();
}
