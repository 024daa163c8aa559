import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, TadError } from '../core/errors.js';

/** What `tad demo-server` says about itself. */
export interface Listening {
  readonly host: string;
  readonly dcs: readonly { readonly id: number; readonly port: number }[];
  readonly publicKeyFile: string;
  readonly phone: string;
  readonly code: string;
  readonly password?: string;
}

export interface DemoChild extends AsyncDisposable {
  readonly listening: Listening;
}

const LAUNCHER = fileURLToPath(new URL('../../bin/tad.js', import.meta.url));
/** A server that does not end when asked to is ended. */
const PATIENCE_MS = 3000;

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}

async function firstLine(child: ChildProcess): Promise<string> {
  const reader = createInterface({ input: child.stdout! });
  const ended = new Promise<never>((_, reject) => {
    const give = (reason: string) =>
      reject(new TadError('internal', `the demo server did not start: ${reason}`));
    child.once('error', (error) => give(error.message));
    child.once('exit', (code, signal) => give(`it ended with ${signal ?? code}`));
  });
  const line = once(reader, 'line').then(([text]: unknown[]) => String(text));
  const first = await Promise.race([line, ended]);
  ended.catch(() => {});
  return first;
}

/** @throws TadError what the server says of itself when it cannot serve: a wrong option, a port that is taken */
function readListening(line: string): Listening {
  const said:
    | Listening
    | {
        readonly event: 'error';
        readonly code: ErrorCode;
        readonly message: string;
        readonly hint?: string;
      } = JSON.parse(line);
  if ('dcs' in said) return said;
  throw new TadError(said.code, said.message, said.hint);
}

/**
 * Starts `tad demo-server` in a process of its own. It is in a process group of its own, so that Ctrl-C in the terminal
 * reaches the client first; the channel to it is its lifeline (lifeline.ts), so that it never outlives this process.
 * @throws TadError `internal` when it does not start
 */
export async function startDemoServer(options: readonly string[]): Promise<DemoChild> {
  const child = spawn(process.execPath, [LAUNCHER, 'demo-server', '--json', ...options], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  try {
    const listening = readListening(await firstLine(child));
    // Until now its one line of error was ours to tell.
    child.stderr?.pipe(process.stderr, { end: false });
    return { listening, [Symbol.asyncDispose]: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}
