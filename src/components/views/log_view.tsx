import { Box } from 'ink';
import { useState } from 'react';
import { useDashboard } from '../dashboard_context.js';
import { useActions } from '../input.js';
import type { Line } from '../line.js';
import { activityLine } from '../panes/activity_pane.js';
import { useStore } from '../store.js';
import type { ActivityEntry } from '../stores/activity_store.js';
import { fit, width, wrapped } from '../text.js';
import { useTheme } from '../theme_context.js';
import { FilterLine } from '../widgets/filter_line.js';
import { Lines } from '../widgets/lines.js';
import { Empty, List, useRowList } from '../widgets/list.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

/** Cells of time and level before an entry's text. */
const ENTRY_HEAD = 11;

/** Everything that happened, newest first, debug lines too where the log level is debug; the current entry's detail below. */
export function LogView({ area, onBack }: ViewProps) {
  const { stores } = useDashboard();
  const entries = useStore(stores.activity);
  const [filter, setFilter] = useState('');
  const [isFiltering, setFiltering] = useState(false);
  const theme = useTheme();
  const needle = filter.toLocaleLowerCase();
  const rows = entries
    .filter(({ text, level }) => `${level} ${text}`.toLocaleLowerCase().includes(needle))
    .toReversed();
  const cells = area.width - 4;
  const detailRows = Math.max(1, Math.min(6, Math.floor(area.height / 5)));
  const height = area.height - 3 - detailRows;
  const list = useRowList(rows, height, ({ id }) => id);
  const current = rows[list.cursor];
  useActions('log', !isFiltering, (action) => {
    if (list.move(action)) return true;
    if (action === 'filter') {
      setFiltering(true);
      return true;
    }
    if (action !== 'back' && action !== 'log') return false;
    if (action === 'back' && filter !== '') setFilter('');
    else onBack();
    return true;
  });
  return (
    <ViewFrame area={area} title="Log" note={`${rows.length}/${entries.length}`}>
      <FilterLine
        cells={cells}
        filter={filter}
        isTyping={isFiltering}
        otherwise="newest first"
        onChange={setFilter}
        onDone={() => setFiltering(false)}
      />
      {rows.length === 0 ? (
        <Empty
          text={entries.length === 0 ? 'Nothing happened yet.' : 'No entry matches.'}
          keys={entries.length === 0 ? 'Esc goes back' : '/ changes the filter, Esc clears it'}
          cells={cells}
          rows={height}
        />
      ) : (
        <Box height={height}>
          <List
            rows={rows}
            position={list}
            height={height}
            isFocused
            line={(entry, isCurrent) => activityLine(entry, { cells, isCurrent, theme })}
          />
        </Box>
      )}
      {current !== undefined && (
        <Lines lines={detailLines(current, { cells, rows: detailRows, ellipsis: theme.glyphs.ellipsis })} />
      )}
    </ViewFrame>
  );
}

/** What a row has no room for: its detail, below its text where that is cut there. As many lines as there are. Pure. */
function detailLines(
  { text, detail = '' }: ActivityEntry,
  room: { readonly cells: number; readonly rows: number; readonly ellipsis: string },
): readonly Line[] {
  const { cells, rows, ellipsis } = room;
  const whole = [
    ...(width(text) > cells - ENTRY_HEAD ? wrapped(text, cells) : []),
    ...wrapped(detail, cells),
  ];
  const shown = whole.slice(0, rows);
  // The last line ends with what says that there is more.
  if (whole.length > rows)
    shown[rows - 1] = fit(`${shown[rows - 1]?.trimEnd()} ${whole[rows]}`, cells, ellipsis);
  return shown.map((line) => [{ text: line, isDim: true }]);
}
