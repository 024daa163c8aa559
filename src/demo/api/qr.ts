import type { CatalogueUser } from '../catalogue/catalogue.js';
import { authorization, homeDcOf, logIn } from './authorisation.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable, unixTime } from './call.js';
import type { LoginToken } from './login_tokens.js';
import { bytes, type TlObject } from './tl/value.js';
import { encodeObject } from './tl/writer.js';
import type { World } from './world.js';

/** https://core.telegram.org/method/auth.exportLoginToken */
const exportLoginToken: Handler = (call) => {
  const { world, context, userId } = call;
  if (userId !== undefined) {
    return { _: 'auth.loginTokenSuccess', authorization: authorization(currentUser(call)) };
  }
  const token = world.loginTokens.ofKey(context, context.layer);
  const user = token.acceptedBy === undefined ? undefined : world.catalogue.user(token.acceptedBy);
  if (!user) return { _: 'auth.loginToken', expires: token.expires, token: token.token };
  const home = homeDcOf(user);
  if (home !== context.dcId) return { _: 'auth.loginTokenMigrateTo', dc_id: home, token: token.token };
  return success(call, token, user);
};

/** https://core.telegram.org/method/auth.importLoginToken: the second half, on the account's own data centre. */
const importLoginToken: Handler = (call, request) => {
  const token = call.world.loginTokens.find(bytes(request, 'token'));
  if (!token) throw badRequest('AUTH_TOKEN_INVALID');
  const user = token.acceptedBy === undefined ? undefined : call.world.catalogue.user(token.acceptedBy);
  if (!user)
    throw badRequest(call.world.loginTokens.isExpired(token) ? 'AUTH_TOKEN_EXPIRED' : 'AUTH_TOKEN_INVALID');
  return success(call, token, user);
};

function success(call: Call, token: LoginToken, user: CatalogueUser): TlObject {
  call.world.loginTokens.drop(token);
  return { _: 'auth.loginTokenSuccess', authorization: logIn(call, user, false) };
}

/** https://core.telegram.org/method/auth.acceptLoginToken */
const acceptLoginToken: Handler = (call, request) => {
  const user = currentUser(call);
  acceptToken(call.world, bytes(request, 'token'), user.id);
  return {
    _: 'authorization',
    password_pending: user.password !== undefined,
    hash: 0,
    device_model: 'Demo',
    platform: 'Demo',
    system_version: '1',
    api_id: 1,
    app_name: 'Demo',
    app_version: '1',
    date_created: unixTime(call),
    date_active: unixTime(call),
    ip: '127.0.0.1',
    country: 'Netherlands',
    region: '',
  };
};

/**
 * What a phone does that scans the code: the key that shows it is told by updateLoginToken.
 * @throws RpcError AUTH_TOKEN_INVALID, AUTH_TOKEN_EXPIRED, AUTH_TOKEN_ALREADY_ACCEPTED
 */
export function acceptToken(world: World, tokenBytes: Buffer, userId: bigint): void {
  const token = world.loginTokens.find(tokenBytes);
  if (!token) throw badRequest('AUTH_TOKEN_INVALID');
  if (token.acceptedBy !== undefined) throw badRequest('AUTH_TOKEN_ALREADY_ACCEPTED');
  if (world.loginTokens.isExpired(token)) throw badRequest('AUTH_TOKEN_EXPIRED');
  token.acceptedBy = userId;
  const date = Math.floor(world.clock() / 1000);
  const update = { _: 'updateShort', update: { _: 'updateLoginToken' }, date };
  world.pusher.push(token.waiting.authKeyId, encodeObject(update, token.layer));
}

export const openQrMethods: MethodTable = {
  'auth.exportLoginToken': exportLoginToken,
  'auth.importLoginToken': importLoginToken,
};

export const qrMethods: MethodTable = {
  'auth.acceptLoginToken': acceptLoginToken,
};
