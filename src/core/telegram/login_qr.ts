import { Api } from 'telegram';
import { TadError } from '../errors.js';
import { checkPassword, hasText, type LoginContext, patiently, userOf } from './login.js';
import { throwIfAborted, within } from './waiting.js';

export interface QrContext extends LoginContext {
  /** Resolves when Telegram says that the code was scanned. */
  readonly scanned: (signal: AbortSignal) => Promise<void>;
  /** The server's clock, Unix seconds: the one that links expire by. */
  readonly serverNow: () => number;
  /** Makes another data centre the account's own. */
  readonly moveHome: (dcId: number) => Promise<void>;
}

/** A link lives about thirty seconds; it is renewed a moment before, but never more often than this. */
const RENEW_EARLY_SECONDS = 1;
const MIN_LINK_SECONDS = 1;

/**
 * Login by a QR code that another device of the account scans (https://core.telegram.org/api/qr-login). Shows a new
 * link whenever the old one is about to expire, until it is scanned or the signal ends it.
 * @throws TadError `usage` when the prompts cannot show one, `login-refused`, `cancelled`
 */
export async function loginByQr(context: QrContext): Promise<Api.User> {
  const { prompts, signal } = context;
  if (prompts.qr === undefined) throw new TadError('usage', 'this terminal cannot show a QR code');
  for (;;) {
    throwIfAborted(signal);
    const renewed = new AbortController();
    const scanned = context.scanned(AbortSignal.any([signal, renewed.signal]));
    scanned.catch(() => {});
    try {
      const token = await exportToken(context);
      if (token instanceof Api.User) return token;
      prompts.qr(`tg://login?token=${token.token.toString('base64url')}`, token.expires);
      const left = token.expires - context.serverNow() - RENEW_EARLY_SECONDS;
      await untilScannedOr(scanned, Math.max(left, MIN_LINK_SECONDS) * 1000, signal);
    } finally {
      renewed.abort();
    }
  }
}

async function untilScannedOr(scanned: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const expired = new TadError('timeout', 'the QR code has expired');
  try {
    await within(scanned, ms, signal, () => expired);
  } catch (error) {
    if (error !== expired) throw error;
  }
}

/** A link to show, or the user once it was scanned. */
async function exportToken(context: QrContext): Promise<Api.auth.LoginToken | Api.User> {
  const { caller, apiId, apiHash, signal } = context;
  const request = () => new Api.auth.ExportLoginToken({ apiId, apiHash, exceptIds: [] });
  try {
    const answer = await patiently(context, () => caller.call(request(), signal, { floods: 'throw' }));
    return await follow(context, answer);
  } catch (error) {
    if (hasText(error, /^SESSION_PASSWORD_NEEDED$/)) return checkPassword(context);
    throw error;
  }
}

async function follow(
  context: QrContext,
  answer: Api.auth.TypeLoginToken,
): Promise<Api.auth.LoginToken | Api.User> {
  if (answer instanceof Api.auth.LoginTokenSuccess) return userOf(answer.authorization);
  if (answer instanceof Api.auth.LoginToken) return answer;
  await context.moveHome(answer.dcId);
  const request = new Api.auth.ImportLoginToken({ token: answer.token });
  return follow(context, await context.caller.call(request, context.signal));
}
