import { Api } from 'telegram';
import { computeCheck } from 'telegram/Password.js';
import { cleanOptional, cleanText } from '../clean.js';
import { FloodWaitError, TadError } from '../errors.js';
import type { LoginPrompts } from '../face.js';
import type { Caller } from './caller.js';
import { RpcFailure } from './rpc_errors.js';
import { pause, throwIfAborted, unlessAborted } from './waiting.js';

export interface LoginContext {
  readonly caller: Caller;
  readonly apiId: number;
  readonly apiHash: string;
  readonly prompts: LoginPrompts;
  readonly signal: AbortSignal;
  /** Longest flood wait that is sat out, seconds. */
  readonly maxWaitSeconds: number;
}

/** How often a person may answer wrongly before the login is refused: Telegram itself allows few more. */
const MAX_ANSWERS = 5;

/**
 * Phone number, code, and the two-step password where there is one.
 * https://core.telegram.org/api/auth, https://core.telegram.org/api/srp
 * @throws TadError `login-refused` when Telegram or too many wrong answers end it, `cancelled`, `flood-wait`
 */
export async function loginByPhone(context: LoginContext): Promise<Api.User> {
  const { prompts } = context;
  let problem: string | undefined;
  for (let answers = 0; answers < MAX_ANSWERS; answers++) {
    const phone = await ask(context, () => prompts.phone(problem));
    let sent: SentCode;
    try {
      sent = await sendCode(context, phone);
    } catch (error) {
      if (!hasText(error, /^PHONE_NUMBER_(?:INVALID|EMPTY|UNOCCUPIED)$/)) throw error;
      problem = error.message;
      continue;
    }
    return sent instanceof Api.auth.SentCodeSuccess
      ? userOf(sent.authorization)
      : signIn(context, phone, sent);
  }
  throw new TadError('login-refused', problem ?? 'no phone number was given');
}

/** Flood waits of a login are told through the prompts. */
const LOUD = { floods: 'throw' } as const;

type SentCode = Api.auth.SentCode | Api.auth.SentCodeSuccess;

async function signIn(context: LoginContext, phone: string, first: Api.auth.SentCode): Promise<Api.User> {
  const { caller, prompts, signal } = context;
  let sent = first;
  let problem: string | undefined;
  for (let answers = 0; answers < MAX_ANSWERS; answers++) {
    const code = (await ask(context, () => prompts.code(describeCode(sent), problem))).replace(/[\s-]/g, '');
    const request = () =>
      new Api.auth.SignIn({ phoneNumber: phone, phoneCodeHash: sent.phoneCodeHash, phoneCode: code });
    try {
      return userOf(await patiently(context, () => caller.call(request(), signal, LOUD)));
    } catch (error) {
      if (hasText(error, /^SESSION_PASSWORD_NEEDED$/)) return checkPassword(context);
      if (hasText(error, /^PHONE_CODE_EXPIRED$/)) {
        const user = await whoAmI(caller, signal);
        if (user) return user;
        const again = await sendCode(context, phone);
        if (again instanceof Api.auth.SentCodeSuccess) return userOf(again.authorization);
        sent = again;
        problem = 'that code has expired; a new one is on its way';
      } else if (hasText(error, /^PHONE_CODE_(?:INVALID|EMPTY)$/)) {
        problem = error.message;
      } else {
        throw error;
      }
    }
  }
  throw new TadError('login-refused', problem ?? 'the login code is wrong', 'run tad login again');
}

/** The two-step password, asked for until it is right. The password itself never leaves this process (SRP). */
export async function checkPassword(context: LoginContext): Promise<Api.User> {
  const { caller, prompts, signal } = context;
  let problem: string | undefined;
  for (let answers = 0; answers < MAX_ANSWERS; ) {
    const account = await caller.call(new Api.account.GetPassword(), signal);
    const password = await ask(context, () => prompts.password(cleanOptional(account.hint), problem));
    try {
      const proof = await computeCheck(account, password);
      const request = () => new Api.auth.CheckPassword({ password: proof });
      return userOf(await patiently(context, () => caller.call(request(), signal, LOUD)));
    } catch (error) {
      // srp_id is good for a while only: somebody who thought long is asked once more.
      if (!hasText(error, /^(?:PASSWORD_HASH_INVALID|SRP_ID_INVALID|SRP_PASSWORD_CHANGED)$/)) throw error;
      const user = await whoAmI(caller, signal);
      if (user) return user;
      problem = error.message;
      answers++;
    }
  }
  throw new TadError('login-refused', problem ?? 'the password is wrong', 'run tad login again');
}

async function sendCode(context: LoginContext, phoneNumber: string): Promise<SentCode> {
  const { caller, apiId, apiHash, signal } = context;
  const request = () =>
    new Api.auth.SendCode({ phoneNumber, apiId, apiHash, settings: new Api.CodeSettings({}) });
  const send = () => patiently(context, () => caller.call(request(), signal, LOUD));
  try {
    return (await send()) as SentCode;
  } catch (error) {
    // https://core.telegram.org/method/auth.sendCode: begin again, once.
    if (!hasText(error, /^AUTH_RESTART/)) throw error;
    return (await send()) as SentCode;
  }
}

function describeCode(sent: Api.auth.SentCode): { readonly sentTo: string; readonly length?: number } {
  const { type } = sent;
  const length = 'length' in type ? type.length : undefined;
  return { sentTo: sentTo(type), ...(length === undefined ? {} : { length }) };
}

/** https://core.telegram.org/type/auth.SentCodeType */
function sentTo(type: Api.auth.TypeSentCodeType): string {
  if (type instanceof Api.auth.SentCodeTypeApp) return 'your Telegram app';
  if (type instanceof Api.auth.SentCodeTypeCall) return 'you by a phone call';
  if (type instanceof Api.auth.SentCodeTypeMissedCall)
    return `you by a missed call from ${cleanText(type.prefix)}…`;
  if (type instanceof Api.auth.SentCodeTypeEmailCode) return `your e-mail ${cleanText(type.emailPattern)}`;
  if (type instanceof Api.auth.SentCodeTypeFragmentSms) return 'Fragment';
  return 'you by SMS';
}

export function userOf(authorization: Api.auth.TypeAuthorization): Api.User {
  if (authorization instanceof Api.auth.Authorization && authorization.user instanceof Api.User) {
    return authorization.user;
  }
  throw new TadError(
    'login-refused',
    'no Telegram account has this phone number',
    'sign up in a Telegram app first',
  );
}

/**
 * The account, if the login has succeeded already: the answer to an earlier attempt may have been lost on its way.
 */
export async function whoAmI(caller: Caller, signal: AbortSignal): Promise<Api.User | undefined> {
  try {
    const [user] = await caller.call(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }), signal);
    return user instanceof Api.User ? user : undefined;
  } catch (error) {
    if (error instanceof TadError && error.code === 'login-required') return undefined;
    throw error;
  }
}

/** A prompt that ends with the login. */
async function ask(context: LoginContext, prompt: () => Promise<string>): Promise<string> {
  throwIfAborted(context.signal);
  return (await unlessAborted(prompt(), context.signal)).trim();
}

/** Sits out a flood wait, telling the person how long. */
export async function patiently<T>(context: LoginContext, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof FloodWaitError) || error.seconds > context.maxWaitSeconds) throw error;
    context.prompts.wait?.(error.seconds);
    await pause(error.seconds * 1000, context.signal);
    return patiently(context, call);
  }
}

/** Whether a mapped error came from an rpc_error with such a text. */
export function hasText(error: unknown, pattern: RegExp): error is TadError {
  return error instanceof TadError && error.cause instanceof RpcFailure && pattern.test(error.cause.text);
}
