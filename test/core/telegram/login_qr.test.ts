import { Api } from 'telegram';
import { expect, it } from 'vitest';
import type { Caller } from '../../../src/core/telegram/home_link.js';
import { loginByQr, type QrContext } from '../../../src/core/telegram/login_qr.js';
import { NEVER, scriptedPrompts } from './support.js';

const token = (text: string, expires: number) =>
  new Api.auth.LoginToken({ token: Buffer.from(text), expires });

function context(
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

it('shows a fresh link when the old one expires', async () => {
  const user = new Api.User({ id: 1 as never });
  const success = new Api.auth.LoginTokenSuccess({ authorization: new Api.auth.Authorization({ user }) });
  const shown: [string, number][] = [];
  const answers = [token('one', 1001), token('two', 1001), success];
  expect(await loginByQr(context(answers, (link, expires) => shown.push([link, expires])))).toBe(user);
  expect(shown).toEqual([
    ['tg://login?token=b25l', 1001],
    ['tg://login?token=dHdv', 1001],
  ]);
});

it('stops waiting for a scan when told to', async () => {
  const abort = new AbortController();
  const login = loginByQr(context([token('one', 2000)], () => abort.abort(), abort.signal));
  await expect(login).rejects.toMatchObject({ code: 'cancelled' });
});
