import { Output, type OutputStream } from './output.js';

export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** The outside of a command: everything it reads from and writes to, so that tests can stand in for it. */
export interface Io {
  readonly stdin: InputStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Unix time, milliseconds. */
  readonly now: () => number;
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: new Output(process.stdout as OutputStream),
    stderr: new Output(process.stderr as OutputStream),
    env: process.env,
    now: Date.now,
  };
}
