import { byteText } from '../core/byte_text.js';
import type { ConnectionState } from '../core/events.js';
import type { CoreStatus } from '../core/face.js';
import { timeLeft } from '../core/time_left.js';
import type { TransferSnapshot } from '../core/types.js';
import { count, formatDuration, formatRate, whyHeld } from './format.js';
import type { RunState } from './run_state.js';
import { toWidth } from './terminal_width.js';

/** What came over the wire in this run, and how fast it comes. */
export type Fetched = Pick<CoreStatus, 'bytes' | 'bytesPerSecond' | 'isSteady'>;

const BAR = 20;
/** Cells that a reason leaves to the name of the file, with what is between them. */
const NAME = 24;

/** What is worth a word: while all is well, nothing. */
const CONNECTION: Readonly<Partial<Record<ConnectionState, string>>> = {
  connecting: 'connecting to Telegram',
  reconnecting: 'connecting to Telegram again',
  offline: 'Telegram cannot be reached',
};

/** Cut with `…` where there is not so much room, but never to nothing. */
function atMost(text: string, cells: number): string {
  return toWidth(text, Math.max(cells, 10)).trimEnd();
}

function bar(share: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * BAR);
  return '█'.repeat(filled) + '░'.repeat(BAR - filled);
}

function transferLine(transfer: TransferSnapshot, width: number, now: number): string {
  const { bytes, totalBytes, fileName, state } = transfer;
  const share = totalBytes > 0 ? bytes / totalBytes : 0;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const drawn = width >= 70 ? `${bar(share)} ${percent}` : percent;
  const told =
    state === 'active'
      ? formatRate(transfer.bytesPerSecond).padStart(10)
      : atMost(whyHeld(transfer, now) ?? state, width - drawn.length - NAME);
  const figures = `${drawn} ${told}`;
  // The name goes last: whatever a terminal makes of its letters cannot move the figures.
  return toWidth(`  ${figures}  ${fileName}`, width);
}

/** All that is in hand waits: what came a moment ago is no speed any more. */
function isHeld({ active }: RunState): boolean {
  return active.size > 0 && active.values().every(({ state }) => state !== 'active');
}

function totalLine(
  state: RunState,
  fetched: Fetched,
  width: number,
  now: number,
  wait: string | undefined,
): string {
  const ended = state.completed + state.failed;
  const scanning = [...state.scans.values()];
  const parts: string[] = [];
  const connection = wait ?? CONNECTION[state.connection];
  if (connection !== undefined) parts.push(connection);
  if (state.queuedFiles > 0) {
    parts.push(`${ended}/${count(state.queuedFiles, 'file')}`, byteText(fetched.bytes));
  }
  if (state.queuedFiles > 0 && !isHeld(state) && fetched.bytesPerSecond >= 1) {
    parts.push(formatRate(fetched.bytesPerSecond));
    const left = timeLeft(state.queuedBytes - state.bytes, fetched);
    if (scanning.length === 0 && left !== undefined) parts.push(`${formatDuration(left)} left`);
  }
  if (state.failed > 0) parts.push(`${state.failed} failed`);
  if (state.floodUntil > now) {
    parts.push(`Telegram asks to wait ${Math.ceil((state.floodUntil - now) / 1000)} s`);
  }
  if (state.memoryLevel !== 'normal') parts.push(`memory ${state.memoryLevel}`);
  const [scan] = scanning;
  if (scan !== undefined) {
    const of = scan.total === undefined ? '' : ` of ${scan.total.toLocaleString('en-US')}`;
    parts.push(`looking through ${scan.scanned.toLocaleString('en-US')}${of} messages of ${scan.chatTitle}`);
  }
  return toWidth(`  ${parts.join('  ')}`, width);
}

/**
 * What the progress area shows: a line for each transfer in hand, as far as `maxRows` goes, and one for the whole.
 * @param wait what is waited for before there are any
 */
export function progressFrame(
  state: RunState,
  fetched: Fetched,
  width: number,
  maxRows: number,
  now: number,
  wait?: string,
): string[] {
  const transfers = [...state.active.values()].slice(0, Math.max(maxRows - 1, 0));
  return [
    ...transfers.map((transfer) => transferLine(transfer, width, now)),
    totalLine(state, fetched, width, now, wait),
  ].map((line) => line.trimEnd());
}
