import type { ChatKind } from '../../core/types.js';
import type { Line } from '../line.js';
import type { ChatRow } from '../stores/chats_store.js';
import { fit } from '../text.js';
import type { Theme } from '../theme.js';
import { rowText } from '../widgets/list.js';
import { newsOf } from './chat_rows.js';

const KIND_LETTERS: Readonly<Record<ChatKind, string>> = {
  user: 'u',
  bot: 'b',
  group: 'g',
  supergroup: 'g',
  channel: 'c',
  forum: 'f',
  saved: 's',
};
/** `9999/9999` and a blank. */
const FIGURE_CELLS = 10;
/** `+999` and a blank. */
const NEWS_CELLS = 5;

/** Mark, kind, title; on the right what is in the library of what is known, and what is new. Pure. */
export function chatLine(
  row: ChatRow,
  look: {
    readonly cells: number;
    readonly isCurrent: boolean;
    readonly isMarked: boolean;
    /** How much audio it had when it was last looked at. */
    readonly seen?: number | undefined;
    readonly theme: Theme;
  },
): Line {
  const { chat, scanning } = row;
  const { cells, isCurrent, isMarked, seen, theme } = look;
  const { colours, glyphs } = theme;
  const have = haveOf(row, glyphs.ellipsis);
  const figures = scanning === undefined ? have : `${compact(scanning)}${glyphs.ellipsis}`;
  const fresh = newsOf(row, seen);
  const news = fresh > 0 ? `+${compact(fresh)}` : '';
  const folder = cells >= 44 && chat.folders.length > 0 ? ` ${glyphs.dot} ${chat.folders.join(', ')}` : '';
  const figureCells = figures === '' ? 0 : FIGURE_CELLS;
  const newsCells = news === '' ? 0 : NEWS_CELLS;
  const isComplete = row.isCounted && have !== '' && row.counts?.have === row.total;
  const title = fit(
    `${chat.title}${folder}`,
    Math.max(0, cells - 4 - figureCells - newsCells),
    glyphs.ellipsis,
  );
  return [
    { text: `${isMarked ? glyphs.mark : chat.pinned ? glyphs.up : ' '} `, colour: colours.accent },
    { text: `${KIND_LETTERS[chat.kind]} `, isDim: true },
    rowText(title, isCurrent, colours),
    {
      text: fit(figures, figureCells, glyphs.ellipsis, 'right'),
      colour: isComplete ? colours.good : undefined,
    },
    { text: fit(news, newsCells, glyphs.ellipsis, 'right'), colour: colours.warning },
  ];
}

/** `12/34`; as long as Telegram has not said how many there are, or did not answer, an old scan's number is none. */
function haveOf({ counts, total, isCounted, isUncountable }: ChatRow, ellipsis: string): string {
  const have = compact(counts?.have ?? 0);
  if (isCounted && total !== undefined) return total === 0 ? '' : `${have}/${compact(total)}`;
  if (isUncountable) return `${have}/?`;
  return total === undefined || total === 0 ? '' : `${have}/${ellipsis}`;
}

const compact = (value: number) => (value < 10_000 ? String(value) : `${Math.round(value / 1000)}k`);
