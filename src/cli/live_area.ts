import type { Output } from './output.js';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/**
 * The last lines of a terminal, drawn anew again and again while other lines pass above them. Each line must be narrower
 * than the terminal, or a narrowed window would leave pieces behind.
 */
export class LiveArea implements Disposable {
  readonly #output: Output;
  #drawn: readonly string[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  draw(lines: readonly string[]): void {
    if (this.#drawn.length === 0 && lines.length > 0) this.#output.write(HIDE_CURSOR);
    this.#output.write(this.#erased() + lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines;
  }

  /** Takes the area away while `print` writes lines, to this output or to another one on the same terminal. */
  above(print: () => void): void {
    const lines = this.#drawn;
    this.#output.write(this.#erased());
    print();
    this.#output.write(lines.map((line) => `${line}\n`).join(''));
  }

  [Symbol.dispose](): void {
    if (this.#drawn.length === 0) return;
    this.#output.write(this.#erased() + SHOW_CURSOR);
    this.#drawn = [];
  }

  /** Cursor to the first line of the area, and everything below it cleared. */
  #erased(): string {
    return this.#drawn.length === 0 ? '' : `\x1b[${this.#drawn.length}F\x1b[J`;
  }
}
