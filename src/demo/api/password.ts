import { createHmac, randomBytes } from 'node:crypto';
import type { CatalogueUser } from '../catalogue/catalogue.js';
import { DH_GENERATOR, DH_PRIME } from '../mtproto/dh.js';
import { RpcError } from '../mtproto/rpc.js';
import { logIn } from './authorisation.js';
import { badRequest, type Call, type Handler, type MethodTable } from './call.js';
import { type PasswordSalts, passwordVerifier } from './srp.js';
import { bytes, child, long, type TlObject } from './tl/value.js';

/** Whose password is meant: the account that is half logged in with this key, or the one that is. */
function accountOf(call: Call): CatalogueUser {
  const { logins, catalogue } = call.world;
  const id = logins.awaitingPassword(call.context) ?? call.userId;
  const user = id === undefined ? undefined : catalogue.user(id);
  if (!user) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED');
  return user;
}

/** Follow from the account, so that a client may compute its proof ahead of the next challenge. */
function saltsOf(user: CatalogueUser): PasswordSalts {
  const salt = (name: string): Buffer => createHmac('sha256', name).update(String(user.accessHash)).digest();
  return {
    salt1: Buffer.concat([salt('salt1'), salt('salt1 tail').subarray(0, 8)]),
    salt2: salt('salt2').subarray(0, 16),
  };
}

function algorithm({ salt1, salt2 }: PasswordSalts): TlObject {
  return {
    _: 'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow',
    salt1,
    salt2,
    g: DH_GENERATOR,
    p: DH_PRIME,
  };
}

const verifiers = new WeakMap<CatalogueUser, Promise<Buffer>>();

function verifierOf(user: CatalogueUser, password: string): Promise<Buffer> {
  let verifier = verifiers.get(user);
  if (!verifier) {
    verifier = passwordVerifier(password, saltsOf(user));
    verifiers.set(user, verifier);
  }
  return verifier;
}

/** https://core.telegram.org/method/account.getPassword */
const getPassword: Handler = async (call) => {
  const user = accountOf(call);
  const base = {
    _: 'account.password',
    new_algo: algorithm({ salt1: randomBytes(8), salt2: randomBytes(16) }),
    new_secure_algo: { _: 'securePasswordKdfAlgoPBKDF2HMACSHA512iter100000', salt: randomBytes(8) },
    secure_random: randomBytes(256),
  };
  if (user.password === undefined) return base;
  const salts = saltsOf(user);
  const { id, gB } = call.world.srp.issue(user.id, await verifierOf(user, user.password), salts);
  return {
    ...base,
    has_password: true,
    current_algo: algorithm(salts),
    srp_B: gB,
    srp_id: id,
    hint: 'the demo password',
  };
};

/** https://core.telegram.org/method/auth.checkPassword */
const checkPassword: Handler = (call, request) => {
  const user = accountOf(call);
  const answer = child(request, 'password');
  if (answer._ !== 'inputCheckPasswordSRP') throw badRequest('PASSWORD_HASH_INVALID');
  const verdict = call.world.srp.check(
    user.id,
    long(answer, 'srp_id'),
    bytes(answer, 'A'),
    bytes(answer, 'M1'),
  );
  if (verdict === 'unknown-id') throw badRequest('SRP_ID_INVALID');
  if (verdict === 'wrong') throw badRequest('PASSWORD_HASH_INVALID');
  return logIn(call, user, true);
};

export const openPasswordMethods: MethodTable = {
  'account.getPassword': getPassword,
  'auth.checkPassword': checkPassword,
};
