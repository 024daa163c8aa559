import type { AuthKeys } from './auth_keys.js';
import type { Connection } from './connection.js';
import { ID } from './constructors.js';
import * as service from './service_messages.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';
import { TlReader, tl } from './tl.js';
import { TransportError } from './transport_error.js';

export interface ServiceEnvironment {
  readonly keys: AuthKeys;
  readonly sessions: Sessions;
  /** Milliseconds since 1970. */
  now(): number;
  /** Forgets a key, and all that depends on it. */
  forgetKey(keyId: string): void;
}

/** More ids in one message are refused with transport error 429. */
const MOST_IDS = 8192;

const MOST_SALTS = 64;

type Handler = (session: Session, connection: Connection, id: bigint, reader: TlReader) => void;

/**
 * Answers service messages; never inside rpc_result, but for rpc_drop_answer.
 * https://core.telegram.org/mtproto/service_messages
 */
export class ServiceHandler {
  readonly #env: ServiceEnvironment;
  readonly #handlers: ReadonlyMap<number, Handler>;

  constructor(environment: ServiceEnvironment) {
    this.#env = environment;
    this.#handlers = new Map<number, Handler>([
      [ID.msgsAck, (session, _, __, reader) => this.#onAck(session, reader)],
      [ID.ping, (session, _, id, reader) => session.reply(service.pong(id, reader.long()))],
      [ID.pingDelayDisconnect, onPingDelayDisconnect],
      [ID.msgsStateReq, onStateRequest],
      [ID.msgResendReq, onResendRequest],
      [ID.msgResendAnsReq, onResendAnswers],
      [ID.rpcDropAnswer, onDropAnswer],
      [ID.getFutureSalts, (session, _, id, reader) => this.#onFutureSalts(session, id, reader)],
      [ID.destroySession, (session, _, __, reader) => this.#onDestroySession(session, reader)],
      [ID.destroyAuthKey, (session) => this.#onDestroyKey(session)],
      // Of HTTP only, and of the client's view of our messages: nothing to be done.
      [ID.httpWait, ignore],
      [ID.msgsStateInfo, ignore],
      [ID.msgsAllInfo, ignore],
      [ID.msgDetailedInfo, ignore],
    ]);
  }

  handle(session: Session, connection: Connection, id: bigint, body: Buffer): void {
    const reader = new TlReader(body);
    this.#handlers.get(reader.uint32())?.(session, connection, id, reader);
  }

  #onAck(session: Session, reader: TlReader): void {
    for (const id of boundedIds(reader)) session.unacknowledged.remove(id);
  }

  #onFutureSalts(session: Session, id: bigint, reader: TlReader): void {
    const count = Math.min(MOST_SALTS, Math.max(1, reader.int32()));
    const now = Math.floor(this.#env.now() / 1000);
    session.reply(service.futureSalts(id, now, session.key.salts.upcoming(now, count)));
  }

  #onDestroySession(session: Session, reader: TlReader): void {
    const id = reader.long();
    const isDestroyed = id !== session.id && this.#env.sessions.destroy(session.key, id);
    session.reply(tl.object(isDestroyed ? ID.destroySessionOk : ID.destroySessionNone, id));
  }

  /** https://core.telegram.org/method/destroy_auth_key: not for a temporary key while it is bound. */
  #onDestroyKey(session: Session): void {
    const isBound = session.key.boundTo !== undefined;
    session.reply(tl.uint32(isBound ? ID.destroyAuthKeyFail : ID.destroyAuthKeyOk));
    if (!isBound) this.#env.forgetKey(session.key.hexId);
  }
}

const SERVICE_IDS: ReadonlySet<number> = new Set([
  ID.msgsAck,
  ID.ping,
  ID.pingDelayDisconnect,
  ID.msgsStateReq,
  ID.msgResendReq,
  ID.msgResendAnsReq,
  ID.rpcDropAnswer,
  ID.getFutureSalts,
  ID.destroySession,
  ID.destroyAuthKey,
  ID.httpWait,
  ID.msgsStateInfo,
  ID.msgsAllInfo,
  ID.msgDetailedInfo,
]);

/** Whether this is the protocol's own business rather than a call for the API. */
export function isServiceMessage(body: Buffer): boolean {
  return SERVICE_IDS.has(new TlReader(body).peek());
}

function ignore(): void {}

function boundedIds(reader: TlReader): readonly bigint[] {
  const ids = reader.longs();
  if (ids.length > MOST_IDS) throw new TransportError(429);
  return ids;
}

function onPingDelayDisconnect(session: Session, connection: Connection, id: bigint, reader: TlReader): void {
  session.reply(service.pong(id, reader.long()));
  connection.closeIn(reader.int32());
}

function onStateRequest(session: Session, _: Connection, id: bigint, reader: TlReader): void {
  const states = boundedIds(reader).map((messageId) => session.stateOf(messageId));
  session.reply(service.stateInfo(id, states));
}

/** Sends again what is still kept; when something is not, tells the state of all that was asked for. */
function onResendRequest(session: Session, _: Connection, id: bigint, reader: TlReader): void {
  const ids = boundedIds(reader);
  const messages = ids.flatMap((messageId) => session.unacknowledged.get(messageId) ?? []);
  for (const message of messages) session.resendWhole(message);
  if (messages.length === ids.length) return;
  session.reply(
    service.stateInfo(
      id,
      ids.map((messageId) => session.stateOf(messageId)),
    ),
  );
}

function onResendAnswers(session: Session, _: Connection, __: bigint, reader: TlReader): void {
  for (const requestId of boundedIds(reader)) {
    const answer = session.unacknowledged.answerTo(requestId);
    if (answer !== undefined) session.resendWhole(answer);
  }
}

/** https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query */
function onDropAnswer(session: Session, _: Connection, id: bigint, reader: TlReader): void {
  const requestId = reader.long();
  const answer = session.unacknowledged.answerTo(requestId);
  if (session.calls.has(requestId)) {
    session.dropped.add(requestId);
    session.answer(id, [tl.uint32(ID.rpcAnswerDroppedRunning)]);
  } else if (answer === undefined) {
    session.answer(id, [tl.uint32(ID.rpcAnswerUnknown)]);
  } else {
    session.unacknowledged.remove(answer.id);
    session.answer(id, [tl.object(ID.rpcAnswerDropped, answer.id, answer.seqno, answer.size)]);
  }
}
