import { RpcError } from '../mtproto/rpc.js';
import { authorization } from './authorisation.js';
import { badRequest, type Call, currentUser, type Handler, type MethodTable } from './call.js';
import type { Login } from './logins.js';
import { bytes, int, long } from './tl/value.js';

function currentLogin(call: Call): Login {
  const login = call.world.logins.find(call.context);
  if (!login) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED');
  return login;
}

/** https://core.telegram.org/method/auth.exportAuthorization */
const exportAuthorization: Handler = (call, request) => {
  const dcId = int(request, 'dc_id');
  const known = call.world.dataCentres().some(({ id }) => id === dcId);
  if (!known || dcId === call.context.dcId) throw badRequest('DC_ID_INVALID');
  const login = currentLogin(call);
  return {
    _: 'auth.exportedAuthorization',
    id: login.userId,
    bytes: call.world.exportedLogins.export(login, dcId),
  };
};

/** https://core.telegram.org/method/auth.importAuthorization */
const importAuthorization: Handler = (call, request) => {
  const { world, context } = call;
  const login = world.exportedLogins.import(long(request, 'id'), bytes(request, 'bytes'), context.dcId);
  const user = login && world.catalogue.user(login.userId);
  if (!login || !user) throw badRequest('AUTH_BYTES_INVALID');
  world.logins.join(context, context.layer, login);
  return authorization(user);
};

/** https://core.telegram.org/method/auth.logOut */
const logOut: Handler = (call) => {
  call.world.logins.end(currentLogin(call));
  return { _: 'auth.loggedOut' };
};

/** https://core.telegram.org/method/auth.resetAuthorizations: every other device of the account is logged out. */
const resetAuthorizations: Handler = (call) => {
  call.world.logins.revoke(currentUser(call).id, currentLogin(call));
  return true;
};

export const openSessionMethods: MethodTable = {
  'auth.importAuthorization': importAuthorization,
};

export const sessionMethods: MethodTable = {
  'auth.exportAuthorization': exportAuthorization,
  'auth.logOut': logOut,
  'auth.resetAuthorizations': resetAuthorizations,
};
