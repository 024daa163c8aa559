import { Text, useWindowSize } from 'ink';
import type { TransferSnapshot } from '../../core/types.js';
import { bytes, percent, rate } from '../format.js';
import { useKeys } from '../input.js';
import { fit } from '../text.js';
import { useTheme } from '../theme_context.js';
import { Gap, KeyRow } from '../widgets/card.js';
import { arrangeDetails, type Detail, LABEL, wholeHeight } from '../widgets/detail_lines.js';
import { Dialog, useDialogCells } from '../widgets/dialog.js';
import { whyHeld } from './transfer_line.js';

/** Border, an empty row, and the key. */
const OTHER_ROWS = 4;

/** What there is to say, in the order of interest. Pure. */
function detailsOf(transfer: TransferSnapshot, now: number): readonly Detail[] {
  const { fileName, chatTitle, state, bytes: done, totalBytes, bytesPerSecond, path, sha256 } = transfer;
  const reason = whyHeld(transfer, now);
  const speed = state === 'active' ? `, ${rate(bytesPerSecond)}` : '';
  return [
    { label: 'name', value: fileName },
    { label: 'chat', value: chatTitle },
    { label: 'state', value: reason === undefined ? state : `${state}: ${reason}` },
    {
      label: 'fetched',
      value: `${bytes(done)} of ${bytes(totalBytes)}, ${percent(done, totalBytes)}${speed}`,
    },
    { label: 'file', value: path, isPath: true },
    ...(sha256 === undefined ? [] : [{ label: 'sha-256', value: sha256 }]),
  ];
}

/** All that is known of one transfer, while it goes on. Any key closes it. */
export function TransferDetails(props: {
  readonly transfer: TransferSnapshot;
  /** Unix seconds. */
  readonly now: number;
  readonly onClose: () => void;
}) {
  const { transfer, now, onClose } = props;
  const cells = useDialogCells();
  const { rows } = useWindowSize();
  const { glyphs } = useTheme();
  const details = detailsOf(transfer, now);
  const room = Math.max(details.length, Math.min(wholeHeight(details, cells), rows - OTHER_ROWS));
  const lines = arrangeDetails(details, cells, room, glyphs.ellipsis).flat();
  const close = () => {
    onClose();
    return true;
  };
  useKeys(true, close, 'details');
  return (
    <Dialog title="Transfer">
      {lines.map(({ id, label, value }) => (
        <Text key={id} wrap="truncate">
          <Text dimColor>{fit(label, LABEL)} </Text>
          {value}
        </Text>
      ))}
      <Gap />
      <KeyRow name="Esc">back</KeyRow>
    </Dialog>
  );
}
