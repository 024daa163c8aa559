import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { TadError } from '../core/errors.js';
import type { Io } from './io.js';

/** How a person, or a script that stands in for one, answers questions. */
export interface Asking extends Disposable {
  /** Questions are seen by a person. */
  readonly interactive: boolean;
  /** @throws TadError `login-refused` when there are no more answers, `cancelled` */
  ask(question: string, options?: AskOptions): Promise<string>;
}

export interface AskOptions {
  /** Do not show what is typed. */
  readonly hidden?: boolean;
  /** Why the answer before was refused. */
  readonly problem?: string | undefined;
}

const CONTROL_CODES = /[\0-\x1f\x7f]/;

/** On a terminal: the question on stderr, the answer typed, seen or not. */
function askOnTerminal(io: Io, signal: AbortSignal): Asking {
  return {
    interactive: true,
    ask: async (question, { hidden = false, problem } = {}) => {
      if (problem !== undefined) io.stderr.line(`tad: ${problem}`);
      // readline echoes into its output: for a password, into nothing.
      const output = hidden ? new PassThrough().resume() : io.stderr.stream;
      const terminal = createInterface({ input: io.stdin, output, terminal: true, historySize: 0 });
      const interrupted = new AbortController();
      // Raw mode turns Ctrl-C into a key, and Ctrl-D closes without an answer.
      terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      terminal.on('close', () => interrupted.abort());
      try {
        if (hidden) io.stderr.write(`${question}: `);
        const answer = await terminal.question(hidden ? '' : `${question}: `, {
          signal: AbortSignal.any([signal, interrupted.signal]),
        });
        return answer.trim();
      } catch (error) {
        throw new TadError('cancelled', 'no answer', undefined, { cause: error });
      } finally {
        terminal.close();
        if (hidden) io.stderr.line('');
      }
    },
    [Symbol.dispose]: () => {},
  };
}

/** Off a terminal: each answer is the next line of stdin. */
function askInput(io: Io, signal: AbortSignal): Asking {
  const reader = createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  const answers = reader[Symbol.asyncIterator]();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new TadError('cancelled', 'cancelled')), { once: true });
  });
  stopped.catch(() => {});
  return {
    interactive: false,
    ask: async (question, { problem } = {}) => {
      const next = await Promise.race([answers.next(), stopped]);
      if (next.done) {
        throw new TadError(
          'login-refused',
          problem ?? `no answer to "${question}": stdin has ended`,
          'Off a terminal, phone number, code and password are read as lines from stdin',
        );
      }
      return next.value.replace(CONTROL_CODES, '').trim();
    },
    [Symbol.dispose]: () => reader.close(),
  };
}

export function openAsking(io: Io, signal: AbortSignal): Asking {
  return io.stdin.isTTY === true ? askOnTerminal(io, signal) : askInput(io, signal);
}
