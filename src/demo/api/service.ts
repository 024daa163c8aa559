import { type CallContext, type RpcAnswer, RpcError, type RpcService } from '../mtproto/rpc.js';
import type { Call, Handler } from './call.js';
import { isGetFile } from './file_requests.js';
import { getFile } from './files.js';
import { METHODS, OPEN_METHODS, TROUBLED_METHODS } from './methods.js';
import { decodeObject, TlReadError } from './tl/reader.js';
import { definitionById, type TlDefinition } from './tl/schema.js';
import type { TlObject } from './tl/value.js';
import { encode } from './tl/writer.js';
import type { World } from './world.js';

/** The Telegram API: finds the method, sees who calls, and writes the answer in the caller's layer. */
export class TelegramApi implements RpcService {
  readonly #world: World;
  readonly #requests = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** How often each method was called. */
  get requests(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#requests].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  call(context: CallContext, body: Buffer): RpcAnswer | Promise<RpcAnswer> {
    try {
      if (isGetFile(body)) return this.#getFile(context, body);
      const definition = this.#definition(body);
      return this.#run(context, definition, decodeObject(body));
    } catch (error) {
      if (!(error instanceof TlReadError)) throw error;
      this.#world.log({ level: 'warning', text: `unreadable request: ${error.message}` });
      throw new RpcError(400, 'INPUT_FETCH_FAIL');
    }
  }

  keyForgotten(authKeyId: string): void {
    this.#world.logins.forget(authKeyId);
  }

  #definition(body: Buffer): TlDefinition {
    const id = body.length < 4 ? 0 : body.readUInt32LE(0);
    const definition = definitionById(id);
    if (definition && (METHODS[definition.name] ?? OPEN_METHODS[definition.name])) return definition;
    const name = definition?.name ?? `0x${id.toString(16)}`;
    this.#world.log({ level: 'warning', text: `unknown method ${name}` });
    this.#count(name);
    throw new RpcError(400, 'METHOD_INVALID');
  }

  #count(method: string): void {
    this.#requests.set(method, (this.#requests.get(method) ?? 0) + 1);
  }

  #enter(context: CallContext, method: string): Call {
    this.#count(method);
    const { logins } = this.#world;
    logins.seen(context);
    return { context, world: this.#world, userId: logins.find(context)?.userId };
  }

  /** @throws RpcError 401 AUTH_KEY_UNREGISTERED, SESSION_REVOKED */
  #authorise({ context, world, userId }: Call): bigint {
    if (userId !== undefined) return userId;
    throw new RpcError(401, world.logins.wasRevoked(context) ? 'SESSION_REVOKED' : 'AUTH_KEY_UNREGISTERED');
  }

  #getFile(context: CallContext, body: Buffer): Buffer {
    const call = this.#enter(context, 'upload.getFile');
    this.#world.trouble.meet(this.#authorise(call), 'upload.getFile');
    return getFile(call, body);
  }

  async #run(context: CallContext, definition: TlDefinition, request: TlObject): Promise<Buffer> {
    const method = definition.name;
    const call = this.#enter(context, method);
    let handler: Handler | undefined = OPEN_METHODS[method];
    if (!handler) {
      const userId = this.#authorise(call);
      if (TROUBLED_METHODS.has(method)) this.#world.trouble.meet(userId, method);
      handler = METHODS[method];
    }
    if (!handler) throw new RpcError(400, 'METHOD_INVALID');
    return encode(definition.result, await handler(call, request), context.layer);
  }
}
