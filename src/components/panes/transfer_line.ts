import type { TransferSnapshot, TransferState } from '../../core/types.js';
import { bytes, countdown, duration, percent, rate } from '../format.js';
import type { Line } from '../line.js';
import { fit, width } from '../text.js';
import type { Colour, Colours, Glyphs, Theme } from '../theme.js';
import { bar } from '../widgets/bar.js';
import { rowText } from '../widgets/list.js';

function stateColour(state: TransferState, colours: Colours): Colour {
  switch (state) {
    case 'active':
      return colours.accent;
    case 'completed':
      return colours.good;
    case 'failed':
      return colours.bad;
    case 'waiting':
    case 'paused':
      return colours.warning;
    case 'queued':
    case 'skipped':
    case 'cancelled':
      return colours.dim;
  }
}

/** Cells of a rate, the time left, and the blanks around them. */
const RATE_AND_TIME = 18;
/** Cells of a row from which on the chat has a column of its own. */
const WITH_CHAT = 66;

/** Cells of a row from which on nothing needs to be left out. */
const ROOMY = 90;
/** Of the room for both, what the name keeps. */
const NAME_SHARE = 0.45;

/** A reason gives way before the name does: which file it is must be told. Pure. */
function shortened(
  reason: string | undefined,
  name: string,
  room: number,
  { dot, ellipsis }: Glyphs,
): string {
  if (reason === undefined) return '';
  const kept = Math.min(width(name), Math.round(room * NAME_SHARE));
  const cells = Math.max(0, Math.min(width(reason), room - kept - 3));
  return `${fit(reason, cells, ellipsis)} ${dot} `;
}

/** How long a wait goes on or has lasted, where that is known, and why. */
export function whyHeld({ reason, until = 0, since }: TransferSnapshot, at: number): string | undefined {
  if (reason !== undefined && since !== undefined) return `for ${countdown(at - since)}: ${reason}`;
  if (reason === undefined || until <= at) return reason;
  return `${countdown(until - at)} left: ${reason}`;
}

/** Fixed columns first and the free text last: a name whose width the terminal sees differently moves nothing. Pure. */
export function transferLine(
  transfer: TransferSnapshot,
  look: {
    readonly cells: number;
    readonly isCurrent: boolean;
    readonly theme: Theme;
    /** Unix seconds. */
    readonly now: number;
  },
): Line {
  const { cells, isCurrent, theme } = look;
  const { colours, glyphs } = theme;
  const barCells = cells >= ROOMY ? 16 : cells >= 66 ? 10 : 6;
  const colour = stateColour(transfer.state, colours);
  const isHeld = transfer.state === 'paused' || transfer.state === 'waiting';
  const isBegun = transfer.state === 'active' || isHeld;
  const done = fit(percent(transfer.bytes, transfer.totalBytes), 4, '', 'right');
  // What is held has neither rate nor time left: why it waits gets their room, where there is little also that of the word.
  const word = transfer.reason !== undefined && cells < ROOMY ? '' : transfer.state;
  const figures = isHeld
    ? ` ${done}  ${fit(word, transfer.reason === undefined ? RATE_AND_TIME : word === '' ? 0 : word.length + 1)}`
    : isBegun
      ? ` ${done} ${fit(rate(transfer.bytesPerSecond), 9, '', 'right')} ${fit(duration(transfer.secondsLeft), 7, '', 'right')}  `
      : `  ${fit(bytes(transfer.totalBytes), 7, '', 'right')} ${fit(transfer.state, 9)} `;
  const taken = 2 + (isBegun ? barCells : 0) + figures.length;
  const room = Math.max(0, cells - taken);
  const reason = whyHeld(transfer, look.now);
  // A reason takes all the room there is.
  const chatCells = reason === undefined && cells >= WITH_CHAT ? Math.min(32, Math.round(cells * 0.2)) : 0;
  const chat = fit(transfer.chatTitle, Math.max(0, chatCells - 2), glyphs.ellipsis);
  const name = fit(
    `${shortened(reason, transfer.fileName, room, glyphs)}${transfer.fileName}`,
    room - chatCells,
    glyphs.ellipsis,
  );
  return [
    { text: `${glyphs.state[transfer.state]} `, colour },
    ...(isBegun ? bar(transfer.bytes / Math.max(1, transfer.totalBytes), barCells, theme, colour) : []),
    figures,
    rowText(name, isCurrent, colours),
    ...(chatCells > 0 ? [{ text: `  ${chat}`, isDim: true }] : []),
  ];
}
