import { Text } from 'ink';
import { useDashboard } from '../dashboard_context.js';
import { bytes } from '../format.js';
import { useKeys } from '../input.js';
import { Dialog } from './dialog.js';

/** Asked while work is under way: says what is kept. */
export function QuitDialog({ onQuit, onStay }: { readonly onQuit: () => void; readonly onStay: () => void }) {
  const { stores } = useDashboard();
  const { active, queued, rows } = stores.transfers.get();
  const partial = rows.filter(({ state }) => state !== 'completed').reduce((sum, { bytes: n }) => sum + n, 0);
  useKeys(true, (name) => {
    if (name === 'y' || name === 'q' || name === 'ctrl+c' || name === 'return') onQuit();
    else onStay();
    return true;
  });
  return (
    <Dialog title="Quit?">
      <Text>
        {active} active and {queued} queued transfers will stop.
      </Text>
      <Text dimColor>The {bytes(partial)} fetched of them are kept; the next run goes on from there.</Text>
      <Text>y quit n stay</Text>
    </Dialog>
  );
}
