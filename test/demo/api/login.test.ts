import { Api } from 'telegram';
import { computeCheck } from 'telegram/Password.js';
import { expect, test } from 'vitest';
import { CODE_LIFETIME_MS } from '../../../src/demo/api/phone_codes.js';
import { decodeObject } from '../../../src/demo/api/tl/reader.js';
import { as, Bench, type Caller, rpcError } from './bench.js';

const PLAIN = '9996620001';
const WITH_PASSWORD = '9996620002';

function sendCode(caller: Caller, phoneNumber: string) {
  const settings = new Api.CodeSettings({});
  return caller.invoke(new Api.auth.SendCode({ phoneNumber, apiId: 1, apiHash: 'hash', settings }));
}

async function signIn(caller: Caller, phoneNumber: string, phoneCode: string) {
  const { phoneCodeHash } = as(await sendCode(caller, phoneNumber), Api.auth.SentCode);
  return caller.invoke(new Api.auth.SignIn({ phoneNumber, phoneCodeHash, phoneCode }));
}

const whoAmI = (caller: Caller) => caller.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }));

test('phone and code log in, and only then is the key known', async () => {
  const caller = new Bench().stranger('a');
  await expect(whoAmI(caller)).rejects.toEqual(rpcError(401, 'AUTH_KEY_UNREGISTERED'));
  const sent = as(await sendCode(caller, `+${PLAIN}`), Api.auth.SentCode);
  expect(as(sent.type, Api.auth.SentCodeTypeApp).length).toBe(5);
  const { user } = as(await signIn(caller, PLAIN, '22222'), Api.auth.Authorization);
  expect(as(user, Api.User)).toMatchObject({ self: true, phone: PLAIN, firstName: 'Demo' });
  expect(await whoAmI(caller)).toMatchObject([{ firstName: 'Demo' }]);
});

test.each([
  ['12', 'PHONE_NUMBER_INVALID'],
  ['9996630001', 'PHONE_NUMBER_INVALID'],
  ['not a number', 'PHONE_NUMBER_INVALID'],
])('the number %s is invalid', async (phone, message) => {
  await expect(sendCode(new Bench().stranger('a'), phone)).rejects.toEqual(rpcError(400, message));
});

test('a login-flood has the number wait, and no other, until its time is over', async () => {
  const bench = new Bench({ faults: { 'login-flood': 1 }, floodSeconds: [3, 3] });
  const caller = bench.stranger('a');
  await expect(sendCode(caller, PLAIN)).rejects.toEqual(rpcError(420, 'FLOOD_WAIT_3'));
  bench.now += 1500;
  bench.faults.setRate('login-flood', 0);
  await expect(sendCode(caller, PLAIN)).rejects.toEqual(rpcError(420, 'FLOOD_WAIT_2'));
  as(await sendCode(caller, WITH_PASSWORD), Api.auth.SentCode);
  bench.now += 1500;
  as(await sendCode(caller, PLAIN), Api.auth.SentCode);
});

test('a number of another data centre is sent there', async () => {
  const bench = new Bench();
  await expect(sendCode(bench.stranger('a', 4), PLAIN)).rejects.toEqual(rpcError(303, 'PHONE_MIGRATE_2'));
  await expect(sendCode(bench.stranger('a'), '9996640001')).rejects.toEqual(rpcError(303, 'PHONE_MIGRATE_4'));
});

test('an application that does not name itself is refused', async () => {
  const request = new Api.auth.SendCode({
    phoneNumber: PLAIN,
    apiId: 0,
    apiHash: '',
    settings: new Api.CodeSettings({}),
  });
  await expect(new Bench().stranger('a').invoke(request)).rejects.toEqual(rpcError(400, 'API_ID_INVALID'));
});

test('codes are refused when wrong, empty, expired, or of another number', async () => {
  const bench = new Bench();
  const caller = bench.stranger('a');
  await expect(signIn(caller, PLAIN, '12345')).rejects.toEqual(rpcError(400, 'PHONE_CODE_INVALID'));
  await expect(signIn(caller, PLAIN, '')).rejects.toEqual(rpcError(400, 'PHONE_CODE_EMPTY'));
  const { phoneCodeHash } = as(await sendCode(caller, PLAIN), Api.auth.SentCode);
  const late = new Api.auth.SignIn({ phoneNumber: PLAIN, phoneCodeHash, phoneCode: '22222' });
  const elsewhere = new Api.auth.SignIn({ phoneNumber: WITH_PASSWORD, phoneCodeHash, phoneCode: '22222' });
  await expect(caller.invoke(elsewhere)).rejects.toEqual(rpcError(400, 'PHONE_CODE_EXPIRED'));
  bench.now += CODE_LIFETIME_MS;
  await expect(caller.invoke(late)).rejects.toEqual(rpcError(400, 'PHONE_CODE_EXPIRED'));
});

test('after five wrong answers a code is dead', async () => {
  const caller = new Bench().stranger('a');
  const { phoneCodeHash } = as(await sendCode(caller, PLAIN), Api.auth.SentCode);
  const attempt = (phoneCode: string) =>
    caller.invoke(new Api.auth.SignIn({ phoneNumber: PLAIN, phoneCodeHash, phoneCode }));
  for (let n = 0; n < 5; n++) await expect(attempt('1')).rejects.toEqual(rpcError(400, 'PHONE_CODE_INVALID'));
  await expect(attempt('22222')).rejects.toEqual(rpcError(400, 'PHONE_CODE_EXPIRED'));
});

test('a code can be sent again, and be called off', async () => {
  const caller = new Bench().stranger('a');
  const { phoneCodeHash } = as(await sendCode(caller, PLAIN), Api.auth.SentCode);
  const again = await caller.invoke(new Api.auth.ResendCode({ phoneNumber: PLAIN, phoneCodeHash }));
  expect(as(again, Api.auth.SentCode).phoneCodeHash).toBe(phoneCodeHash);
  await caller.invoke(new Api.auth.CancelCode({ phoneNumber: PLAIN, phoneCodeHash }));
  const late = new Api.auth.SignIn({ phoneNumber: PLAIN, phoneCodeHash, phoneCode: '22222' });
  await expect(caller.invoke(late)).rejects.toEqual(rpcError(400, 'PHONE_CODE_EXPIRED'));
});

test('a number without an account cannot sign in, nor sign up', async () => {
  const caller = new Bench().stranger('a');
  await expect(signIn(caller, '9996629999', '22222')).rejects.toEqual(
    rpcError(400, 'PHONE_NUMBER_UNOCCUPIED'),
  );
  const names = { phoneCodeHash: 'x', firstName: 'New', lastName: 'Comer' };
  const signUp = (phoneNumber: string) => caller.invoke(new Api.auth.SignUp({ phoneNumber, ...names }));
  await expect(signUp('9996629999')).rejects.toEqual(rpcError(406, 'UPDATE_APP_TO_LOGIN'));
  await expect(signUp(PLAIN)).rejects.toEqual(rpcError(400, 'PHONE_NUMBER_OCCUPIED'));
});

test('two-step verification: the password is proved by SRP', async () => {
  const bench = new Bench();
  const caller = bench.stranger('a');
  await expect(signIn(caller, WITH_PASSWORD, '22222')).rejects.toEqual(
    rpcError(401, 'SESSION_PASSWORD_NEEDED'),
  );
  await expect(whoAmI(caller)).rejects.toEqual(rpcError(401, 'AUTH_KEY_UNREGISTERED'));

  const challenge = () => caller.invoke(new Api.account.GetPassword());
  const check = (password: Api.TypeInputCheckPasswordSRP) =>
    caller.invoke(new Api.auth.CheckPassword({ password }));

  const wrong = await computeCheck(await challenge(), 'guess');
  await expect(check(wrong)).rejects.toEqual(rpcError(400, 'PASSWORD_HASH_INVALID'));
  await expect(check(wrong)).rejects.toEqual(rpcError(400, 'SRP_ID_INVALID'));
  await expect(check(new Api.InputCheckPasswordEmpty())).rejects.toEqual(
    rpcError(400, 'PASSWORD_HASH_INVALID'),
  );

  const right = await computeCheck(await challenge(), bench.account(1).password!);
  expect(await check(right)).toBeInstanceOf(Api.auth.Authorization);
  expect(await whoAmI(caller)).toMatchObject([{ firstName: 'Careful' }]);
});

test('an account without a password says so; a stranger learns nothing', async () => {
  const bench = new Bench();
  const password = await bench.caller().invoke(new Api.account.GetPassword());
  expect(as(password, Api.account.Password).hasPassword).toBe(false);
  const asked = bench.stranger('b').invoke(new Api.account.GetPassword());
  await expect(asked).rejects.toEqual(rpcError(401, 'AUTH_KEY_UNREGISTERED'));
});

const exportToken = (caller: Caller) =>
  caller.invoke(new Api.auth.ExportLoginToken({ apiId: 1, apiHash: 'hash', exceptIds: [] }));

test('a QR code, scanned by a phone, logs in the key that shows it', async () => {
  const bench = new Bench();
  const [screen, phone] = [bench.stranger('screen'), bench.caller()];
  const shown = as(await exportToken(screen), Api.auth.LoginToken);
  expect(shown.expires).toBe(bench.now / 1000 + 30);
  expect(as(await exportToken(screen), Api.auth.LoginToken).token).toEqual(shown.token);

  const accept = new Api.auth.AcceptLoginToken({ token: shown.token });
  expect(await phone.invoke(accept)).toBeInstanceOf(Api.Authorization);
  expect(bench.pushed.map(({ authKeyId }) => authKeyId)).toEqual(['screen']);
  expect(decodeObject(bench.pushed[0]!.updates)).toMatchObject({ update: { _: 'updateLoginToken' } });
  await expect(phone.invoke(accept)).rejects.toEqual(rpcError(400, 'AUTH_TOKEN_ALREADY_ACCEPTED'));

  expect(await exportToken(screen)).toBeInstanceOf(Api.auth.LoginTokenSuccess);
  expect(await whoAmI(screen)).toMatchObject([{ firstName: 'Demo' }]);
});

test('a QR code on another data centre moves to that of the account', async () => {
  const bench = new Bench();
  const away = bench.stranger('screen', 4);
  const { token } = as(await exportToken(away), Api.auth.LoginToken);
  await bench.caller().invoke(new Api.auth.AcceptLoginToken({ token }));
  const moved = as(await exportToken(away), Api.auth.LoginTokenMigrateTo);
  expect(moved.dcId).toBe(2);
  const home = bench.stranger('screen at home');
  const imported = await home.invoke(new Api.auth.ImportLoginToken({ token: moved.token }));
  expect(imported).toBeInstanceOf(Api.auth.LoginTokenSuccess);
  expect(await whoAmI(home)).toMatchObject([{ firstName: 'Demo' }]);
});

test('a QR code expires, is replaced, and asks for the password of an account that has one', async () => {
  const bench = new Bench();
  const screen = bench.stranger('screen');
  const stale = as(await exportToken(screen), Api.auth.LoginToken);
  bench.now += 31_000;
  const accept = (token: Buffer) =>
    bench.caller(bench.account(1)).invoke(new Api.auth.AcceptLoginToken({ token }));
  await expect(accept(stale.token)).rejects.toEqual(rpcError(400, 'AUTH_TOKEN_EXPIRED'));
  await expect(accept(Buffer.from('no token'))).rejects.toEqual(rpcError(400, 'AUTH_TOKEN_INVALID'));
  const fresh = as(await exportToken(screen), Api.auth.LoginToken);
  expect(fresh.token).not.toEqual(stale.token);
  await accept(fresh.token);
  await expect(exportToken(screen)).rejects.toEqual(rpcError(401, 'SESSION_PASSWORD_NEEDED'));
});

test('logging out ends the device on all data centres', async () => {
  const bench = new Bench();
  const home = bench.caller();
  const away = bench.stranger('media', 4);
  const exported = await home.invoke(new Api.auth.ExportAuthorization({ dcId: 4 }));
  const { id, bytes } = as(exported, Api.auth.ExportedAuthorization);
  await away.invoke(new Api.auth.ImportAuthorization({ id, bytes }));
  expect(await whoAmI(away)).toMatchObject([{ firstName: 'Demo' }]);
  const again = away.invoke(new Api.auth.ImportAuthorization({ id, bytes }));
  await expect(again).rejects.toEqual(rpcError(400, 'AUTH_BYTES_INVALID'));

  await home.invoke(new Api.auth.LogOut());
  for (const caller of [home, away]) {
    await expect(whoAmI(caller)).rejects.toEqual(rpcError(401, 'AUTH_KEY_UNREGISTERED'));
  }
});

test('a login is exported to data centres that exist, not to itself', async () => {
  const caller = new Bench().caller();
  for (const dcId of [2, 3]) {
    const exported = caller.invoke(new Api.auth.ExportAuthorization({ dcId }));
    await expect(exported).rejects.toEqual(rpcError(400, 'DC_ID_INVALID'));
  }
});

test('terminating the other sessions tells them so, and spares the own one', async () => {
  const bench = new Bench();
  const [own, other] = [bench.caller(undefined, 'own'), bench.caller(undefined, 'other')];
  await own.invoke(new Api.auth.ResetAuthorizations());
  await expect(whoAmI(other)).rejects.toEqual(rpcError(401, 'SESSION_REVOKED'));
  expect(await whoAmI(own)).toHaveLength(1);
});
