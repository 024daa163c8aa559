import { FloodWaitError, TadError, WrongDcError } from '../../errors.js';

/** Telegram's error texts for file requests, as the core's errors: https://core.telegram.org/api/errors */
export function rpcErrorToTadError(code: number, message: string, method: string): TadError {
  const wait = /^(?:FLOOD_WAIT|FLOOD_PREMIUM_WAIT|SLOWMODE_WAIT)_(\d{1,7})$/.exec(message);
  if (wait) return new FloodWaitError(Number(wait[1]), method);
  const migrate = /^(?:FILE|NETWORK|USER|STATS)_MIGRATE_(\d{1,3})$/.exec(message);
  if (migrate) return new WrongDcError(Number(migrate[1]));
  if (/^FILE_REFERENCE_/.test(message)) {
    return new TadError('reference-expired', 'the file reference has expired');
  }
  if (code === 401 || message === 'AUTH_KEY_DUPLICATED') {
    return new TadError(
      'login-required',
      `Telegram refused the session (${clean(message)})`,
      'run: tad login',
    );
  }
  if (code === -503 || code === 503) return new TadError('timeout', 'Telegram timed out');
  if (code >= 500 || code < 0)
    return new TadError('server', `Telegram has an internal error (${clean(message)})`);
  if (code === 403) return new TadError('forbidden', `Telegram denies access (${clean(message)})`);
  return new TadError('rejected', `Telegram refused ${method} (${clean(message)})`);
}

/** Too many connections; for how long, the server does not say. */
const TRANSPORT_FLOOD_SECONDS = 30;

/** What a frame of four bytes says: https://core.telegram.org/mtproto/mtproto-transports#transport-errors */
export function transportErrorToTadError(code: number): TadError {
  if (code === -404)
    return new TadError('login-required', 'Telegram does not know this session any more', 'run: tad login');
  if (code === -429) return new FloodWaitError(TRANSPORT_FLOOD_SECONDS, 'connection');
  return unreachable(`Telegram answered with transport error ${code}`);
}

export function unreachable(reason: string): TadError {
  return new TadError('unreachable', reason, 'check the connection; work goes on by itself when it is back');
}

/** Error texts are capital letters and digits; whatever else comes is not shown. */
const clean = (message: string) => message.replace(/[^\w .:-]/g, '').slice(0, 80);
