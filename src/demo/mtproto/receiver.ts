import type { Faults } from '../faults.js';
import type { AuthKey } from './auth_keys.js';
import type { Calls } from './calls.js';
import type { Connection } from './connection.js';
import { ID } from './constructors.js';
import { FramingError } from './framing.js';
import { unpack } from './gzip.js';
import type { MessageIds } from './message_ids.js';
import { BAD, checkMessageTime } from './received_messages.js';
import { isServiceMessage, type ServiceHandler } from './service_handler.js';
import * as service from './service_messages.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';
import { TlError, TlReader, tl } from './tl.js';
import { TransportError } from './transport_error.js';

export interface ReceiverEnvironment {
  readonly sessions: Sessions;
  readonly ids: MessageIds;
  readonly calls: Calls;
  readonly serviceHandler: ServiceHandler;
  readonly faults: Faults | undefined;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Message {
  readonly id: bigint;
  readonly seqno: number;
  readonly body: Buffer;
}

/** A container may hold no more: https://core.telegram.org/mtproto/service_messages#containers */
const MOST_IN_CONTAINER = 1020;

/**
 * Takes decrypted packets: checks salt, time, order and sequence, finds the session, opens containers, and hands each
 * message to whom it concerns.
 */
export class Receiver {
  readonly #env: ReceiverEnvironment;

  constructor(environment: ReceiverEnvironment) {
    this.#env = environment;
  }

  /** @throws FramingError, TlError or TransportError: the connection must end */
  receive(connection: Connection, key: AuthKey, plaintext: Buffer): void {
    const reader = new TlReader(plaintext);
    const salt = reader.long();
    const sessionId = reader.long();
    const message = readMessage(reader);
    if (reader.remaining < 12 || reader.remaining > 1024) throw new FramingError('wrong padding');
    const refusal = this.#refusal(key, salt, message);
    if (refusal !== undefined) {
      const id = this.#env.ids.next('answer');
      const size = refusal.length;
      connection.send(key, sessionId, { id, seqno: 0, pieces: [refusal], size, wasSent: false });
      return;
    }
    const session = this.#env.sessions.open(key, sessionId);
    session.attach(connection);
    const isContainer = new TlReader(message.body).peek() === ID.msgContainer;
    if (isContainer) this.#onContainer(session, connection, message);
    else {
      this.#announce(session, message.id);
      this.#onMessage(session, connection, message);
    }
  }

  /** What is wrong with the packet as a whole; then no session comes of it. */
  #refusal(key: AuthKey, salt: bigint, { id, seqno }: Message): Buffer | undefined {
    const timeError = checkMessageTime(id, this.#env.now());
    if (timeError !== undefined) return service.badMessage(id, seqno, timeError);
    const now = Math.floor(this.#env.now() / 1000);
    const isStruck = key.callerId !== undefined && this.#env.faults?.strikes('bad-salt');
    if (isStruck) key.salts.renew();
    if (!isStruck && key.salts.accepts(salt, now)) return undefined;
    return service.badServerSalt(id, seqno, key.salts.current(now));
  }

  #announce(session: Session, firstMessageId: bigint): void {
    session.announce(firstMessageId, session.key.salts.current(Math.floor(this.#env.now() / 1000)));
  }

  #onContainer(session: Session, connection: Connection, container: Message): void {
    const code = this.#takeContainer(session, connection, container);
    if (code !== undefined) session.reply(service.badMessage(container.id, container.seqno, code));
  }

  /** @returns what is wrong with it */
  #takeContainer(session: Session, connection: Connection, container: Message): number | undefined {
    const { id, seqno, body } = container;
    if (session.received.has(id)) return BAD.containerRepeated;
    if ((seqno & 1) === 1) return BAD.evenExpected;
    const messages = readContainer(new TlReader(body, 4), id);
    if (messages === undefined) return BAD.invalidContainer;
    let firstId = id;
    for (const message of messages) if (message.id < firstId) firstId = message.id;
    this.#announce(session, firstId);
    for (const message of messages) this.#onMessage(session, connection, message);
    const code = session.received.check(id, seqno);
    if (code === undefined) session.received.add(id, seqno);
    return code;
  }

  #onMessage(session: Session, connection: Connection, { id, seqno, body }: Message): void {
    if (session.received.has(id)) {
      const answer = session.unacknowledged.answerTo(id);
      if (answer !== undefined) session.resend(answer);
      return;
    }
    const code = session.received.check(id, seqno) ?? parityError(seqno, body);
    if (code !== undefined) {
      session.reply(service.badMessage(id, seqno, code));
      return;
    }
    session.received.add(id, seqno);
    const content = openIfService(body);
    if (isServiceMessage(content)) this.#env.serviceHandler.handle(session, connection, id, content);
    else this.#env.calls.run(session, connection, id, content);
  }
}

function readMessage(reader: TlReader): Message {
  const id = reader.long();
  const seqno = reader.uint32();
  const length = reader.int32();
  if (length < 4 || length % 4 !== 0) throw new TlError('message of a wrong length');
  return { id, seqno, body: reader.raw(length) };
}

/** Undefined when it breaks the rules: no containers inside, ids below its own. */
function readContainer(reader: TlReader, containerId: bigint): Message[] | undefined {
  const count = reader.uint32();
  if (count > MOST_IN_CONTAINER) throw new TransportError(429);
  const messages: Message[] = [];
  for (let i = 0; i < count; i++) {
    const message = readMessage(reader);
    const isNested = new TlReader(message.body).peek() === ID.msgContainer;
    if (isNested || message.id >= containerId || (message.id & 3n) !== 0n) return undefined;
    messages.push(message);
  }
  return messages;
}

/** Calls need an acknowledgement, so their number is odd; of service messages clients write both kinds. */
function parityError(seqno: number, body: Buffer): number | undefined {
  const isCall = !isServiceMessage(body) && new TlReader(body).peek() !== ID.gzipPacked;
  return isCall && (seqno & 1) === 0 ? BAD.oddExpected : undefined;
}

/** A service message may come as gzip_packed too; a call is left packed, for its wrappers are taken off elsewhere. */
function openIfService(body: Buffer): Buffer {
  const reader = new TlReader(body);
  if (reader.peek() !== ID.gzipPacked) return body;
  reader.uint32();
  const content = unpack(reader.string());
  if (new TlReader(content).peek() === ID.msgContainer) throw new TlError('packed container');
  return content.length < 4 ? tl.uint32(0) : content;
}
