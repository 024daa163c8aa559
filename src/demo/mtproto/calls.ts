import type { Faults } from '../faults.js';
import type { AuthKeys } from './auth_keys.js';
import { bindTempAuthKey } from './bind_temp_key.js';
import type { Connection } from './connection.js';
import { ID } from './constructors.js';
import { pack } from './gzip.js';
import { type CallContext, type RpcAnswer, RpcError, type RpcService } from './rpc.js';
import * as service from './service_messages.js';
import type { Damage, Session } from './session.js';
import { TlError, tl } from './tl.js';
import { TransportError } from './transport_error.js';
import { type Unwrapped, unwrap } from './wrappers.js';

export interface CallsEnvironment {
  readonly keys: AuthKeys;
  readonly service: RpcService;
  readonly faults: Faults | undefined;
  /** Its keys are never struck by the `revoke` fault: no client gets over the loss of its login. */
  readonly homeDcId: number;
  /** Milliseconds since 1970. */
  now(): number;
  log(line: string): void;
  /** Forgets a key, and all that depends on it. */
  forgetKey(keyId: string): void;
  /** A call has begun. */
  counted(): void;
}

/** Milliseconds after which a call not yet answered is acknowledged on its own. */
const PATIENCE = 500;

/** Answers from here on count as parts of files, which the `reset` fault cuts in two. */
const PART = 4096;

/** Runs remote calls: takes the wrappers off, hands them to the API, sends what it answers. */
export class Calls {
  readonly #env: CallsEnvironment;

  constructor(environment: CallsEnvironment) {
    this.#env = environment;
  }

  /** @throws TransportError when the `revoke` fault strikes */
  run(session: Session, connection: Connection, messageId: bigint, packed: Buffer): void {
    this.#env.counted();
    session.received.setProgress(messageId, 'running');
    const { faults } = this.#env;
    if (connection.dcId !== this.#env.homeDcId && faults?.strikes('revoke')) {
      this.#env.forgetKey(session.key.callerId ?? session.key.hexId);
      throw new TransportError(404);
    }
    if (faults?.strikes('silence')) return;
    let answer: RpcAnswer | Promise<RpcAnswer>;
    try {
      answer = this.#invoke(session, connection.dcId, messageId, unwrap(packed));
    } catch (error) {
      this.#finishWithError(session, connection, messageId, error);
      return;
    }
    if (!(answer instanceof Promise)) {
      this.#finish(session, connection, messageId, answer);
      return;
    }
    const acknowledge = (): void => session.notify(service.acknowledge([messageId]), false);
    const timer = setTimeout(acknowledge, PATIENCE).unref();
    const call = answer
      .then(
        (result) => this.#finish(session, connection, messageId, result),
        (error: unknown) => this.#finishWithError(session, connection, messageId, error),
      )
      .finally(() => {
        clearTimeout(timer);
        session.calls.delete(messageId);
      });
    session.calls.set(messageId, call);
  }

  #invoke(
    session: Session,
    dcId: number,
    messageId: bigint,
    call: Unwrapped,
  ): RpcAnswer | Promise<RpcAnswer> {
    const { key } = session;
    if (call.layer !== undefined) session.layer = call.layer;
    if (call.body.readUInt32LE() === ID.bindTempAuthKey) {
      const now = Math.floor(this.#env.now() / 1000);
      bindTempAuthKey(this.#env.keys, { key, dcId, sessionId: session.id, messageId, body: call.body, now });
      return tl.uint32(ID.boolTrue);
    }
    const authKeyId = key.callerId;
    if (authKeyId === undefined) throw new RpcError(401, 'AUTH_KEY_PERM_EMPTY');
    if (call.wantsUpdates) session.wantsUpdates = true;
    const context: CallContext = {
      dcId,
      authKeyId,
      sessionId: session.hexId,
      layer: session.layer,
      wantsUpdates: call.wantsUpdates,
    };
    const waiting = call.after.flatMap((id) => session.calls.get(id) ?? []);
    if (waiting.length === 0) return this.#invokeAfter(session, context, call);
    return Promise.all(waiting).then(() => this.#invokeAfter(session, context, call));
  }

  /** https://core.telegram.org/method/invokeAfterMsg: only after calls that were answered without an error. */
  #invokeAfter(session: Session, context: CallContext, call: Unwrapped): RpcAnswer | Promise<RpcAnswer> {
    const areDone = call.after.every((id) => session.received.progress(id) === 'answered');
    if (!areDone) throw new RpcError(400, 'MSG_WAIT_FAILED');
    return this.#env.service.call(context, call.body);
  }

  #finish(session: Session, connection: Connection, messageId: bigint, answer: RpcAnswer): void {
    session.received.setProgress(messageId, 'answered');
    const pieces = Buffer.isBuffer(answer) ? [answer] : answer;
    this.#send(session, connection, messageId, pack(pieces));
  }

  #finishWithError(session: Session, connection: Connection, messageId: bigint, error: unknown): void {
    session.received.setProgress(messageId, 'failed');
    this.#send(session, connection, messageId, [this.#describe(error)]);
  }

  #describe(error: unknown): Buffer {
    if (error instanceof RpcError) return service.rpcError(error.code, error.errorMessage);
    if (error instanceof TlError) return service.rpcError(400, 'INPUT_FETCH_ERROR');
    this.#env.log(`call failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return service.rpcError(500, 'INTERNAL');
  }

  #send(session: Session, connection: Connection, messageId: bigint, result: readonly Buffer[]): void {
    if (session.dropped.delete(messageId)) return;
    const { faults } = this.#env;
    if (faults?.strikes('disconnect')) connection.close();
    const size = result.reduce((sum, piece) => sum + piece.length, 0);
    let damage: Damage | undefined;
    if (size >= PART && faults?.strikes('reset')) damage = 'reset';
    else if (faults?.strikes('corrupt')) damage = 'corrupt';
    session.answer(messageId, result, damage);
  }
}
