import { Text } from 'ink';
import { useState } from 'react';
import { useDashboard } from '../dashboard_context.js';
import { useActions } from '../input.js';
import { activityLine } from '../panes/activity_pane.js';
import { useStore } from '../store.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { FilterLine } from '../widgets/filter_line.js';
import { Empty, List, useRowList } from '../widgets/list.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

/** Everything that happened, debug lines too, newest first; the current entry's detail below. */
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
  const height = area.height - 4;
  const list = useRowList(rows, height, ({ id }) => id);
  const cells = area.width - 4;
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
        <List
          rows={rows}
          position={list}
          height={height}
          isFocused
          line={(entry, isCurrent) => activityLine(entry, { cells, isCurrent, theme })}
        />
      )}
      <Text dimColor>{fit(rows[list.cursor]?.detail ?? '', cells, theme.glyphs.ellipsis)}</Text>
    </ViewFrame>
  );
}
