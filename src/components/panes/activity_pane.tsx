import { Text } from 'ink';
import { useDashboard } from '../dashboard_context.js';
import { clockTime } from '../format.js';
import { useActions } from '../input.js';
import type { Rectangle } from '../layout.js';
import { useStore } from '../store.js';
import type { ActivityEntry } from '../stores/activity_store.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { Empty, List, RowText, useList } from '../widgets/list.js';
import { Pane } from '../widgets/pane.js';

/** What happened, newest first; debug lines are for the log view. */
export function ActivityPane(props: {
  readonly area: Rectangle;
  readonly isFocused: boolean;
  readonly onOpenLog: () => void;
}) {
  const { area, isFocused, onOpenLog } = props;
  const { stores } = useDashboard();
  const entries = useStore(stores.activity);
  const rows = entries.filter(({ level }) => level !== 'debug').toReversed();
  const height = area.height - 2;
  const list = useList(rows.length, height);
  useActions('activity', isFocused, (action) => {
    if (list.move(action)) return true;
    if (action !== 'enter') return false;
    onOpenLog();
    return true;
  });
  return (
    <Pane area={area} title="4 Activity" isFocused={isFocused}>
      {rows.length === 0 ? (
        <Empty text="Quiet so far." />
      ) : (
        <List
          rows={rows}
          position={list}
          height={height}
          isFocused={isFocused}
          render={(entry, isCurrent) => (
            <ActivityLine entry={entry} cells={area.width - 4} isCurrent={isCurrent} />
          )}
        />
      )}
    </Pane>
  );
}

export function ActivityLine(props: {
  readonly entry: ActivityEntry;
  readonly cells: number;
  readonly isCurrent: boolean;
}) {
  const { entry, cells, isCurrent } = props;
  const { colours, glyphs } = useTheme();
  const colour = { debug: colours.dim, info: undefined, warning: colours.warning, error: colours.bad }[
    entry.level
  ];
  const time = clockTime(entry.time);
  const text = entry.times === 1 ? entry.text : `${entry.text} (${entry.times} times)`;
  return (
    <>
      <Text dimColor>{time} </Text>
      <Text {...(colour !== undefined && { color: colour })}>{glyphs.level[entry.level]} </Text>
      <RowText isCurrent={isCurrent}>
        {fit(text, Math.max(0, cells - time.length - 3), glyphs.ellipsis)}
      </RowText>
    </>
  );
}
