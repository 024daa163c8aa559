import { count } from './format.js';
import type { Io } from './io.js';

// Without automatic wrapping the terminal itself cuts what is too long for a row.
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** The terminal's other screen, drawn as a whole; what was there before comes back in the end. */
export class FullScreen implements Disposable {
  readonly #io: Io;
  readonly #quit = new AbortController();
  readonly #onKey = (key: Buffer | string) => {
    const text = key.toString();
    // An arrow or function key begins with Esc, too. Raw mode delivers Ctrl-C as a character.
    if (text === '\x1b' || (!text.startsWith('\x1b') && /[qQ\x03]/.test(text))) this.#quit.abort();
  };

  constructor(io: Io) {
    this.#io = io;
    io.stdout.write(ENTER);
    if (io.stdin.isTTY === true) {
      this.#raw(true);
      io.stdin.on('data', this.#onKey);
      io.stdin.resume();
    }
  }

  /** Aborted when the person wants to leave: q, Esc or Ctrl-C. */
  get quit(): AbortSignal {
    return this.#quit.signal;
  }

  /** As many of the lines as fit above the last one, which is always shown and says how many did not. */
  draw(lines: readonly string[], last: string): void {
    const fitting = lines.slice(0, this.#io.stdout.rows - 2);
    const hidden = lines.slice(fitting.length).filter((line) => line !== '').length;
    const more = hidden === 0 ? '' : `   ${count(hidden, 'more line')} in a taller window`;
    const rows = [...fitting, last + more].map((line) => `${line}\x1b[K\n`);
    this.#io.stdout.write(`\x1b[H${rows.join('')}\x1b[J`);
  }

  [Symbol.dispose](): void {
    this.#io.stdin.off('data', this.#onKey);
    if (this.#io.stdin.isTTY === true) this.#raw(false);
    this.#io.stdin.pause();
    this.#io.stdout.write(LEAVE);
  }

  #raw(on: boolean): void {
    if ('setRawMode' in this.#io.stdin && typeof this.#io.stdin.setRawMode === 'function') {
      this.#io.stdin.setRawMode(on);
    }
  }
}
