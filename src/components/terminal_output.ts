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

/** How Ink erases the frame before: line by line, upwards. */
const ERASED = /^(?:\x1b\[2K\x1b\[1A)*\x1b\[2K\x1b\[G/;
/** Before and behind a frame, which the terminal is to show all at once; or nothing. */
const AROUND = /^(?:\x1b\[\?2026[hl])?$/;

/**
 * Takes frames one after the other, as Ink writes them, and gives what has to be written: only the lines that changed. Ink can do
 * that itself, character by character, but measures every line twice for it, which costs more than what it spares.
 */
export function changedLines(): (chunk: string) => string {
  let shown: readonly string[] = [];
  return (chunk) => {
    if (AROUND.test(chunk)) return chunk;
    const erased = ERASED.exec(chunk)?.[0];
    const before = shown;
    // What is none of these frames may have put anything anywhere: the next frame is written as a whole.
    shown = erased === undefined ? [] : chunk.slice(erased.length).split('\n');
    if (shown.length !== before.length || shown.length < 2) return chunk;
    // The cursor is in the last line.
    const lines = shown.map((line, i) => (line === before[i] ? '' : `\r\x1b[2K${line}`));
    return `\x1b[${lines.length - 1}A${lines.join('\n')}`;
  };
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
