/**
 * Every way in which the core can fail, as a person or a script would tell them apart.
 * The exit code of each is in {@link EXIT_CODES} (DESIGN section 4).
 */
export type ErrorCode =
  | 'usage' // the call is wrong
  | 'login-required' // no session, or it was revoked
  | 'login-refused' // wrong code, wrong password, banned number
  | 'session-locked' // another process uses this session
  | 'unreachable' // Telegram cannot be reached
  | 'timeout' // no answer within the deadline
  | 'flood-wait' // Telegram asks to wait; see FloodWaitError
  | 'not-found' // no such chat, message or file
  | 'forbidden' // the account may not see it
  | 'reference-expired' // a file reference must be refreshed
  | 'wrong-dc' // the file lives on another data centre; see WrongDcError
  | 'server' // an internal error of Telegram's, worth a retry
  | 'rejected' // Telegram refused the call for good (a 4xx not named above)
  | 'corrupt' // bytes that fail their check: size, hash, message key
  | 'disk-full' // no room, or below the floor
  | 'not-writable' // no permission, read-only, or not a directory
  | 'cancelled' // an AbortSignal of ours
  | 'internal'; // a defect of tad

export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  'login-required': 3,
  'login-refused': 3,
  'session-locked': 3,
  unreachable: 5,
  timeout: 5,
  'flood-wait': 1,
  'not-found': 1,
  forbidden: 1,
  'reference-expired': 1,
  'wrong-dc': 1,
  server: 1,
  rejected: 1,
  corrupt: 1,
  'disk-full': 4,
  'not-writable': 4,
  cancelled: 130,
  internal: 1,
};

/** An error that can be shown as it is: one clear line, and what to do next. */
export class TadError extends Error {
  override readonly name: string = 'TadError';

  /**
   * @param message what went wrong, one line, no trailing full stop, no stack, no jargon
   * @param hint what the person can do next, one line; absent when nothing can be done
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** FLOOD_WAIT_n, FLOOD_PREMIUM_WAIT_n and SLOWMODE_WAIT_n: nothing of this kind for `seconds`. */
export class FloodWaitError extends TadError {
  override readonly name = 'FloodWaitError';

  constructor(
    readonly seconds: number,
    readonly method: string,
  ) {
    super('flood-wait', `Telegram asks to wait ${seconds} s before the next ${method}`);
  }
}

/** FILE_MIGRATE_n: ask data centre `dcId` instead. */
export class WrongDcError extends TadError {
  override readonly name = 'WrongDcError';

  constructor(readonly dcId: number) {
    super('wrong-dc', `the file lives on data centre ${dcId}`);
  }
}

/** What was thrown, as a TadError: itself, or wrapped as `internal` (or `cancelled` for an abort). */
export function toTadError(error: unknown): TadError {
  if (error instanceof TadError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new TadError('cancelled', 'cancelled', undefined, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new TadError('internal', message.split('\n', 1)[0] ?? 'unknown error', undefined, { cause: error });
}
