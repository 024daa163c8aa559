import type { CatalogueUser } from '../catalogue/catalogue.js';
import { RpcError } from '../mtproto/rpc.js';
import type { Call } from './call.js';
import { userRow } from './rows.js';
import type { TlObject } from './tl/value.js';
import { HOME_DC } from './world.js';

/**
 * Logs the user in with the calling key, or asks for the password first.
 * @throws RpcError 401 SESSION_PASSWORD_NEEDED
 */
export function logIn(call: Call, user: CatalogueUser, passwordChecked: boolean): TlObject {
  const { world, context } = call;
  if (user.password !== undefined && !passwordChecked) {
    world.logins.awaitPassword(context, user.id);
    throw new RpcError(401, 'SESSION_PASSWORD_NEEDED');
  }
  world.logins.begin(context, context.layer, user.id, world.clock());
  return authorization(user);
}

export function authorization(user: CatalogueUser): TlObject {
  return { _: 'auth.authorization', user: userRow(user, user.id, false) };
}

/** The data centre of a demo number 99966XYYYY is its X; undefined for other numbers. */
export function dcOfPhone(phone: string): number | undefined {
  const match = /^99966([1-9])\d{4}$/.exec(phone);
  return match ? Number(match[1]) : undefined;
}

export function homeDcOf(user: CatalogueUser): number {
  return (user.phone === undefined ? undefined : dcOfPhone(user.phone)) ?? HOME_DC;
}
