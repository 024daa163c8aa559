import { FloodWaitError, TadError, toTadError, WrongDcError } from '../errors.js';

/** An rpc_error as it came over the wire (https://core.telegram.org/api/errors). */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';

  constructor(
    readonly code: number,
    readonly text: string,
    readonly method: string,
  ) {
    super(`${code} ${text} (${method})`);
  }
}

/** PHONE_MIGRATE_n, NETWORK_MIGRATE_n, USER_MIGRATE_n: the account lives on another data centre. */
export function migrationTarget(error: unknown): number | undefined {
  if (!(error instanceof RpcFailure)) return undefined;
  const match = /^(?:PHONE|NETWORK|USER)_MIGRATE_(\d+)$/.exec(error.text);
  return match ? Number(match[1]) : undefined;
}

type Row = readonly [pattern: RegExp, error: (match: RegExpExecArray, failure: RpcFailure) => TadError];

const LOG_IN = 'log in with: tad login';
const JOINED = 'open it in a Telegram app to see whether this account may read it';
const refused = (message: string, hint?: string) => () => new TadError('login-refused', message, hint);
const relogin = (message: string) => () => new TadError('login-required', message, LOG_IN);
const missing = (message: string, hint?: string) => () => new TadError('not-found', message, hint);
const hidden = (message: string) => () => new TadError('forbidden', message, JOINED);
const server = () => (_: RegExpExecArray, failure: RpcFailure) =>
  new TadError('server', `Telegram could not answer ${failure.method} (${failure.text})`, 'try again later');

/** First match wins. Names as listed at https://core.telegram.org/api/errors and /method pages. */
const TABLE: readonly Row[] = [
  [
    /^(?:FLOOD_WAIT|FLOOD_PREMIUM_WAIT|FLOOD_TEST_PHONE_WAIT|SLOWMODE_WAIT)_(\d+)$/,
    (match, failure) => new FloodWaitError(Number(match[1]), failure.method),
  ],
  [/^FILE_MIGRATE_(\d+)$/, (match) => new WrongDcError(Number(match[1]))],
  [
    /^(?:FILE_REFERENCE_|FILEREF_)/,
    () => new TadError('reference-expired', "the file's reference has expired"),
  ],
  [/^(?:PHONE|NETWORK|USER)_MIGRATE_/, server()],

  [/^AUTH_KEY_DUPLICATED$/, relogin('this session was used in two places at once, so Telegram ended it')],
  [/^(?:SESSION_REVOKED|SESSION_EXPIRED)$/, relogin('this session was ended from another device')],
  [/^USER_DEACTIVATED/, relogin('this account has been deleted or banned by Telegram')],
  [/^(?:AUTH_KEY_UNREGISTERED|AUTH_KEY_INVALID|AUTH_KEY_PERM_EMPTY|USER_INVALID)$/, relogin('not logged in')],

  [/^PHONE_NUMBER_BANNED$/, refused('Telegram has banned this phone number')],
  [
    /^PHONE_NUMBER_(?:INVALID|EMPTY|UNOCCUPIED)$/,
    refused('no Telegram account has this phone number', 'write it with its country code: +49 151 …'),
  ],
  [
    /^(?:PHONE_NUMBER_FLOOD|PHONE_PASSWORD_FLOOD|PHONE_PASSWORD_PROTECTED)$/,
    refused('too many login attempts with this number', 'wait a day and try again'),
  ],
  [/^PHONE_CODE_EXPIRED$/, refused('the login code has expired')],
  [/^PHONE_CODE_(?:INVALID|EMPTY|HASH_EMPTY)$/, refused('the login code is wrong')],
  [/^PASSWORD_HASH_INVALID$/, refused('the password is wrong')],
  [/^(?:SRP_ID_INVALID|SRP_PASSWORD_CHANGED)$/, refused('the password was changed meanwhile')],
  [/^SESSION_PASSWORD_NEEDED$/, refused('this account needs its two-step password')],
  [/^AUTH_TOKEN_(?:INVALID|EXPIRED|ALREADY_ACCEPTED|EXCEPTION)/, refused('the login link is no longer good')],
  [
    /^(?:API_ID_INVALID|API_ID_PUBLISHED_FLOOD)$/,
    refused('Telegram does not accept this api id and hash', 'take yours from https://my.telegram.org/apps'),
  ],

  [
    /^(?:CHANNEL_PRIVATE|CHAT_FORBIDDEN|CHANNEL_PUBLIC_GROUP_NA|CHAT_RESTRICTED)$/,
    hidden('this account may not read that chat'),
  ],
  [
    /^(?:CHAT_ADMIN_REQUIRED|USER_BANNED_IN_CHANNEL|USER_NOT_PARTICIPANT|RIGHT_FORBIDDEN)$/,
    hidden('this account may not do that there'),
  ],
  [/^INVITE_HASH_(?:EXPIRED|INVALID|EMPTY)$/, missing('that invitation has expired or never was')],
  [/^USERNAME_(?:NOT_OCCUPIED|INVALID)$/, missing('nobody on Telegram has that name')],
  [/^(?:PEER_ID|CHANNEL|CHAT_ID|USER_ID|CHAT)_INVALID$/, missing('there is no such chat for this account')],
  [/^(?:MSG_ID_INVALID|MESSAGE_ID_INVALID|MESSAGE_IDS_EMPTY)$/, missing('there is no such message')],
  [/^(?:LOCATION_INVALID|FILE_ID_INVALID|LOCATION_NOT_AVAILABLE)$/, missing('there is no such file')],

  [
    /^(?:RPC_CALL_FAIL|RPC_MCGET_FAIL|MSG_WAIT_FAILED|WORKER_BUSY_TOO_LONG_RETRY|CONNECTION_NOT_INITED|CONNECTION_LAYER_INVALID|AUTH_RESTART)/,
    server(),
  ],
];

/**
 * What GramJS, the socket or Telegram threw, as the one error that a face may show.
 * @param method the call that failed, as `messages.search`
 */
export function mapTelegramError(error: unknown, method = 'the connection'): TadError {
  if (error instanceof TadError) return error;
  if (error instanceof RpcFailure) return mapRpcFailure(error);
  return mapSocketError(error) ?? mapProtocolError(error, method) ?? toTadError(error);
}

function mapRpcFailure(failure: RpcFailure): TadError {
  for (const [pattern, make] of TABLE) {
    const match = pattern.exec(failure.text);
    if (match) return withCause(make(match, failure), failure);
  }
  return withCause(mapByCode(failure), failure);
}

function mapByCode(failure: RpcFailure): TadError {
  const { code, text, method } = failure;
  if (code === -503)
    return new TadError('timeout', `Telegram did not finish ${method} in time`, 'try again later');
  if (Math.abs(code) >= 500) return server()(/^/.exec('')!, failure);
  if (code === 401) return new TadError('login-required', `Telegram wants a login first (${text})`, LOG_IN);
  if (code === 403) return new TadError('forbidden', `this account may not do that (${text})`);
  return new TadError('rejected', `Telegram refused ${method}: ${text}`);
}

const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'EADDRNOTAVAIL',
]);
const CHECK_NETWORK = 'check the network, or set --proxy';

function mapSocketError(error: unknown): TadError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNREACHABLE_CODES.has(code)) return unreachable(`Telegram cannot be reached (${code})`, error);
  if (/socks|proxy/i.test(`${error.name} ${error.message}`)) {
    return unreachable(`the proxy does not let us through: ${error.message}`, error, 'check --proxy');
  }
  return undefined;
}

/** Errors of GramJS's protocol code: they carry no codes, only class names and texts. */
function mapProtocolError(error: unknown, method: string): TadError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/^(?:Not connected|NetSocket was closed)$/.test(error.message)) {
    return unreachable('the connection to Telegram was closed', error);
  }
  const transportCode = /HTTP code (-?\d+)/.exec(error.message)?.[1];
  if (transportCode !== undefined) return mapTransportError(Number(transportCode), method, error);
  if (/could not find a valid key for fingerprints/.test(error.message)) {
    return unreachable('the server does not have the key we expect', error, 'check --server-key');
  }
  if (/security check|nonce|Security|checksum|msg_key|Bad (?:authKeyId|msgId|length)/i.test(error.message)) {
    return new TadError('corrupt', `a damaged packet arrived (${error.message})`, undefined, {
      cause: error,
    });
  }
  return undefined;
}

/** https://core.telegram.org/mtproto/mtproto-transports#transport-errors */
export function mapTransportError(code: number, method: string, cause?: Error): TadError {
  if (code === 404) {
    return withCause(relogin('Telegram no longer knows this session')(), cause);
  }
  if (code === 429) return withCause(new FloodWaitError(30, method), cause);
  return unreachable(`Telegram closed the connection (transport error ${code})`, cause);
}

export function unreachable(message: string, cause?: unknown, hint = CHECK_NETWORK): TadError {
  return new TadError('unreachable', message, hint, { cause });
}

/** What cannot be reached is a server of one's own, if `server` is given: the network is the last to be suspected. */
export function hintAtServer(
  error: unknown,
  server: { readonly host: string; readonly port: number } | undefined,
): unknown {
  const isNetwork = error instanceof TadError && error.hint === CHECK_NETWORK;
  if (server === undefined || !isNetwork) return error;
  return unreachable(error.message, error, `is the server at ${server.host}:${server.port} running?`);
}

function withCause(error: TadError, cause: unknown): TadError {
  error.cause = cause;
  return error;
}
