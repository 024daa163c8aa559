import type { AudioMessage } from '../../core/types.js';
import { bytes, day, trackLength } from '../format.js';
import type { Line } from '../line.js';
import type { FileState } from '../stores/messages_store.js';
import { fit } from '../text.js';
import type { Colour, Colours, Glyphs, Theme } from '../theme.js';
import { trackName } from '../track_name.js';
import { rowText } from '../widgets/list.js';

/** Cells of each column, with the blank behind it. Columns that are left out take none. */
export interface MessageColumns {
  readonly state: number;
  readonly date: number;
  readonly length: number;
  readonly size: number;
  readonly topic: number;
  readonly name: number;
}

const MARK = 2;
/** Nothing was lost: it was never asked for. */
const NOT_HERE = 'not here';

/** What the columns of a row of `cells` cells get. Pure. */
export function messageColumns(cells: number, hasTopics: boolean): MessageColumns {
  const state = 11;
  const date = cells >= 64 ? 12 : 0;
  const length = 9;
  const size = 9;
  const topic = hasTopics && cells >= 76 ? Math.min(22, Math.round(cells * 0.18)) : 0;
  const name = Math.max(0, cells - MARK - state - date - length - size - topic);
  return { state, date, length, size, topic, name };
}

/** The heads of the columns. Pure. */
export function messageHeads({ state, date, length, size, topic, name }: MessageColumns): Line {
  const heads = [
    ' '.repeat(MARK),
    fit('file', state),
    fit('date', date),
    head('length', length),
    head('size', size),
    fit('topic', topic),
    fit('title', name),
  ];
  return [{ text: heads.join(''), isDim: true }];
}

const head = (text: string, cells: number) => `${fit(text, cells - 2, '', 'right')}  `;

/** Fixed columns first, names last: one whose width the terminal sees differently moves nothing. Pure. */
export function messageLine(
  message: AudioMessage,
  look: {
    readonly state: FileState;
    readonly topic: string | undefined;
    readonly columns: MessageColumns;
    readonly isCurrent: boolean;
    readonly isMarked: boolean;
    readonly theme: Theme;
  },
): Line {
  const { state, topic = '', columns, isCurrent, isMarked, theme } = look;
  const { colours, glyphs } = theme;
  return [
    { text: fit(isMarked ? glyphs.mark : '', MARK), colour: colours.accent },
    {
      text: fit(`${stateGlyph(state, glyphs)} ${state === 'missing' ? NOT_HERE : state}`, columns.state),
      colour: stateColour(state, colours),
      isDim: state === 'missing',
    },
    { text: fit(day(message.date), columns.date), isDim: true },
    head(trackLength(message.duration), columns.length),
    head(bytes(message.location.size), columns.size),
    { text: columns.topic > 0 ? `${fit(topic, columns.topic - 2, glyphs.ellipsis)}  ` : '', isDim: true },
    rowText(fit(trackName(message), columns.name, glyphs.ellipsis), isCurrent, colours),
  ];
}

function stateGlyph(state: FileState, { state: ofTransfer, dot }: Glyphs): string {
  if (state === 'missing') return dot;
  return ofTransfer[state === 'have' ? 'completed' : state];
}

function stateColour(state: FileState, colours: Colours): Colour {
  switch (state) {
    case 'have':
      return colours.good;
    case 'active':
      return colours.accent;
    case 'paused':
    case 'waiting':
      return colours.warning;
    case 'failed':
      return colours.bad;
    case 'queued':
    case 'missing':
      return undefined;
  }
}
