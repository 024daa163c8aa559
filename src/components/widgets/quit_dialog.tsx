import { Text } from 'ink';
import { useDashboard } from '../dashboard_context.js';
import { bytes, things } from '../format.js';
import { useKeys } from '../input.js';
import { actionFor } from '../keys.js';
import { wrapped } from '../text.js';
import { Gap, KeyRow } from './card.js';
import { Dialog, useDialogCells } from './dialog.js';

/** Asked while work is under way: says what is kept. */
export function QuitDialog({ onQuit, onStay }: { readonly onQuit: () => void; readonly onStay: () => void }) {
  const { stores, view } = useDashboard();
  const { unfinished, rows, isScanning } = stores.transfers.get();
  const partial = rows
    .filter(({ state }) => state !== 'completed' && state !== 'failed')
    .reduce((sum, { bytes: n }) => sum + n, 0);
  const wanted = things(view.kept().wanted.length, 'download');
  const question =
    unfinished === 0
      ? isScanning
        ? 'Chats are still being looked through.'
        : `${wanted} that you asked for did not begin yet.`
      : `${isScanning ? 'At least ' : ''}${things(unfinished, 'transfer')} will stop; what is fetched of them (${bytes(partial)}) is kept.`;
  const cells = useDialogCells();
  const answer = (name: string) => {
    if (actionFor(name, 'question') === 'yes') onQuit();
    else onStay();
    return true;
  };
  useKeys(true, answer, 'question');
  return (
    <Dialog title="Quit?">
      {wrapped(question, cells).map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      <Text dimColor>The next run goes on from there.</Text>
      <Gap />
      <KeyRow name="y">quit</KeyRow>
      <KeyRow name="n">stay</KeyRow>
    </Dialog>
  );
}
