import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** Why no terminal can be had here; undefined when one can. */
export const noTerminal: string | undefined = probe();

const LAUNCHER = join(import.meta.dirname, '../../bin/tad.js');
/** Longest wait for the screen to show something, milliseconds: on a machine with a lot else to do. */
const PATIENCE_MS = 30_000;
/** What happens in the shell around a program: at the end it says how the program left the terminal. */
const SHELL = `
before=$(stty -g)
trap : INT
"$@"
code=$?
[ "$before" = "$(stty -g)" ] && modes=restored || modes=changed
printf '[exit %s, modes %s]\\n' "$code" "$modes"
exit "$code"`;

const KEYS: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\x1b',
  space: ' ',
  tab: '\t',
  'shift+tab': '\x1b[Z',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  'ctrl+c': '\x03',
  'ctrl+u': '\x15',
  'ctrl+z': '\x1a',
};

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ending {
  /** 128 and the signal's number when a signal ended it. */
  readonly code: number;
  /** Whether stty says the same as before. */
  readonly modes: 'restored' | 'changed';
}

type Wanted = string | RegExp | ((screen: string) => boolean);

/** A program in a real pseudo-terminal, and what a person would see of it. */
export class Terminal implements Disposable {
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  readonly #pty: IPty;
  readonly #chunks: string[] = [];
  readonly #watchers = new Set<() => void>();
  #hasExited = false;

  constructor(file: string, args: readonly string[], options: TerminalOptions = {}) {
    const { columns = 120, rows = 36, env = {} } = options;
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
    this.#pty = spawn(file, [...args], {
      name: env['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      env: {
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        COLORTERM: 'truecolor',
        ...env,
      },
    });
    this.#pty.onData((chunk) => {
      this.#chunks.push(chunk);
      this.emulator.write(chunk, () => this.#notify());
    });
    // A terminal answers when a program asks what it can do.
    this.emulator.onData((answer) => this.#pty.write(answer));
    this.#pty.onExit(() => {
      this.#hasExited = true;
      this.emulator.write('', () => this.#notify());
    });
  }

  /** Runs tad in a shell of this terminal. */
  static tad(args: readonly string[], options: TerminalOptions = {}): Terminal {
    return new Terminal('sh', ['-c', SHELL, 'sh', process.execPath, LAUNCHER, ...args], options);
  }

  /** The rows of the screen, as text. */
  rows(): readonly string[] {
    const { active } = this.emulator.buffer;
    return Array.from(
      { length: this.emulator.rows },
      (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? '',
    );
  }

  /** What stands in each cell; the second cell of a wide character is empty. */
  cells(): readonly (readonly string[])[] {
    const { active } = this.emulator.buffer;
    return Array.from({ length: this.emulator.rows }, (_, y) => {
      const line = active.getLine(active.viewportY + y);
      return Array.from({ length: this.emulator.cols }, (_, x) => line?.getCell(x)?.getChars() ?? '');
    });
  }

  screen(): string {
    return this.rows().join('\n');
  }

  /** Everything the program ever wrote. */
  get raw(): string {
    return this.#chunks.join('');
  }

  /** Resolves with the screen as soon as it shows what is wanted. @throws Error with the screen, when it never does */
  until(wanted: Wanted, patienceMs = PATIENCE_MS): Promise<string> {
    return this.#when(
      () => {
        const screen = this.screen();
        return matches(screen, wanted) ? screen : undefined;
      },
      `${wanted}`,
      patienceMs,
    );
  }

  /** Types keys by name (`enter`, `ctrl+c`, …) or text; all of them arrive in one read. */
  press(...keys: readonly string[]): this {
    this.#pty.write(keys.map((key) => KEYS[key] ?? key).join(''));
    return this;
  }

  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Whether the program has the other screen, and whether it hides the cursor. */
  get modes(): { readonly isAlternate: boolean; readonly isCursorHidden: boolean } {
    return {
      isAlternate: this.emulator.buffer.active.type === 'alternate',
      isCursorHidden: this.raw.lastIndexOf('\x1b[?25l') > this.raw.lastIndexOf('\x1b[?25h'),
    };
  }

  /** Process id of the program that the shell runs. */
  get pid(): number {
    return Number(execFileSync('pgrep', ['-P', String(this.#pty.pid)], { encoding: 'utf8' }).split('\n')[0]);
  }

  /** Process id of the shell. */
  get shellPid(): number {
    return this.#pty.pid;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Waits for the program of {@link tad} to end. */
  async ended(patienceMs = PATIENCE_MS): Promise<Ending> {
    const [, code, modes] = await this.#when(
      () => /\[exit (\d+), modes (restored|changed)\]/.exec(this.raw) ?? undefined,
      'the end of the program',
      patienceMs,
    );
    return { code: Number(code), modes: modes === 'restored' ? 'restored' : 'changed' };
  }

  /** Waits for the shell itself to end. */
  exited(patienceMs = PATIENCE_MS): Promise<true> {
    return this.#when(() => (this.#hasExited ? true : undefined), 'the end of the shell', patienceMs);
  }

  /** The window is closed: everything in it is hung up. */
  close(): void {
    this.#pty.kill('SIGHUP');
  }

  [Symbol.dispose](): void {
    if (this.#hasExited) return;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It had ended already.
    }
    this.#pty.kill('SIGKILL');
  }

  #notify(): void {
    // Nobody sees half a frame: a terminal shows it when the program says that it is whole.
    if (this.emulator.modes.synchronizedOutputMode && !this.#hasExited) return;
    for (const watcher of this.#watchers) watcher();
  }

  #when<T>(look: () => T | undefined, wanted: string, patienceMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
      };
      const fail = (why: string) => {
        end();
        reject(new Error(`${why}: ${wanted}\n${this.screen()}`));
      };
      const watcher = () => {
        const found = look();
        if (found !== undefined) {
          end();
          resolve(found);
        } else if (this.#hasExited) fail('the program ended before the screen showed');
      };
      const timer = setTimeout(() => fail(`not shown within ${patienceMs} ms`), patienceMs);
      this.#watchers.add(watcher);
      watcher();
    });
  }
}

function matches(screen: string, wanted: Wanted): boolean {
  if (typeof wanted === 'string') return screen.includes(wanted);
  return typeof wanted === 'function' ? wanted(screen) : wanted.test(screen);
}

/** A directory of its own, gone when disposed. */
export function temporaryHome(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'tad-journey-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

function probe(): string | undefined {
  try {
    spawn('true', [], {}).kill();
    return undefined;
  } catch (error) {
    return `no pseudo-terminal: ${error instanceof Error ? error.message : error}`;
  }
}
