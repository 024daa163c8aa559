import { Box, useAnimation } from 'ink';
import { useEffect } from 'react';
import type { TadError } from '../../core/errors.js';
import type { TransferSnapshot } from '../../core/types.js';
import { useDashboard } from '../dashboard_context.js';
import { bytes, count, countdown, duration, percent, rate, things } from '../format.js';
import type { Rectangle } from '../layout.js';
import type { Line } from '../line.js';
import { useStore } from '../store.js';
import type { ActivityEntry } from '../stores/activity_store.js';
import type { ChatsView } from '../stores/chats_store.js';
import type { ConnectionView } from '../stores/connection_store.js';
import type { TransfersView } from '../stores/transfers_store.js';
import { fit, width } from '../text.js';
import type { Colour, Glyphs, Theme } from '../theme.js';
import { useTheme } from '../theme_context.js';
import { wantedWords } from '../wanted_words.js';
import { bar } from '../widgets/bar.js';
import { Lines } from '../widgets/lines.js';
import { whyHeld } from './transfer_line.js';

interface Seen {
  readonly connection: ConnectionView;
  readonly transfers: TransfersView;
  readonly chats: ChatsView;
  readonly activity: readonly ActivityEntry[];
  readonly wanted: number;
  readonly problems: readonly TadError[];
}

/** Account, connection and total rate; below, overall progress, time left, and whatever everything waits for. */
export function Header({ area }: { readonly area: Rectangle }) {
  const { stores, view } = useDashboard();
  const seen: Seen = {
    connection: useStore(stores.connection),
    transfers: useStore(stores.transfers),
    chats: useStore(stores.chats),
    activity: useStore(stores.activity),
    wanted: view.state.wanted.length,
    problems: useStore(stores.wanted),
  };
  const { keep } = view;
  const name = seen.connection.account?.name;
  useEffect(() => {
    if (name !== undefined) keep({ accountName: name });
  }, [keep, name]);
  const theme = useTheme();
  const cells = area.width - 2;
  const waitMs = (seen.connection.floodUntil ?? 0) * 1000 - Date.now();
  const held = whatHolds(seen.transfers);
  const isTimed = held?.since !== undefined || held?.until !== undefined;
  // How long something waits moves by itself; nothing ticks while nothing does.
  useAnimation({ interval: 1000, isActive: waitMs > 0 || isTimed });
  return (
    <Box position="absolute" top={area.y} left={area.x} width={area.width} height={area.height} paddingX={1}>
      <Lines
        lines={[
          situation(seen, name ?? view.kept().accountName ?? '', cells, theme),
          overall(seen, waitMs, cells, theme),
        ]}
      />
    </Box>
  );
}

/** Who, where, and how fast. Where it gets narrow, the name gives way. Pure. */
function situation(
  { connection, transfers }: Seen,
  account: string,
  cells: number,
  { colours, glyphs }: Theme,
): Line {
  const { dcId, state, rateLimit } = connection;
  // Online is what chats are asked over; that no file moves is to be seen all the same.
  const doFilesWait = state === 'online' && transfers.active === 0 && transfers.waiting > 0;
  const isOnline = state === 'online' && !doFilesWait;
  const where = dcId === undefined ? '' : ` dc ${dcId}`;
  const files = doFilesWait
    ? ', files wait'
    : state !== 'online' && filesFlow(transfers)
      ? ', files go on'
      : '';
  const told = `${isOnline ? glyphs.state.active : glyphs.state.waiting} ${state}${where}${files}`;
  const limit = rateLimit === undefined ? '' : ` (limit ${rate(rateLimit)})`;
  const moves = transfers.bytesPerSecond > 0 && cells >= WIDE ? ` ${sparks(transfers.rates, glyphs)}` : '';
  const right = `${moves} ${glyphs.down} ${fit(rate(transfers.bytesPerSecond), RATE, '', 'right')}${limit}`;
  const program = ' tad ';
  const name = ` ${account}`;
  const room = Math.max(0, cells - width(program) - 2 - width(told) - width(right));
  const who = fit(name, Math.min(width(name), room), glyphs.ellipsis);
  return [
    { text: program, colour: colours.accent, isBold: true, isInverse: true },
    { text: who, isBold: true },
    '  ',
    { text: told, colour: isOnline ? colours.good : colours.warning },
    ' '.repeat(room - width(who)),
    { text: right, isBold: true },
  ];
}

/** The first that waits, where nothing else goes on. */
function whatHolds({ active, rows }: TransfersView): TransferSnapshot | undefined {
  if (active > 0) return undefined;
  const first = rows.find(({ state }) => state === 'waiting');
  return first?.reason === undefined ? undefined : first;
}

/** Something is coming in. */
const filesFlow = ({ active, bytesPerSecond }: TransfersView) => active > 0 && bytesPerSecond > 0;

/** The rates of the last seconds, each as high as its share of the highest. Pure. */
function sparks(rates: readonly number[], { sparks: levels }: Glyphs): string {
  const highest = Math.max(1, ...rates);
  return rates.map((value) => levels[Math.round((value / highest) * (levels.length - 1))]).join('');
}

/** How far it is: in bytes, or in files as long as there are some whose size is not known. Pure. */
function progress(transfers: TransfersView): {
  readonly done: number;
  readonly total: number;
  readonly told: string;
} {
  const { rest, completedNow, unfinished, doneBytes, totalBytes, timeLeft, isScanning } = transfers;
  const total = completedNow + unfinished;
  // Neither a share nor a time left is known before all is found.
  if (isScanning) return { done: completedNow, total, told: `at least ${things(total, 'file')}` };
  if (rest > 0) {
    return { done: completedNow, total, told: `${percent(completedNow, total)} of ${things(total, 'file')}` };
  }
  const left = timeLeft === undefined ? '' : `, ${duration(timeLeft)} left`;
  const told = `${percent(doneBytes, totalBytes)} of ${bytes(totalBytes)}${left}`;
  return { done: doneBytes, total: totalBytes, told };
}

/** How far it is as long as more is found. Pure. */
function soFar({ completedNow, unfinished }: TransfersView, chats: ChatsView, cells: number): string {
  const found = `${count(completedNow)} of ${things(completedNow + unfinished, 'file')}`;
  const [first, ...others] = chats.rows.filter(({ scanning }) => scanning !== undefined);
  const where =
    first === undefined || others.length > 0 ? things(others.length + 1, 'chat') : first.chat.title;
  const looking = `${found} found so far, still looking`;
  const texts = [`${looking} through ${where}`, looking];
  return texts.find((text) => width(text) <= cells) ?? `${found} so far`;
}

/** What everything waits for, how far it is, or how it ended. Pure. */
function overall(seen: Seen, waitMs: number, cells: number, theme: Theme): Line {
  const { connection, transfers, activity } = seen;
  const { isPaused, reason, state } = connection;
  const { active, unfinished } = transfers;
  const { colours } = theme;
  const line = (text: string, colour: Colour): Line => [{ text: fit(text, cells), colour }];
  const { done, total, told: far } = progress(transfers);
  const figures = fit(` ${far}`, FIGURES, '', 'right');
  /** Beside how far it is, where that is known and there is room for a text that says enough. */
  const held = (texts: readonly string[]): Line => {
    const hasFigures = unfinished > 0 && total > 0;
    const room = hasFigures ? cells - FIGURES : cells;
    const told = texts.find((text) => width(text) <= room);
    if (told === undefined) return line(texts.at(-1) ?? '', colours.warning);
    return [{ text: fit(told, room), colour: colours.warning }, hasFigures ? figures : ''];
  };
  if (waitMs > 0) {
    const wait = countdown(waitMs / 1000);
    // Other data centres may well go on.
    return held([
      `Telegram asks to wait: ${wait} left, then it goes on by itself`,
      `Telegram asks to wait: ${wait} left`,
      `wait: ${wait}`,
    ]);
  }
  // Files have connections of their own, which may well go on.
  if ((state === 'offline' || state === 'reconnecting') && !filesFlow(transfers)) {
    return held([`${reason ?? state}; work goes on by itself when Telegram is back`]);
  }
  if (isPaused) return held(['paused: P goes on']);
  const waiting = whatHolds(transfers);
  if (waiting !== undefined) {
    const lasts = waiting.since === undefined ? ':' : '';
    return held([`waiting${lasts} ${whyHeld(waiting, Date.now() / 1000)}`]);
  }
  const words = wantedWords(seen);
  if (words?.isProblem && active === 0) {
    // What helps is seen, however long the reason is.
    const room = Math.max(0, cells - width(words.keys) - 2);
    const why = fit(words.text, Math.min(width(words.text), room), theme.glyphs.ellipsis);
    return line(`${why}  ${words.keys}`, colours.bad);
  }
  if (unfinished === 0) {
    if (words !== undefined) return line(words.text, colours.dim);
    const last = activity.findLast(({ level }) => level !== 'debug');
    if (last?.level === 'error') return line(`${last.text}. E shows the log`, colours.bad);
    const { completed, failed } = transfers;
    if (seen.chats.isLoading && completed + failed === 0)
      return line('asking Telegram for your chats', colours.dim);
    if (completed + failed === 0) return line('nothing to do', colours.dim);
    const failures = failed > 0 ? `, ${failed} failed` : '';
    return line(
      `done: ${things(completed, 'file')} fetched${failures}`,
      failed > 0 ? colours.bad : colours.good,
    );
  }
  if (transfers.isScanning) return line(soFar(transfers, seen.chats, cells), colours.accent);
  return [...bar(done / Math.max(1, total), Math.max(4, cells - FIGURES), theme), figures];
}

/** Cells from which on there is room for the rates of the last seconds. */
const WIDE = 96;
/** `9999 MB/s` */
const RATE = 9;
/** ` 100% of 9999 MB, 99h 59m left` */
const FIGURES = 31;
