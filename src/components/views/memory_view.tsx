import { useDashboard } from '../dashboard_context.js';
import { bytes } from '../format.js';
import { useActions } from '../input.js';
import { wholeMemoryLines } from '../panes/memory_lines.js';
import { useStore } from '../store.js';
import { useTheme } from '../theme_context.js';
import { Lines } from '../widgets/lines.js';
import { ViewFrame, type ViewProps } from './view_frame.js';

/** All figures of memory, with a larger trend. */
export function MemoryView({ area, onBack }: ViewProps) {
  const { stores } = useDashboard();
  const view = useStore(stores.memory);
  const theme = useTheme();
  const { usedBytes, budgetBytes } = view.figures;
  useActions('figures', true, (action) => {
    if (action !== 'back') return false;
    onBack();
    return true;
  });
  return (
    <ViewFrame area={area} title="Memory" note={`${bytes(usedBytes)} of ${bytes(budgetBytes)}`}>
      <Lines lines={wholeMemoryLines(view, { cells: area.width - 4, rows: area.height - 2, theme })} />
    </ViewFrame>
  );
}
