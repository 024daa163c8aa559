import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthKey } from './auth_keys.js';
import type { Bandwidth } from './bandwidth.js';
import type { BufferPool } from './buffer_pool.js';
import type { MessageIds } from './message_ids.js';
import { type Sealed, sealMessage, wrapPlain } from './seal.js';
import { container } from './service_messages.js';
import type { Damage } from './session.js';
import type { Transport } from './transport.js';
import type { ServerMessage } from './unacknowledged.js';

export interface OutboxEnvironment {
  readonly pool: BufferPool;
  readonly ids: MessageIds;
  readonly bandwidth: Bandwidth | undefined;
  /** Milliseconds that everything takes to leave. */
  readonly latencyMs: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Bytes that went to the socket. */
  wrote(bytes: number): void;
}

interface Letter {
  readonly kind: 'message';
  readonly key: AuthKey;
  readonly sessionId: bigint;
  readonly message: ServerMessage;
  readonly damage: Damage | undefined;
}

type Content =
  | Letter
  /** To be framed, but not encrypted. */
  | { readonly kind: 'plain'; readonly payload: Buffer }
  /** Not even framed. */
  | { readonly kind: 'raw'; readonly bytes: Buffer };

type Item = Content & { readonly readyAt: number };

/** Small messages that are ready together share a container, up to these bounds. */
const SMALL = 1024;
const MOST_TOGETHER = 100;

/**
 * What leaves on one connection: in order, each after its latency, as fast as the bandwidth and the client's reading
 * allow. Messages are encrypted only when their turn comes, so that a slow reader costs no buffers.
 */
export class Outbox {
  readonly #socket: Socket;
  readonly #transport: Transport;
  readonly #env: OutboxEnvironment;
  readonly #queue: Item[] = [];
  readonly #closed = new AbortController();
  #running = false;
  #lastReadyAt = 0;
  #slowAnswers: number;
  readonly #slowMs: number;

  /** @param slow the first `answers` come `ms` later than the rest */
  constructor(
    socket: Socket,
    transport: Transport,
    environment: OutboxEnvironment,
    slow: { readonly answers: number; readonly ms: number },
  ) {
    this.#socket = socket;
    this.#transport = transport;
    this.#env = environment;
    this.#slowAnswers = slow.answers;
    this.#slowMs = slow.ms;
  }

  push(content: Content): void {
    if (this.#closed.signal.aborted) return;
    const slow = this.#slowAnswers > 0 ? this.#slowMs : 0;
    if (this.#slowAnswers > 0) this.#slowAnswers--;
    const readyAt = Math.max(this.#lastReadyAt, performance.now() + this.#env.latencyMs + slow);
    this.#lastReadyAt = readyAt;
    this.#queue.push({ ...content, readyAt });
    if (this.#running) return;
    this.#running = true;
    // After the current packet has been dealt with, so that its answers can share a container.
    queueMicrotask(() => void this.#run());
  }

  /** Drops all that has not left. */
  close(): void {
    this.#closed.abort();
    this.#queue.length = 0;
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const item = this.#queue[0];
        if (item === undefined) break;
        await this.#until(item.readyAt);
        await this.#send(item);
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#socket.destroy(error instanceof Error ? error : undefined);
    } finally {
      this.#running = false;
    }
  }

  async #send(item: Item): Promise<void> {
    if (item.kind === 'raw') {
      this.#queue.shift();
      await this.#write(item.bytes, 0, item.bytes.length);
    } else if (item.kind === 'plain') {
      this.#queue.shift();
      await this.#sendFramed(wrapPlain(this.#env.pool, item.payload));
    } else {
      const letters = this.#takeTogether(item);
      await this.#sendFramed(this.#seal(letters), item.damage);
      if (item.damage === undefined) for (const letter of letters) letter.message.wasSent = true;
    }
  }

  /** The first letter, and those after it that can go in one container with it. */
  #takeTogether(first: Letter): readonly Letter[] {
    const letters: Letter[] = [];
    const now = performance.now();
    for (const item of this.#queue) {
      const fits =
        item.kind === 'message' &&
        item.readyAt <= now &&
        item.damage === undefined &&
        item.message.size <= SMALL &&
        item.key === first.key &&
        item.sessionId === first.sessionId;
      if (!fits || letters.length === MOST_TOGETHER) break;
      letters.push(item);
    }
    this.#queue.splice(0, Math.max(1, letters.length));
    return letters.length === 0 ? [first] : letters;
  }

  #seal(letters: readonly Letter[]): Sealed {
    const { key, sessionId, message } = letters[0]!;
    const salt = key.salts.current(Math.floor(this.#env.now() / 1000));
    if (letters.length === 1) return sealMessage(this.#env.pool, key, salt, sessionId, message);
    const messages = letters.map((letter) => letter.message);
    const pieces = container(messages);
    return sealMessage(this.#env.pool, key, salt, sessionId, {
      id: this.#env.ids.next('notification'),
      seqno: (Math.max(...messages.map(({ seqno }) => seqno)) + 1) & ~1,
      pieces,
      size: pieces.reduce((sum, piece) => sum + piece.length, 0),
    });
  }

  async #sendFramed({ buffer, start, end }: Sealed, damage?: Damage): Promise<void> {
    if (damage === 'corrupt') buffer[(start + 24 + end) >> 1]! ^= 0x10;
    const [from, to] = this.#transport.framing!.wrap(buffer, start, end);
    if (damage === 'reset') {
      await this.#write(buffer, from, from + ((to - from) >> 1));
      this.#socket.resetAndDestroy();
      return;
    }
    await this.#write(buffer, from, to, () => this.#env.pool.release(buffer));
  }

  /** @param done called when the bytes are needed no more; not at all when the connection is lost before */
  async #write(buffer: Buffer, from: number, to: number, done?: () => void): Promise<void> {
    const { bandwidth } = this.#env;
    for (let at = from; at < to; ) {
      const next = bandwidth === undefined ? to : Math.min(to, at + bandwidth.slice);
      if (bandwidth !== undefined) await this.#until(bandwidth.reserve(next - at, performance.now()));
      if (this.#closed.signal.aborted) return;
      const bytes = this.#transport.encode(buffer.subarray(at, next));
      this.#env.wrote(bytes.length);
      const flows = this.#socket.write(bytes, next === to ? done : undefined);
      at = next;
      if (!flows) await once(this.#socket, 'drain', { signal: this.#closed.signal });
    }
  }

  /** @param time of performance.now() */
  async #until(time: number): Promise<void> {
    const wait = time - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal: this.#closed.signal });
  }
}
