import type { ForegroundColorName } from 'chalk';
import type { NoticeLevel } from '../core/events.js';
import type { TransferState } from '../core/types.js';

/** One of the terminal's sixteen; undefined is its own colour. */
export type Colour = ForegroundColorName | undefined;

/** Colours by what they mean. Undefined is the terminal's own colour: right on light and on dark grounds. */
export interface Colours {
  readonly text: Colour;
  readonly dim: Colour;
  readonly accent: Colour;
  readonly border: Colour;
  readonly focus: Colour;
  readonly good: Colour;
  readonly warning: Colour;
  readonly bad: Colour;
  readonly bar: Colour;
  readonly selection: Colour;
}

/** Glyphs; never is colour alone what tells two things apart. */
export interface Glyphs {
  readonly full: string;
  readonly empty: string;
  /** Eighths of a cell, from one to seven; empty where the terminal has none. */
  readonly eighths: readonly string[];
  readonly mark: string;
  readonly cursor: string;
  readonly ellipsis: string;
  readonly up: string;
  readonly down: string;
  readonly dot: string;
  /** From one value to the next. */
  readonly to: string;
  readonly state: Readonly<Record<TransferState, string>>;
  readonly level: Readonly<Record<NoticeLevel, string>>;
  /** As ink-spinner calls it. */
  readonly spinner: 'dots' | 'line';
  /** From the lowest to the highest. */
  readonly sparks: readonly string[];
  /** As asciichart takes them: the axis met, the axis, two ends, level, four corners, upright. */
  readonly chart: readonly string[];
  /** Where the next character goes, for terminals that cannot invert a blank. */
  readonly caret: string;
  readonly border: 'round' | 'classic';
}

export interface Theme {
  readonly name: 'dark' | 'light' | 'plain';
  readonly colours: Colours;
  readonly glyphs: Glyphs;
}

const unicode: Glyphs = {
  full: '█',
  empty: '░',
  eighths: ['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
  mark: '◆',
  cursor: '▸',
  ellipsis: '…',
  up: '↑',
  down: '↓',
  dot: '·',
  to: '→',
  state: {
    queued: '○',
    active: '●',
    paused: '‖',
    waiting: '◌',
    completed: '✓',
    skipped: '–',
    failed: '✗',
    cancelled: '×',
  },
  level: { debug: '·', info: '•', warning: '!', error: '✗' },
  spinner: 'dots',
  sparks: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  chart: ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'],
  caret: '▏',
  border: 'round',
};

const ascii: Glyphs = {
  full: '#',
  empty: '.',
  eighths: [],
  mark: '*',
  cursor: '>',
  ellipsis: '~',
  up: '^',
  down: 'v',
  dot: '-',
  to: '->',
  state: {
    queued: 'o',
    active: '>',
    paused: '=',
    waiting: '?',
    completed: '+',
    skipped: '-',
    failed: 'x',
    cancelled: 'x',
  },
  level: { debug: '.', info: '-', warning: '!', error: 'x' },
  spinner: 'line',
  sparks: ['.', ':', '-', '=', '+', '*', '#'],
  chart: ['+', '|', '-', '-', '-', '`', ',', '.', "'", '|'],
  caret: '_',
  border: 'classic',
};

const dark: Colours = {
  text: undefined,
  dim: 'gray',
  accent: 'cyan',
  border: 'gray',
  focus: 'cyan',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  bar: 'cyan',
  selection: 'cyan',
};
const light: Colours = {
  ...dark,
  dim: 'blackBright',
  accent: 'blue',
  focus: 'blue',
  warning: 'magenta',
  bar: 'blue',
  selection: 'blue',
};
const plain: Colours = {
  text: undefined,
  dim: undefined,
  accent: undefined,
  border: undefined,
  focus: undefined,
  good: undefined,
  warning: undefined,
  bad: undefined,
  bar: undefined,
  selection: undefined,
};

/** What the person asked for; the rest is the terminal's. */
export interface Looks {
  readonly theme?: Theme['name'] | undefined;
  readonly ascii?: boolean | undefined;
}

/** What the terminal allows, as its environment says, and the person wants. Pure. */
export function chooseTheme(env: Readonly<Record<string, string | undefined>>, looks: Looks = {}): Theme {
  const { TERM, NO_COLOR, FORCE_COLOR, COLORFGBG, LC_ALL, LC_CTYPE, LANG } = env;
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  const isUtf8 = /utf-?8/i.test(locale) || locale === '' || process.platform === 'win32';
  const isAscii = looks.ascii ?? (TERM === 'dumb' || TERM === 'linux' || !isUtf8);
  const glyphs = isAscii ? ascii : unicode;
  if (NO_COLOR || FORCE_COLOR === '0' || TERM === 'dumb' || looks.theme === 'plain') {
    return { name: 'plain', colours: plain, glyphs };
  }
  // COLORFGBG is "foreground;background" where a terminal sets it; 7 and 15 are white grounds.
  const isLight = looks.theme === undefined ? /;(7|15)$/.test(COLORFGBG ?? '') : looks.theme === 'light';
  return isLight ? { name: 'light', colours: light, glyphs } : { name: 'dark', colours: dark, glyphs };
}
