import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TadError } from '../errors.js';
import { lines } from './lines.js';
import {
  type ControlAnswer,
  type ControlEvent,
  type ControlFailure,
  type ControlMethod,
  type ControlMethods,
  MAX_ANSWER_BYTES,
} from './protocol.js';

type Params<Method extends ControlMethod> = ControlMethods[Method]['params'];
type Result<Method extends ControlMethod> = ControlMethods[Method]['result'];

/** Whether somebody answers at the socket; a file that a dead process left does not. */
export async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function gone(): TadError {
  return new TadError('not-found', 'the running tad went away');
}

function cancelled(): TadError {
  return new TadError('cancelled', 'cancelled');
}

function toError({ code, message, hint }: ControlFailure): TadError {
  return new TadError(code, message, hint);
}

/** Talks to the tad that runs for a profile. */
export class ControlClient implements Disposable {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: TadError): void }>();
  readonly #onEvent: (event: ControlEvent) => void;
  readonly #closed = new AbortController();
  #nextId = 1;

  private constructor(socket: Socket, onEvent: (event: ControlEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on('error', () => socket.destroy());
    void this.#receive();
  }

  /** @returns undefined when no tad listens there */
  static async connect(
    path: string,
    onEvent: (event: ControlEvent) => void = () => {},
  ): Promise<ControlClient | undefined> {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
    } catch {
      socket.destroy();
      return undefined;
    }
    return new ControlClient(socket, onEvent);
  }

  /** Aborted when the other side has gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** @throws TadError as the running tad answered, or `not-found` when it went away first, or `cancelled` */
  async call<Method extends ControlMethod>(
    method: Method,
    params: Params<Method>,
    signal?: AbortSignal,
  ): Promise<Result<Method>> {
    if (this.#closed.signal.aborted) throw gone();
    if (signal?.aborted) throw cancelled();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancel = () => reject(cancelled());
    this.#waiting.set(id, { resolve, reject });
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
      return (await promise) as Result<Method>;
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #receive(): Promise<void> {
    try {
      for await (const line of lines(this.#socket, MAX_ANSWER_BYTES)) this.#take(line);
    } catch {
      // A broken connection and one that ends are the same to whoever waits for an answer.
    }
    this.#socket.destroy();
    this.#closed.abort();
    for (const { reject } of this.#waiting.values()) reject(gone());
  }

  #take(line: string): void {
    // The other side is a tad of the same user: its shape is trusted, as that of a file of our own.
    const message: ControlAnswer | ControlEvent = JSON.parse(line);
    if ('name' in message) {
      this.#onEvent(message);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if ('error' in message) waiting?.reject(toError(message.error));
    else waiting?.resolve(message.result);
  }
}
