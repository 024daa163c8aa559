import { Box, Text, useAnimation } from 'ink';
import { useDashboard } from '../dashboard_context.js';
import { bytes, duration, percent, rate } from '../format.js';
import type { Rectangle } from '../layout.js';
import { useStore } from '../store.js';
import { fit, width } from '../text.js';
import { useTheme } from '../theme_context.js';
import { Bar } from '../widgets/bar.js';

/** Account, connection and total rate; below, overall progress, time left, and whatever everything waits for. */
export function Header({ area }: { readonly area: Rectangle }) {
  const { stores } = useDashboard();
  const connection = useStore(stores.connection);
  const transfers = useStore(stores.transfers);
  const { colours, glyphs } = useTheme();
  const cells = area.width - 2;

  const who = connection.account?.name ?? 'not logged in';
  const where = connection.dcId === undefined ? '' : ` dc ${connection.dcId}`;
  const isOnline = connection.state === 'online';
  const state = `${isOnline ? glyphs.state.active : glyphs.state.waiting} ${connection.state}${where}`;
  const speed = `${glyphs.down} ${rate(transfers.bytesPerSecond)}`;
  const limit = connection.rateLimit === undefined ? '' : ` (limit ${rate(connection.rateLimit)})`;
  const right = `${speed}${limit}`;
  const name = ' tad ';
  const middle = ` ${who}`;
  const gap = Math.max(1, cells - width(name) - width(middle) - 2 - width(state) - width(right));
  const stateColour = isOnline ? colours.good : colours.warning;
  return (
    <Box
      position="absolute"
      top={area.y}
      left={area.x}
      width={area.width}
      height={area.height}
      paddingX={1}
      flexDirection="column"
    >
      <Text wrap="truncate">
        <Text bold inverse {...(colours.accent !== undefined && { color: colours.accent })}>
          {name}
        </Text>
        <Text bold>{fit(middle, Math.min(width(middle), Math.max(0, cells - 40)), glyphs.ellipsis)}</Text>
        <Text>{'  '}</Text>
        <Text {...(stateColour !== undefined && { color: stateColour })}>{state}</Text>
        <Text>{' '.repeat(gap)}</Text>
        <Text bold>{right}</Text>
      </Text>
      <Overall cells={cells} />
    </Box>
  );
}

/** One line: what everything waits for, how far it is, or how it ended. */
function Overall({ cells }: { readonly cells: number }) {
  const { stores } = useDashboard();
  const chats = useStore(stores.chats);
  const activity = useStore(stores.activity);
  const { floodUntil, isPaused, reason, state } = useStore(stores.connection);
  const transfers = useStore(stores.transfers);
  const { doneBytes, totalBytes, timeLeft, active, unfinished } = transfers;
  const { colours } = useTheme();
  const isWaiting = floodUntil !== undefined && floodUntil * 1000 > Date.now();
  // The countdown moves by itself; nothing ticks while there is none.
  useAnimation({ interval: 1000, isActive: isWaiting });
  const line = (text: string, colour: string | undefined) => (
    <Text wrap="truncate" {...(colour !== undefined && { color: colour })}>
      {fit(text, cells)}
    </Text>
  );
  if (isWaiting) {
    const left = Math.max(0, Math.ceil(floodUntil - Date.now() / 1000));
    return line(`Telegram asks to wait: ${duration(left)} left, then it goes on by itself`, colours.warning);
  }
  if (state === 'offline' || state === 'reconnecting') {
    return line(`${reason ?? state}; work goes on by itself when Telegram is back`, colours.warning);
  }
  if (isPaused) return line('paused: P goes on', colours.warning);
  const held = transfers.rows.find((transfer) => transfer.state === 'waiting');
  if (active === 0 && held?.reason !== undefined) return line(`waiting: ${held.reason}`, colours.warning);
  if (unfinished === 0) {
    const scanned = chats.rows.filter(({ scanning }) => scanning !== undefined);
    if (scanned.length > 0) return line(`looking through ${things(scanned.length, 'chat')}`, colours.dim);
    const last = activity.findLast(({ level }) => level !== 'debug');
    if (last?.level === 'error') return line(`${last.text}. E shows the log`, colours.bad);
    const { completed, failed } = transfers;
    if (completed + failed === 0) return line('nothing to do', colours.dim);
    const failures = failed > 0 ? `, ${failed} failed` : '';
    return line(
      `done: ${things(completed, 'file')} fetched${failures}`,
      failed > 0 ? colours.bad : colours.good,
    );
  }
  const figures = ` ${percent(doneBytes, totalBytes)} of ${bytes(totalBytes)}, ${duration(timeLeft)} left`;
  return (
    <Text wrap="truncate">
      <Bar ratio={doneBytes / Math.max(1, totalBytes)} cells={Math.max(4, cells - FIGURES)} />
      {fit(figures, FIGURES, '', 'right')}
    </Text>
  );
}

/** ` 100% of 9999 MB, 99h 59m left` */
const FIGURES = 31;

const things = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
