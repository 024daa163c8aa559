import { Api } from 'telegram';
import { expect, it } from 'vitest';
import { FloodWaitError, TadError } from '../../../src/core/errors.js';
import type { Caller } from '../../../src/core/telegram/caller.js';
import { loginByPhone } from '../../../src/core/telegram/login.js';
import { loginByQr, type QrContext } from '../../../src/core/telegram/login_qr.js';
import { mapTelegramError, RpcFailure } from '../../../src/core/telegram/rpc_errors.js';
import { NEVER, scriptedPrompts } from './support.js';

const SENT = new Api.auth.SentCode({
  type: new Api.auth.SentCodeTypeSms({ length: 5 }),
  phoneCodeHash: 'hash',
});
const USER = new Api.User({ id: 1 as never });
const AUTHORIZED = new Api.auth.Authorization({ user: USER });

/** Telegram, answering the login's calls in this order. */
function callerWith(...answers: unknown[]): Caller & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    call: async (request) => {
      calls.push(request.className);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer as never;
    },
  };
}

function loginWith(caller: Caller, maxWaitSeconds = 10) {
  const { prompts, log } = scriptedPrompts({ phones: Array(9).fill('+49'), codes: Array(9).fill('12345') });
  const login = loginByPhone({ caller, apiId: 1, apiHash: 'x', prompts, signal: NEVER, maxWaitSeconds });
  return { login, log };
}

it('tells the person how long Telegram asks to wait, waits, and goes on', async () => {
  const caller = callerWith(new FloodWaitError(1, 'auth.SendCode'), SENT, AUTHORIZED);
  const started = performance.now();
  const { login, log } = loginWith(caller);
  expect(await login).toBe(USER);
  expect(performance.now() - started).toBeGreaterThan(990);
  expect(log).toEqual(['phone', 'wait 1', 'code to you by SMS (5)']);
  expect(caller.calls).toEqual(['auth.SendCode', 'auth.SendCode', 'auth.SignIn']);
});

it('does not sit out a wait of hours', async () => {
  const caller = callerWith(new FloodWaitError(7200, 'auth.SendCode'));
  await expect(loginWith(caller).login).rejects.toMatchObject({ code: 'flood-wait', seconds: 7200 });
});

it('is refused where the number has no account', async () => {
  const caller = callerWith(SENT, new Api.auth.AuthorizationSignUpRequired({}));
  await expect(loginWith(caller).login).rejects.toMatchObject({ code: 'login-refused' });
});

it('needs no code where Telegram says so', async () => {
  const { login } = loginWith(callerWith(new Api.auth.SentCodeSuccess({ authorization: AUTHORIZED })));
  expect(await login).toBe(USER);
});

it.each([
  ['codes', [SENT, ...Array(9).fill(refusal('PHONE_CODE_INVALID'))]],
  ['numbers', Array(9).fill(refusal('PHONE_NUMBER_INVALID'))],
])('gives up after too many wrong %s', async (_, answers) => {
  const caller = callerWith(...answers);
  await expect(loginWith(caller).login).rejects.toMatchObject({ code: 'login-refused', exitCode: 3 });
  expect(caller.calls.length).toBeLessThan(8);
});

it('sends a new code when the old one has expired', async () => {
  const notIn = new TadError('login-required', 'not logged in');
  const caller = callerWith(SENT, refusal('PHONE_CODE_EXPIRED'), notIn, SENT, AUTHORIZED);
  const { login, log } = loginWith(caller);
  expect(await login).toBe(USER);
  expect(log.at(-1)).toContain('a new one is on its way');
});

// The answer to the first attempt was lost, and the code is used up.
it('notices that it is logged in already', async () => {
  const caller = callerWith(SENT, refusal('PHONE_CODE_EXPIRED'), [USER]);
  expect(await loginWith(caller).login).toBe(USER);
});

const token = (text: string, expires: number) =>
  new Api.auth.LoginToken({ token: Buffer.from(text), expires });

function qrContext(
  answers: readonly Api.auth.TypeLoginToken[],
  show: QrContext['prompts']['qr'],
  signal = NEVER,
) {
  const left = [...answers];
  const caller: Caller = { call: async () => left.shift() as never };
  return {
    caller,
    apiId: 1,
    apiHash: 'x',
    prompts: scriptedPrompts({ method: 'qr', qr: show! }).prompts,
    signal,
    maxWaitSeconds: 1,
    scanned: () => new Promise<void>(() => {}),
    serverNow: () => 1000,
    moveHome: async () => {},
  };
}

it('asks anew when a link expires', async () => {
  const success = new Api.auth.LoginTokenSuccess({ authorization: AUTHORIZED });
  const shown: [string, number][] = [];
  const answers = [token('one', 1001), success];
  expect(await loginByQr(qrContext(answers, (link, expires) => shown.push([link, expires])))).toBe(USER);
  expect(shown).toEqual([['tg://login?token=b25l', 1001]]);
});

it('stops waiting for a scan when told to', async () => {
  const abort = new AbortController();
  const login = loginByQr(qrContext([token('one', 2000)], () => abort.abort(), abort.signal));
  await expect(login).rejects.toMatchObject({ code: 'cancelled' });
});

function refusal(text: string): TadError {
  return mapTelegramError(new RpcFailure(400, text, 'auth.SignIn'));
}
