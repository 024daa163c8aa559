import { Text } from 'ink';
import type { TransferSnapshot } from '../../core/types.js';
import { bytes, percent, rate } from '../format.js';
import { useKeys } from '../input.js';
import { wrapped } from '../text.js';
import { Gap, KeyRow } from '../widgets/card.js';
import { Dialog, useDialogCells } from '../widgets/dialog.js';

const LABEL = 9;

/** What there is to say, in the order of interest. Pure. */
function detailsOf(transfer: TransferSnapshot): readonly (readonly [string, string])[] {
  const {
    fileName,
    chatTitle,
    state,
    reason,
    bytes: done,
    totalBytes,
    bytesPerSecond,
    path,
    sha256,
  } = transfer;
  const speed = state === 'active' ? `, ${rate(bytesPerSecond)}` : '';
  return [
    ['name', fileName],
    ['chat', chatTitle],
    ['state', reason === undefined ? state : `${state}: ${reason}`],
    ['fetched', `${bytes(done)} of ${bytes(totalBytes)}, ${percent(done, totalBytes)}${speed}`],
    ['file', path],
    ...(sha256 === undefined ? [] : [['sha-256', sha256] as const]),
  ];
}

/** All that is known of one transfer, while it goes on. Any key closes it. */
export function TransferDetails(props: {
  readonly transfer: TransferSnapshot;
  readonly onClose: () => void;
}) {
  const { transfer, onClose } = props;
  const cells = useDialogCells();
  useKeys(true, (name) => {
    if (name === 'ctrl+c') return false;
    onClose();
    return true;
  });
  return (
    <Dialog title="Transfer">
      {detailsOf(transfer).flatMap(([label, value]) =>
        wrapped(value, cells - LABEL).map((line, i) => (
          <Text key={`${label} ${line}`} wrap="truncate">
            <Text dimColor>{(i === 0 ? label : '').padEnd(LABEL)}</Text>
            {line}
          </Text>
        )),
      )}
      <Gap />
      <KeyRow name="Esc">back</KeyRow>
    </Dialog>
  );
}
