import { Api } from 'telegram';
import { expect, it } from 'vitest';
import { FloodWaitError } from '../../../src/core/errors.js';
import type { Caller } from '../../../src/core/telegram/home_link.js';
import { loginByPhone } from '../../../src/core/telegram/login.js';
import { NEVER, scriptedPrompts } from './support.js';

const SENT = new Api.auth.SentCode({
  type: new Api.auth.SentCodeTypeSms({ length: 5 }),
  phoneCodeHash: 'hash',
});
const USER = new Api.User({ id: 1 as never });

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
  const { prompts, log } = scriptedPrompts({ phones: ['+49'], codes: ['12345'] });
  const login = loginByPhone({ caller, apiId: 1, apiHash: 'x', prompts, signal: NEVER, maxWaitSeconds });
  return { login, log };
}

it('tells the person how long Telegram asks to wait, waits, and goes on', async () => {
  const authorization = new Api.auth.Authorization({ user: USER });
  const caller = callerWith(new FloodWaitError(1, 'auth.SendCode'), SENT, authorization);
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
  const authorization = new Api.auth.Authorization({ user: USER });
  const { login } = loginWith(callerWith(new Api.auth.SentCodeSuccess({ authorization })));
  expect(await login).toBe(USER);
});
