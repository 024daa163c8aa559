import { Text } from 'ink';
import type { AudioMessage } from '../../core/types.js';
import { bytes, day, trackLength } from '../format.js';
import type { FileState } from '../stores/messages_store.js';
import { fit } from '../text.js';
import type { Colours, Glyphs } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { trackName } from '../track_name.js';
import { RowText } from '../widgets/list.js';

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

/** The heads of the columns. */
export function MessageHeads({ columns }: { readonly columns: MessageColumns }) {
  const { state, date, length, size, topic, name } = columns;
  return (
    <Text dimColor wrap="truncate">
      {' '.repeat(MARK)}
      {fit('file', state)}
      {fit('date', date)}
      {head('length', length)}
      {head('size', size)}
      {fit('topic', topic)}
      {fit('title', name)}
    </Text>
  );
}

const head = (text: string, cells: number) => `${fit(text, cells - 2, '', 'right')}  `;

/** Fixed columns first, names last: one whose width the terminal sees differently moves nothing. */
export function MessageRow(props: {
  readonly message: AudioMessage;
  readonly state: FileState;
  readonly topic: string | undefined;
  readonly columns: MessageColumns;
  readonly isCurrent: boolean;
  readonly isMarked: boolean;
}) {
  const { message, state, topic = '', columns, isCurrent, isMarked } = props;
  const { colours, glyphs } = useTheme();
  const colour = stateColour(state, colours);
  return (
    <>
      <Text {...(colours.accent !== undefined && { color: colours.accent })}>
        {fit(isMarked ? glyphs.mark : '', MARK)}
      </Text>
      <Text dimColor={state === 'missing'} {...(colour !== undefined && { color: colour })}>
        {fit(`${stateGlyph(state, glyphs)} ${state}`, columns.state)}
      </Text>
      <Text dimColor>{fit(day(message.date), columns.date)}</Text>
      <Text>{head(trackLength(message.duration), columns.length)}</Text>
      <Text>{head(bytes(message.location.size), columns.size)}</Text>
      {columns.topic > 0 && <Text dimColor>{`${fit(topic, columns.topic - 2, glyphs.ellipsis)}  `}</Text>}
      <RowText isCurrent={isCurrent}>{fit(trackName(message), columns.name, glyphs.ellipsis)}</RowText>
    </>
  );
}

function stateGlyph(state: FileState, { state: ofTransfer, dot }: Glyphs): string {
  if (state === 'missing') return dot;
  return ofTransfer[state === 'have' ? 'completed' : state];
}

function stateColour(state: FileState, colours: Colours): string | undefined {
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
