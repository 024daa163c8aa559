import type { CatalogueUser } from '../catalogue/catalogue.js';
import type { CallContext } from '../mtproto/rpc.js';
import { RpcError } from '../mtproto/rpc.js';
import type { TlObject, TlValue } from './tl/value.js';
import type { World } from './world.js';

/** Through whose eyes the world is seen. */
export interface Viewer {
  readonly world: World;
  /** Undefined only inside methods that are open to everybody. */
  readonly userId: bigint | undefined;
}

/** One request on its way through the method table. */
export interface Call extends Viewer {
  readonly context: CallContext;
}

/** Answers are TL values; a Buffer is an answer that is already TL bytes. */
export type Handler = (call: Call, request: TlObject) => TlValue | Promise<TlValue>;

export type MethodTable = Readonly<Record<string, Handler>>;

/** @throws RpcError 401 when nobody has logged in with this key */
export function currentUser(call: Viewer): CatalogueUser {
  const user = call.userId === undefined ? undefined : call.world.catalogue.user(call.userId);
  if (!user) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED');
  return user;
}

export function badRequest(message: string): RpcError {
  return new RpcError(400, message);
}

/** The server's clock as TL has it: Unix seconds. */
export function unixTime(call: Viewer): number {
  return Math.floor(call.world.clock() / 1000);
}
