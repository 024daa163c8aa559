import { clusters, FILLER, UNSETTLED } from './text.js';

const SAVE = '\x1b7';
const RESTORE = '\x1b8';
const right = (cells: number) => (cells === 0 ? '' : `\x1b[${cells}C`);

/**
 * Puts each character on whose width terminals disagree into cells of its own: they are cleared, it is written, and the
 * cursor goes on behind them, wherever the terminal believes it to be. So the rest of the row stays in its place. Pure.
 */
export function settleWidths(frame: string): string {
  return frame.replace(UNSETTLED, (run) =>
    clusters(run)
      .map(({ text, cells }) =>
        // The cluster before it has taken the filler's cell already.
        text === FILLER ? '' : `${SAVE}${' '.repeat(cells)}${RESTORE}${text}${RESTORE}${right(cells)}`,
      )
      .join(''),
  );
}

const ASCII: Readonly<Record<string, string>> = {
  '…': '~',
  '–': '-',
  '•': '*',
  '·': '-',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
};

/** The typographic characters of our own texts, for terminals that have none. Pure. */
export function withoutTypography(frame: string): string {
  return frame.replace(/[…–•·→←↑↓]/g, (character) => ASCII[character] ?? '?');
}

/** The same terminal, but everything that is written to it goes through `change`. */
export function changedOutput(
  stdout: NodeJS.WriteStream,
  change: (text: string) => string,
): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: never[]) =>
    stdout.write(typeof chunk === 'string' ? change(chunk) : chunk, ...rest);
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
