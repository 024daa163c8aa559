import type { NoticeLevel } from '../../core/events.js';
import { useDashboard } from '../dashboard_context.js';
import { clockTime } from '../format.js';
import { useActions } from '../input.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { useStore } from '../store.js';
import type { ActivityEntry } from '../stores/activity_store.js';
import { fit } from '../text.js';
import type { Colour, Colours, Theme } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { Empty, List, rowText, useRowList } from '../widgets/list.js';
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
  const theme = useTheme();
  const rows = entries.filter(({ level }) => level !== 'debug').toReversed();
  const height = area.height - 2;
  const list = useRowList(rows, height, ({ id }) => id);
  useActions('activity', isFocused, (action) => {
    if (list.move(action)) return true;
    if (action !== 'enter') return false;
    onOpenLog();
    return true;
  });
  return (
    <Pane area={area} title="4 Activity" isFocused={isFocused}>
      {rows.length === 0 ? (
        <Empty text="Quiet so far." keys="E opens the full log" cells={area.width - 4} rows={height} />
      ) : (
        <List
          rows={rows}
          position={list}
          height={height}
          isFocused={isFocused}
          line={(entry, isCurrent) => activityLine(entry, { cells: area.width - 4, isCurrent, theme })}
        />
      )}
    </Pane>
  );
}

export function levelColour(level: NoticeLevel, colours: Colours): Colour {
  return { debug: colours.dim, info: undefined, warning: colours.warning, error: colours.bad }[level];
}

/** When, how grave, and what. Pure. */
export function activityLine(
  entry: ActivityEntry,
  look: { readonly cells: number; readonly isCurrent: boolean; readonly theme: Theme },
): Line {
  const { cells, isCurrent, theme } = look;
  const { colours, glyphs } = theme;
  const colour = levelColour(entry.level, colours);
  const time = clockTime(entry.time);
  const text = entry.times === 1 ? entry.text : `${entry.text} (${entry.times} times)`;
  return [
    { text: `${time} `, isDim: true },
    { text: `${glyphs.level[entry.level]} `, colour },
    rowText(fit(text, Math.max(0, cells - time.length - 3), glyphs.ellipsis), isCurrent, colours),
  ];
}
