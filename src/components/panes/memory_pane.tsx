import { useDashboard } from '../dashboard_context.js';
import { bytes } from '../format.js';
import { useActions } from '../input.js';
import type { Rectangle } from '../layout.js';
import { useStore } from '../store.js';
import { useTheme } from '../theme_context.js';
import { Lines } from '../widgets/lines.js';
import { Pane } from '../widgets/pane.js';
import { leftOut, memoryLines } from './memory_lines.js';

/** The memory gauge against the budget, its trend, pools and caches, and what the last clean-up freed. */
export function MemoryPane(props: {
  readonly area: Rectangle;
  readonly isFocused: boolean;
  readonly onOpen: () => void;
}) {
  const { area, isFocused, onOpen } = props;
  const { stores } = useDashboard();
  const view = useStore(stores.memory);
  const theme = useTheme();
  const { usedBytes, budgetBytes } = view.figures;
  const rows = area.height - 2;
  const more = leftOut(view, rows);
  useActions('memory', isFocused, (action) => {
    if (action !== 'enter') return false;
    onOpen();
    return true;
  });
  return (
    <Pane
      area={area}
      title="3 Memory"
      note={`${bytes(usedBytes)} of ${bytes(budgetBytes)}`}
      foot={more > 0 ? `${more} more: Enter shows all` : undefined}
      isFocused={isFocused}
    >
      <Lines lines={memoryLines(view, { cells: area.width - 4, rows, theme })} />
    </Pane>
  );
}
