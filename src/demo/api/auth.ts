import type { CatalogueUser } from '../catalogue/catalogue.js';
import { RpcError } from '../mtproto/rpc.js';
import { dcOfPhone, logIn } from './authorisation.js';
import { badRequest, type Call, type Handler, type MethodTable } from './call.js';
import { CODE_LENGTH } from './phone_codes.js';
import { int, type TlObject, text } from './tl/value.js';

function phoneOf(request: TlObject): string {
  return text(request, 'phone_number').replace(/[\s()+-]/g, '');
}

function sentCode(hash: string, viaSms: boolean): TlObject {
  return {
    _: 'auth.sentCode',
    type: { _: viaSms ? 'auth.sentCodeTypeSms' : 'auth.sentCodeTypeApp', length: CODE_LENGTH },
    phone_code_hash: hash,
  };
}

/** https://core.telegram.org/method/auth.sendCode */
const sendCode: Handler = (call, request) => {
  if (int(request, 'api_id') <= 0 || text(request, 'api_hash') === '') throw badRequest('API_ID_INVALID');
  const phone = phoneOf(request);
  const dcId = dcOfPhone(phone);
  const known = call.world.dataCentres().some(({ id }) => id === dcId);
  if (dcId === undefined || !known) throw badRequest('PHONE_NUMBER_INVALID');
  if (dcId !== call.context.dcId) throw new RpcError(303, `PHONE_MIGRATE_${dcId}`);
  call.world.trouble.meetLogin(phone);
  const user = call.world.catalogue.users.find((candidate) => candidate.phone === phone);
  const code = user?.code ?? String(dcId).repeat(CODE_LENGTH);
  return sentCode(call.world.phoneCodes.send(phone, code, user), false);
};

const resendCode: Handler = (call, request) => {
  const hash = text(request, 'phone_code_hash');
  if (!call.world.phoneCodes.has(phoneOf(request), hash)) throw badRequest('PHONE_CODE_EXPIRED');
  return sentCode(hash, true);
};

const cancelCode: Handler = (call, request) => {
  if (!call.world.phoneCodes.drop(text(request, 'phone_code_hash'))) throw badRequest('PHONE_CODE_EXPIRED');
  return true;
};

/** The account that a phone code belongs to. @throws RpcError PHONE_CODE_EMPTY, _INVALID, _EXPIRED */
function checkCode(call: Call, request: TlObject, code: string): CatalogueUser | undefined {
  if (code === '') throw badRequest('PHONE_CODE_EMPTY');
  const hash = text(request, 'phone_code_hash');
  const check = call.world.phoneCodes.check(phoneOf(request), hash, code);
  if (check.verdict === 'right') return check.user;
  throw badRequest(check.verdict === 'wrong' ? 'PHONE_CODE_INVALID' : 'PHONE_CODE_EXPIRED');
}

/** https://core.telegram.org/method/auth.signIn */
const signIn: Handler = (call, request) => {
  const code = request['phone_code'] === undefined ? '' : text(request, 'phone_code');
  const user = checkCode(call, request, code);
  if (!user) throw badRequest('PHONE_NUMBER_UNOCCUPIED');
  return logIn(call, user, false);
};

/** Nobody can join this world, as nobody can join Telegram from a client that is not its own. */
const signUp: Handler = (call, request) => {
  const phone = phoneOf(request);
  const taken = call.world.catalogue.users.some((user) => user.phone === phone);
  throw taken ? badRequest('PHONE_NUMBER_OCCUPIED') : new RpcError(406, 'UPDATE_APP_TO_LOGIN');
};

export const openAuthMethods: MethodTable = {
  'auth.sendCode': sendCode,
  'auth.resendCode': resendCode,
  'auth.cancelCode': cancelCode,
  'auth.signIn': signIn,
  'auth.signUp': signUp,
};
