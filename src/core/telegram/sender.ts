import { errors } from 'telegram';
import { AuthKey } from 'telegram/crypto/AuthKey.js';
import { returnBigInt, toSignedLittleBuffer } from 'telegram/Helpers.js';
import { MTProtoSender } from 'telegram/network/index.js';
import type { RequestState } from 'telegram/network/RequestState.js';
import type { TadError } from '../errors.js';
import './fast_longs.js';
import type { NoticeLogger } from './gramjs_logger.js';
import { methodName } from './method_name.js';
import { mapTelegramError, mapTransportError, RpcFailure, unreachable } from './rpc_errors.js';

export interface SenderHooks {
  /** The connection is of no more use; called at most once. */
  broken(reason: TadError): void;
  /** An Updates object that the server pushed. */
  update(update: unknown): void;
}

/** What a later connection to the same data centre can start from. */
export interface ServerClock {
  /** 8 bytes as the wire has them. */
  readonly salt: Uint8Array;
  /** The server's clock minus ours, seconds. */
  readonly timeOffset: number;
}

/**
 * GramJS's MTProto engine for exactly one TCP connection. Where GramJS would reconnect by itself, for ever and
 * without telling anybody, this says that it is broken; where it would hang (an unknown key, an answer that does
 * not decrypt, an error inside a container), this fails.
 */
export class Sender extends MTProtoSender {
  readonly #hooks: SenderHooks;
  #broken = false;
  /** Why the last attempt to connect failed; GramJS swallows it. */
  connectError: unknown;

  constructor(
    dcId: number,
    key: AuthKey | undefined,
    clock: ServerClock | undefined,
    log: NoticeLogger,
    hooks: SenderHooks,
  ) {
    super(key, {
      logger: log,
      dcId,
      retries: 1,
      delay: 0,
      reconnectRetries: Number.POSITIVE_INFINITY,
      autoReconnect: false,
      connectTimeout: undefined,
      authKeyCallback: undefined,
      isMainSender: false,
      securityChecks: true,
      updateCallback: (_client: unknown, update: unknown) => this.#update(update),
      client: {
        _errorHandler: async (error: unknown) => {
          this.connectError = error;
          log.warn(String(error));
        },
      } as any,
      _exportedSenderPromises: new Map(),
    });
    this.#hooks = hooks;
    if (clock !== undefined) {
      this.#state.timeOffset = clock.timeOffset;
      this.#state.salt = returnBigInt(Buffer.from(clock.salt).readBigInt64LE());
    }
    this.#failOnDamage();
  }

  static async keyFrom(bytes: Uint8Array): Promise<AuthKey> {
    const key = new AuthKey();
    await key.setKey(Buffer.from(bytes));
    return key;
  }

  get clock(): ServerClock {
    return { salt: toSignedLittleBuffer(this.#state.salt, 8), timeOffset: this.#state.timeOffset };
  }

  /** Forgets a request: its answer will not be waited for, nor be kept. */
  forget(state: RequestState): void {
    if (state.msgId !== undefined) this._pendingState.delete(state.msgId);
    const queue = (this as any)._sendQueue;
    queue._queue = queue._queue.filter((queued: unknown) => queued !== state);
    state.resolve(undefined);
  }

  /** GramJS calls this whenever the connection fails it. */
  override reconnect(): void {
    this.#break(unreachable('the connection to Telegram was lost'));
  }

  /** Called without argument for a transport error -404; the other case is an ordinary rpc_error. */
  override _handleBadAuthKey(fromRpcError = false): void {
    if (!fromRpcError) this.#break(mapTransportError(404, 'the connection'));
  }

  override _handleRPCResult(message: any): void {
    const { reqMsgId, error } = message.obj;
    const state = this._pendingState.get(reqMsgId);
    if (state === undefined) return;
    if (error === undefined) {
      super._handleRPCResult(message);
      return;
    }
    this._pendingState.delete(reqMsgId);
    state.reject(new RpcFailure(error.errorCode, error.errorMessage, methodName(state.request)));
  }

  /** GramJS drops the rest of a container when one of its messages fails. */
  override async _handleContainer(message: any): Promise<void> {
    for (const inner of message.obj.messages) {
      try {
        await this._processMessage(inner);
      } catch (error) {
        this.#log.warn(`a message of a container could not be read: ${String(error)}`);
      }
    }
  }

  #failOnDamage(): void {
    const state = this.#state;
    const decrypt = state.decryptMessageData.bind(state);
    state.decryptMessageData = async (body: Buffer) => {
      try {
        return await decrypt(body);
      } catch (error) {
        // A message that came twice is dropped; any other failed check loses an answer that somebody waits for.
        const damaged = error instanceof errors.SecurityError || error instanceof errors.InvalidBufferError;
        if (damaged && error.message !== 'Duplicate msgIds') this.#break(mapTelegramError(error));
        throw error;
      }
    };
  }

  #break(reason: TadError): void {
    if (this.#broken || this.userDisconnected) return;
    this.#broken = true;
    this._userConnected = false;
    this.#hooks.broken(reason);
  }

  #update(update: any): void {
    // GramJS also reports the state of its connection here, as objects that are no TL constructors.
    if (update?.classType === 'constructor') this.#hooks.update(update);
  }

  get #state(): any {
    return (this as any)._state;
  }

  get #log(): NoticeLogger {
    return (this as any)._log;
  }
}
