import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it, onTestFinished } from 'vitest';
import { noTerminal, Terminal, type TerminalOptions, temporaryHome } from '../helpers/terminal.js';

/** Nothing can be shown where there is no pseudo-terminal; the test's name then says so. */
export const journey: typeof it | typeof it.skip = noTerminal === undefined ? it : it.skip;

/** A world that is made and mirrored in no time. */
export const SMALL_WORLD = ['--chats', '3', '--tracks', '4', '--file-mb', '1'];

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
  const launcher = join(import.meta.dirname, '../../bin/tad.js');
  const server = spawn(process.execPath, [launcher, 'demo-server', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  });
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  const { host, dcs, publicKeyFile } = JSON.parse(line);
  return ['--server', `${host}:${dcs[0].port}`, '--server-key', publicKeyFile];
}

/** Moves to the chat and marks it. */
export async function markChat(terminal: Terminal, title: string): Promise<void> {
  terminal.press('/');
  await terminal.until(/│ \/ /);
  terminal.press(title);
  await terminal.until(`/ ${title}`);
  terminal.press('enter', 'space');
  await terminal.until(new RegExp(`◆ \\w ${title}`));
  terminal.press('/');
  await terminal.until((screen) => !screen.includes('download'));
}
