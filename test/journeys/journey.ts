import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it, onTestFinished } from 'vitest';
import { noTerminal, Terminal, type TerminalOptions, temporaryHome } from '../helpers/terminal.js';

/** A user's story. Nothing can be shown where there is no pseudo-terminal; the story's name then says so. */
export function journey(story: string, live: () => Promise<void>): void {
  if (noTerminal === undefined) it(story, { timeout: 60_000 }, live);
  else it.skip(`${story} (${noTerminal})`, live);
}

/** A world that is made and mirrored in no time. */
export const SMALL_WORLD = ['--chats', '3', '--tracks', '4', '--file-mb', '1', '--bandwidth', '0'];

export function home(): string {
  const directory = temporaryHome();
  onTestFinished(() => directory[Symbol.dispose]());
  return directory.path;
}

/** tad with these arguments, on a terminal, until the test ends. */
export function openTad(args: readonly string[], options?: TerminalOptions): Terminal {
  const terminal = Terminal.tad(args, options);
  onTestFinished(() => terminal[Symbol.dispose]());
  return terminal;
}

/** The demo's dashboard with its chats on the screen. */
export async function openDemo(args: readonly string[], options?: TerminalOptions): Promise<Terminal> {
  const terminal = openTad(['demo', ...args], options);
  await terminal.until('Night Ferry Radio');
  return terminal;
}

/** `tad demo-server` and the options by which another tad reaches it. */
export async function startServer(args: readonly string[] = SMALL_WORLD): Promise<readonly string[]> {
  return (await serve(args)).reach;
}

/** A server that can be lost, and comes back at the same place, knowing who was logged in. */
export async function startServerToLose(args: readonly string[]) {
  const directory = home();
  const place = [
    `--port=${await freePortPair()}`,
    `--key=${join(directory, 'key.pem')}`,
    `--state=${join(directory, 'state')}`,
  ];
  let { reach, end } = await serve([...args, ...place]);
  return {
    reach,
    lose: () => end('SIGKILL'),
    async comeBack(): Promise<void> {
      ({ end } = await serve([...args, ...place]));
    },
  };
}

async function serve(args: readonly string[]) {
  const launcher = join(import.meta.dirname, '../../bin/tad.js');
  const server = spawn(process.execPath, [launcher, 'demo-server', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(server, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    await ended;
  };
  onTestFinished(() => end('SIGTERM'));
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const { host, dcs, publicKeyFile } = JSON.parse(line);
  return { end, reach: ['--server', `${host}:${dcs[0].port}`, '--server-key', publicKeyFile] };
}

/** A port that is free, as is the next. */
async function freePortPair(): Promise<number> {
  for (;;) {
    using first = await listenOn(0);
    using second = await listenOn(first.port + 1).catch(() => undefined);
    if (second !== undefined) return first.port;
  }
}

async function listenOn(port: number): Promise<{ readonly port: number } & Disposable> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => server.close() };
}

/** Logs the demo's first account in at a server, with its chats on the screen. */
export async function logIn(args: readonly string[]): Promise<Terminal> {
  const terminal = openTad(args);
  await terminal.until('phone number and code');
  terminal.press('p');
  await terminal.until('Phone number:');
  terminal.press('9996620001', 'enter');
  await terminal.until('Code:');
  terminal.press('22222', 'enter');
  await terminal.until('Night Ferry Radio');
  return terminal;
}

/** The environment of a tad that runs this script first: what no option can make happen. */
export function rigged(script: string): TerminalOptions {
  const file = join(home(), 'rigged.cjs');
  writeFileSync(file, script);
  return { env: { NODE_OPTIONS: `--require=${file}` } };
}

/** Filters the chats for a title and marks the first that is left. */
export async function markChat(terminal: Terminal, title: string): Promise<void> {
  // Everything in one read: each key counts.
  terminal.press('/', 'ctrl+u', title, 'enter', 'space');
  await terminal.until(new RegExp(`◆ \\w ${title}`));
}

/** Slow enough that work is under way for as long as a test looks. */
export const SLOW = ['--bandwidth', '0.5'];

/** Something of the first transfer is on the disk. */
export const HAS_BEGUN = /● .* [1-9]\d?% /;
