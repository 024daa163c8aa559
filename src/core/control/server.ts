import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { TadError, toTadError } from '../errors.js';
import type { Core } from '../face.js';
import { isListening } from './client.js';
import { lines } from './lines.js';
import { type Answers, controlAnswers } from './methods.js';
import { ensurePrivateDirectory } from './private_directory.js';
import { type ControlFailure, type ControlRequest, MAX_REQUEST_BYTES } from './protocol.js';

const MAX_CONNECTIONS = 16;
/** A subscriber that is so far behind misses events until it has caught up. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** What a client gets to read the rest when tad ends. */
const FAREWELL_MS = 500;

export interface ControlServerOptions {
  readonly core: Core;
  /** Path of the Unix socket, or `\\.\pipe\…` on Windows. */
  readonly path: string;
  /** Where profiles are written; exists. */
  readonly directory: string;
}

function failure(error: unknown): ControlFailure {
  const { code, message, hint } = toTadError(error);
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

function parseRequest(line: string): ControlRequest {
  const value: unknown = JSON.parse(line);
  if (typeof value === 'object' && value !== null && 'id' in value && 'method' in value) {
    const params = 'params' in value ? value.params : undefined;
    if (typeof value.id === 'number' && typeof value.method === 'string') {
      const fields = typeof params === 'object' && params !== null ? { ...params } : {};
      return { id: value.id, method: value.method, params: fields };
    }
  }
  throw new TadError('usage', 'a request is {"id": number, "method": text, "params": object}');
}

/** One client: its requests are answered as they are done, its events sent as they happen. */
class Connection {
  readonly #socket: Socket;
  readonly #core: Core;
  readonly #answers: Answers;
  readonly #gone = new AbortController();
  #subscription: Disposable | undefined;

  constructor(socket: Socket, core: Core, answers: Answers) {
    this.#socket = socket;
    this.#core = core;
    this.#answers = answers;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#gone.abort();
      this.#subscription?.[Symbol.dispose]();
    });
  }

  async serve(): Promise<void> {
    try {
      for await (const line of lines(this.#socket, MAX_REQUEST_BYTES)) void this.#handle(line);
      this.#socket.end();
    } catch {
      // Not our protocol, or the socket broke: there is nobody to tell.
      this.#socket.destroy();
    }
  }

  async #handle(line: string): Promise<void> {
    let id = 0;
    try {
      const request = parseRequest(line);
      id = request.id;
      this.#send({ id, result: await this.#answer(request) });
    } catch (error) {
      this.#send({ id, error: failure(error) });
    }
  }

  async #answer({ method, params = {} }: ControlRequest): Promise<unknown> {
    if (method === 'subscribe') {
      this.#subscription ??= this.#core.events.onAny((event) => {
        if (this.#socket.writableLength < MAX_UNREAD_BYTES) this.#send(event);
      });
      return null;
    }
    if (!Object.hasOwn(this.#answers, method)) throw new TadError('usage', `unknown method '${method}'`);
    return await this.#answers[method as keyof Answers](params, this.#gone.signal);
  }

  #send(message: object): void {
    if (!this.#socket.writable) return;
    const text = JSON.stringify(message, (_, value) => (value instanceof Error ? failure(value) : value));
    this.#socket.write(`${text}\n`);
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Lets other processes of the same user ask this one: a socket of mode 0600 in a directory of mode 0700. A socket that a
 * dead process left is replaced.
 * @throws TadError `session-locked` when another tad listens there, `not-writable`
 */
export async function startControlServer(options: ControlServerOptions): Promise<AsyncDisposable> {
  const { core, path, directory } = options;
  const isFile = process.platform !== 'win32';
  if (await isListening(path)) {
    throw new TadError('session-locked', 'another tad runs for this profile', 'See: tad status');
  }
  const answers = controlAnswers(core, directory);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void new Connection(socket, core, answers).serve();
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    if (isFile) {
      await ensurePrivateDirectory(dirname(path));
      await rm(path, { force: true });
    }
    await listen(server, path);
    if (isFile) await chmod(path, 0o600);
  } catch (error) {
    server.close();
    throw new TadError('not-writable', `cannot listen on ${path}`, undefined, { cause: error });
  }
  // What keeps the process alive is its work, not that somebody might ask about it.
  server.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroySoon();
      // One that does not read, such as a suspended `--watch`, would keep tad from ending.
      const farewell = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, FAREWELL_MS);
      await closed;
      clearTimeout(farewell);
    },
  };
}
