import { expect, it } from 'vitest';
import { type ErrorCode, FloodWaitError, TadError, WrongDcError } from '../../../src/core/errors.js';
import { mapTelegramError, migrationTarget, RpcFailure } from '../../../src/core/telegram/rpc_errors.js';

const failure = (code: number, text: string) => new RpcFailure(code, text, 'messages.search');
const systemError = (code: string) => Object.assign(new Error(`connect ${code} 1.2.3.4:443`), { code });

it.each<[number, string, ErrorCode]>([
  [401, 'AUTH_KEY_UNREGISTERED', 'login-required'],
  [401, 'SESSION_REVOKED', 'login-required'],
  [401, 'USER_DEACTIVATED_BAN', 'login-required'],
  [406, 'AUTH_KEY_DUPLICATED', 'login-required'],
  [401, 'SOMETHING_NEW', 'login-required'],
  [400, 'CHANNEL_PRIVATE', 'forbidden'],
  [403, 'CHAT_FORBIDDEN', 'forbidden'],
  [403, 'SOMETHING_NEW', 'forbidden'],
  [400, 'FILE_REFERENCE_EXPIRED', 'reference-expired'],
  [400, 'FILE_REFERENCE_0_EXPIRED', 'reference-expired'],
  [400, 'USERNAME_NOT_OCCUPIED', 'not-found'],
  [400, 'PEER_ID_INVALID', 'not-found'],
  [400, 'INVITE_HASH_EXPIRED', 'not-found'],
  [400, 'LOCATION_INVALID', 'not-found'],
  [400, 'LIMIT_INVALID', 'rejected'],
  [406, 'UPDATE_APP_TO_LOGIN', 'rejected'],
  [400, 'PHONE_CODE_INVALID', 'login-refused'],
  [400, 'PHONE_NUMBER_BANNED', 'login-refused'],
  [400, 'PASSWORD_HASH_INVALID', 'login-refused'],
  [400, 'API_ID_INVALID', 'login-refused'],
  [500, 'RPC_CALL_FAIL', 'server'],
  [400, 'RPC_MCGET_FAIL', 'server'],
  [-500, 'No workers running', 'server'],
  [500, 'INTERDC_4_CALL_ERROR', 'server'],
  [-503, 'Timeout', 'timeout'],
])('%i %s is %s', (code, text, expected) => {
  const error = mapTelegramError(failure(code, text));
  expect(error).toBeInstanceOf(TadError);
  expect(error.code).toBe(expected);
  expect(error.message).not.toMatch(/\n|\.$/);
  expect(error.cause).toBeInstanceOf(RpcFailure);
});

it.each(['FLOOD_WAIT_42', 'FLOOD_PREMIUM_WAIT_42', 'SLOWMODE_WAIT_42', 'FLOOD_TEST_PHONE_WAIT_42'])(
  '%s tells how long to wait for what',
  (text) => {
    const error = mapTelegramError(failure(420, text));
    expect(error).toBeInstanceOf(FloodWaitError);
    expect(error).toMatchObject({ seconds: 42, method: 'messages.search' });
  },
);

it('tells a file that lives elsewhere from an account that does', () => {
  expect(mapTelegramError(failure(303, 'FILE_MIGRATE_4'))).toMatchObject({ code: 'wrong-dc', dcId: 4 });
  expect(mapTelegramError(failure(303, 'FILE_MIGRATE_4'))).toBeInstanceOf(WrongDcError);
  expect(migrationTarget(failure(303, 'PHONE_MIGRATE_4'))).toBe(4);
  expect(migrationTarget(failure(303, 'USER_MIGRATE_5'))).toBe(5);
  expect(migrationTarget(failure(303, 'FILE_MIGRATE_4'))).toBeUndefined();
  expect(migrationTarget(new Error('PHONE_MIGRATE_4'))).toBeUndefined();
});

it.each<[Error, ErrorCode]>([
  [systemError('ECONNREFUSED'), 'unreachable'],
  [systemError('ENOTFOUND'), 'unreachable'],
  [systemError('EHOSTUNREACH'), 'unreachable'],
  [new Error('Not connected'), 'unreachable'],
  [new Error('NetSocket was closed'), 'unreachable'],
  [new Error('Proxy connection timed out'), 'unreachable'],
  [new Error('Socks5 Authentication failed'), 'unreachable'],
  [new Error('Step 2 could not find a valid key for fingerprints'), 'unreachable'],
  [new Error('Invalid response buffer (HTTP code 404)'), 'login-required'],
  [new Error('Invalid response buffer (HTTP code 429)'), 'flood-wait'],
  [new Error('Invalid response buffer (HTTP code 444)'), 'unreachable'],
  [new Error('Step 3 invalid new nonce hash'), 'corrupt'],
  [new Error("Received msg_key doesn't match with expected one"), 'corrupt'],
  [new DOMException('x', 'AbortError'), 'cancelled'],
  [new TypeError('x is not a function'), 'internal'],
])('%s is %s', (error, code) => {
  expect(mapTelegramError(error).code).toBe(code);
});

it('passes on what is mapped already', () => {
  const error = new TadError('corrupt', 'x');
  expect(mapTelegramError(error)).toBe(error);
});
