import stringWidth from 'string-width';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DashboardScreen } from '../../../src/components/dashboard.js';
import type { SettingRow } from '../../../src/components/host.js';
import { layout } from '../../../src/components/layout.js';
import { painted } from '../../../src/components/line.js';
import { leftOut, memoryLines, peaks } from '../../../src/components/panes/memory_lines.js';
import { NOTICE_MS } from '../../../src/components/panes/notice_line.js';
import { chooseTheme } from '../../../src/components/theme.js';
import { FRESH_STATE } from '../../../src/components/view_state.js';
import { ChatView } from '../../../src/components/views/chat_view.js';
import { HelpView } from '../../../src/components/views/help_view.js';
import { LibraryView } from '../../../src/components/views/library_view.js';
import { LogView } from '../../../src/components/views/log_view.js';
import { MemoryView as MemoryViewOfAll } from '../../../src/components/views/memory_view.js';
import { SettingsView } from '../../../src/components/views/settings_view.js';
import { TadError } from '../../../src/core/errors.js';
import type { CoreStatus } from '../../../src/core/face.js';
import type { Chat, TransferState } from '../../../src/core/types.js';
import { CHAT, DashboardCore, message, OFFLINE, track, transfer } from '../fake_core.js';
import { NASTY, SIZES } from '../nasty.js';
import {
  bodyOf,
  dashboardFor,
  fakeHost,
  frameOf,
  mount,
  PATIENCE,
  PLAIN,
  type Size,
  THEME,
  viewOf,
} from '../screen.js';

const WIDE: Size = { columns: 120, rows: 36 };
const NARROW: Size = { columns: 80, rows: 24 };

const STATES: readonly TransferState[] = [
  'active',
  'waiting',
  'paused',
  'queued',
  'failed',
  'completed',
  'cancelled',
];

const chats = (count: number, title: (n: number) => string): readonly Chat[] =>
  Array.from({ length: count }, (_, n) => ({ ...CHAT, id: `-${n + 1}`, title: title(n), pinned: false }));

function screenOf(core: DashboardCore, size: Size, host = fakeHost()) {
  const made = layout(size.columns, size.rows);
  if (made.kind !== 'panes') throw new Error('too small');
  const onQuit = vi.fn();
  const dashboard = dashboardFor(core, { host });
  const view = <DashboardScreen layout={made} isTooSmall={false} onQuit={onQuit} />;
  return { onQuit, dashboard, view };
}

async function open(core: DashboardCore, size: Size = WIDE, host = fakeHost()) {
  const { onQuit, dashboard, view } = screenOf(core, size, host);
  await dashboard.stores.chats.load(dashboard.signal);
  const screen = await mount(dashboard, size, view);
  return { onQuit, dashboard, screen };
}

describe('every frame of the dashboard', () => {
  const themes = [PLAIN, { ...PLAIN, glyphs: { ...PLAIN.glyphs, ellipsis: '~' } }, THEME];
  const core = new DashboardCore();
  core.chatList = chats(60, (n) => NASTY[n % NASTY.length]!);
  core.transfers = Array.from({ length: 42 }, (_, n) =>
    transfer({
      documentId: String(n),
      state: STATES[n % STATES.length]!,
      fileName: NASTY[n % NASTY.length]!,
      chatTitle: NASTY[(n + 1) % NASTY.length]!,
      bytes: n * 2 ** 30,
      totalBytes: 50 * 2 ** 30,
      bytesPerSecond: n * 1e7,
      ...(n % 3 === 0 && { reason: NASTY[n % NASTY.length]! }),
    }),
  );
  core.shelf.seen = NASTY.map((title, n) => message(n + 1, { title, fileName: title }));
  core.shelf.tracks = NASTY.map((title, n) => track(n + 1, { title, path: `/music/${title}` }));
  const status = core.status.bind(core);
  core.status = () => ({
    ...status(),
    account: { id: '1', name: NASTY.join(), premium: false },
    rateLimit: 2 ** 30,
  });

  /** Lines in borders, each of them whole. */
  const isWhole = (lines: readonly string[], columns: number) => {
    for (const line of lines) {
      expect(stringWidth(line)).toBe(columns);
      expect(line).toMatch(/^[│╭╰├].*[│╮╯┤]$/u);
    }
  };

  it.each(SIZES)('has %d cells in each of %d rows, whatever comes from Telegram', async (columns, rows) => {
    const { dashboard, view } = screenOf(core, { columns, rows });
    await dashboard.stores.chats.load(dashboard.signal);
    for (const text of NASTY) dashboard.stores.activity.add('error', text, text);
    for (const theme of themes) {
      const lines = frameOf(dashboard, { columns, rows }, view, theme);
      expect(lines).toHaveLength(rows);
      isWhole(lines.slice(2, -1), columns);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it.each(SIZES)('has %d cells in each row of a view, and %d rows', (columns, rows) => {
    const settings = (): readonly SettingRow[] =>
      NASTY.map((text, n) => ({
        key: `${n}${text}`,
        value: text,
        origin: 'file',
        description: text,
        editable: true,
      }));
    const { dashboard } = screenOf(core, { columns, rows }, fakeHost({ settings }));
    for (const text of NASTY) dashboard.stores.activity.add('error', text, text);
    const area = bodyOf({ columns, rows });
    const onBack = () => {};
    const views = [
      <ChatView key="chat" area={area} chat={CHAT} onBack={onBack} />,
      <LibraryView key="library" area={area} onBack={onBack} />,
      <LogView key="log" area={area} onBack={onBack} />,
      <SettingsView key="settings" area={area} onBack={onBack} />,
      <HelpView key="help" area={area} onBack={onBack} />,
      <MemoryViewOfAll key="figures" area={area} onBack={onBack} />,
    ];
    for (const view of views) {
      const lines = frameOf(dashboard, { columns, rows }, view, PLAIN);
      expect(lines).toHaveLength(rows);
      isWhole(lines, columns);
    }
  });
});

describe('chats', () => {
  it('says that it asks, that there are none, and what went wrong, with the key that helps', async () => {
    const core = new DashboardCore();
    const { dashboard, view } = screenOf(core, WIDE);
    expect(frameOf(dashboard, WIDE, view).join('\n')).toContain('Asking Telegram for your chats…');
    core.chatList = [];
    const { screen } = await open(core);
    expect(screen.text()).toMatch(/No chats\.[\s\S]*r asks again/);
    core.chats = () => Promise.reject(OFFLINE);
    await screen.press('r');
    await screen.shows(/Telegram cannot be reached[\s\S]*check the connection/);
  });

  it('show how much audio a chat has before it was scanned, and what came since it was last looked at', async () => {
    const core = new DashboardCore();
    core.counts.set(CHAT.id, 48);
    const { dashboard, view } = screenOf(core, WIDE);
    await dashboard.stores.chats.load(dashboard.signal);
    const state = { ...FRESH_STATE, seenAudio: { [CHAT.id]: 41 } };
    const screen = await mount({ ...dashboard, view: viewOf(state) }, WIDE, view);
    await screen.shows(/Night Music +0\/48 +\+7/);
    core.events.emit('audio.new', { chatId: CHAT.id, messageId: 1, documentId: '1' });
    await screen.shows(/Night Music +0\/48 +\+8/);
    await screen.press('enter', 'esc');
    await screen.shows(/Night Music +0\/48 +│/);
  });

  it('call nothing new of a chat that was downloaded before Telegram had counted it', async () => {
    const core = new DashboardCore();
    const counted = Promise.withResolvers<number>();
    core.audioCount = () => counted.promise;
    const { screen } = await open(core);
    await screen.press('d');
    expect(core.downloads).toHaveLength(1);
    counted.resolve(48);
    await screen.shows(/Night Music +\d+\/48 +│/);
  });

  it('filters live, marks, and downloads what is marked', async () => {
    const core = new DashboardCore();
    core.chatList = chats(20, (n) => `Chat ${n + 1}`);
    const { screen } = await open(core);
    await screen.press('/', '1', '2', 'enter');
    await screen.shows('1/20');
    await screen.press('space');
    await screen.shows('1 marked');
    await screen.press('d');
    await vi.waitFor(() => expect(core.request?.outDir).toBe('/music'), PATIENCE);
    await vi.waitFor(() => expect(screen.text()).not.toContain('marked'), PATIENCE);
  });

  it('shows what is new and how much of each chat is here', async () => {
    const core = new DashboardCore();
    core.shelf.tracks = [];
    core.shelf.chatCounts = () => [{ chatId: CHAT.id, seen: 12, have: 5 }];
    const { screen } = await open(core);
    core.events.emit('audio.new', { chatId: CHAT.id, messageId: 1, documentId: '1' });
    await screen.shows(/Night Music.*5\/12.*\+1/);
  });

  it('counts only marks of chats that are there; the others stay for when they are', async () => {
    const core = new DashboardCore();
    const { dashboard, view } = screenOf(core, WIDE);
    const state = { ...FRESH_STATE, markedChats: ['-404'] };
    await dashboard.stores.chats.load(dashboard.signal);
    const screen = await mount({ ...dashboard, view: viewOf(state) }, WIDE, view);
    expect(screen.text()).not.toContain('marked');
    await screen.press('space');
    await screen.shows('1 marked');
    await screen.press('d');
    await vi.waitFor(() => expect(core.downloads).toEqual([[{ chat: CHAT }]]), PATIENCE);
    await vi.waitFor(() => expect(screen.text()).not.toContain('marked'), PATIENCE);
    core.chatList = [CHAT, { ...CHAT, id: '-404', title: 'Back again' }];
    await dashboard.stores.chats.load(dashboard.signal);
    await screen.shows('1 marked');
  });

  it.each([WIDE, NARROW, { columns: 60, rows: 15 }])(
    'says all of what went wrong, and always the key, at %j',
    async (size) => {
      const core = new DashboardCore();
      const hint = 'check the network, the proxy and the clock of this machine';
      core.chats = () =>
        Promise.reject(new TadError('unreachable', 'Telegram cannot be reached at all', hint));
      const { screen } = await open(core, size);
      const left = screen.lines().map((line) => line.slice(0, line.indexOf('│', 2)));
      const text = left.join(' ').replaceAll(/[│\s]+/g, ' ');
      expect(text).toContain('r tries again');
      expect(text).toContain('Telegram cannot be reached');
      if (size.rows > 20) expect(text).toContain(hint);
    },
  );

  it.each([WIDE, NARROW])(
    'keeps what is known when asking fails, with the reason and the key below, at %j',
    async (size) => {
      const core = new DashboardCore();
      core.chatList = chats(60, (n) => `Chat ${n + 1}`);
      const { screen } = await open(core, size);
      core.chats = () => Promise.reject(OFFLINE);
      await screen.press('r');
      await screen.shows('r tries again');
      const left = screen.lines().map((line) => line.slice(0, line.indexOf('│', 2)));
      const text = left.join(' ').replaceAll(/[│\s]+/g, ' ');
      expect(text).toContain('Telegram cannot be reached: check the connection r tries again');
      expect(text).toMatch(/Chat 1 .*Chat 2 /);
      await screen.press('down', 'down', 'enter');
      await screen.shows('╭─ Chat 3 ─');
    },
  );

  it('shows folder, kind and name of the current chat', async () => {
    const core = new DashboardCore();
    core.chatList = [CHAT, { id: '7', kind: 'user', title: 'Bob', folders: [], pinned: false }];
    const { screen } = await open(core);
    expect(screen.lines().at(-2)).toMatch(/^╰─ Music · channel · @nightmusic ─/);
    await screen.press('down');
    expect(screen.lines().at(-2)).toMatch(/^╰─ user ─/);
    await screen.press('2');
    expect(screen.lines().at(-2)).toMatch(/^╰─+╯/);
  });

  it('turns something while it asks, and only then', async () => {
    const core = new DashboardCore();
    const { dashboard, view } = screenOf(core, WIDE);
    expect(frameOf(dashboard, WIDE, view).join('\n')).toContain('⠋ Asking Telegram for your chats…');
    const ascii = chooseTheme({ NO_COLOR: '1' }, { ascii: true });
    expect(frameOf(dashboard, WIDE, view, ascii).join('\n')).toContain('- Asking Telegram for your chats');
    const { screen } = await open(core);
    expect(screen.text()).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  });

  it('opens a chat with Enter, and Esc comes back', async () => {
    const { screen } = await open(new DashboardCore());
    await screen.press('enter');
    await screen.shows('There is no audio in this chat.');
    await screen.press('esc');
    await screen.shows('1 Chats');
  });
});

describe('downloads', () => {
  const withTransfers = () => {
    const core = new DashboardCore();
    core.transfers = [
      transfer({ documentId: '1', fileName: 'one.mp3', secondsLeft: 2 }),
      transfer({ documentId: '2', fileName: 'two.mp3', state: 'queued', bytes: 0 }),
      transfer({ documentId: '3', fileName: 'three.mp3', state: 'queued', bytes: 0 }),
      transfer({ documentId: '4', fileName: 'four.mp3', state: 'failed', reason: 'the file is gone' }),
    ];
    return core;
  };

  it('shows rate, share and time left of what moves, and why the rest does not', async () => {
    const { screen } = await open(withTransfers());
    expect(screen.text()).toContain('1 active, 2 queued, 1 failed');
    expect(screen.text()).toMatch(/50% +244 KB\/s +2s +one\.mp3/);
    expect(screen.text()).toContain('the file is gone');
  });

  it('pauses and resumes, retries what failed or was cancelled and only that', async () => {
    const core = withTransfers();
    core.transfers.push(transfer({ documentId: '5', fileName: 'five.mp3', state: 'cancelled' }));
    const { screen } = await open(core);
    await screen.press('2', 'p', 'r', 'G', 'r', 'k', 'r');
    expect(core.asked).toEqual(['pause 1', 'retry 5', 'retry 4']);
    core.events.emit('transfer.changed', transfer({ documentId: '1', state: 'paused' }));
    await screen.press('g', 'p');
    expect(core.asked.at(-1)).toBe('resume 1');
  });

  it('asks before it cancels, and not at all when there is nothing to cancel', async () => {
    const core = withTransfers();
    const { screen } = await open(core);
    await screen.press('2', 'x');
    expect(screen.text()).toContain('Cancel one.mp3?');
    expect(screen.text()).toContain('488 KB that are on disk already will be deleted.');
    await screen.press('n');
    expect(screen.text()).not.toContain('Sure?');
    await screen.press('x', 'y', 'G', 'x');
    expect(core.asked).toEqual(['cancel 1']);
    expect(screen.text()).not.toContain('Sure?');
  });

  it.each([
    ['x', NARROW],
    ['x', { columns: 60, rows: 15 }],
    ['enter', WIDE],
    ['enter', { columns: 60, rows: 15 }],
  ] as const)('%s opens a dialog that lies whole over all panes of %j', async (key, size) => {
    const { screen } = await open(withTransfers(), size);
    await screen.press('2', key);
    const lines = screen.lines();
    const top = lines.findIndex((line) => /╭─ (Sure\?|Transfer) ─/.test(line));
    const left = lines[top]!.search(/╭─ (Sure\?|Transfer) ─/);
    const right = lines[top]!.indexOf('╮', left);
    const bottom = lines.findIndex((line, row) => row > top && line[left] === '╰' && line[right] === '╯');
    expect(lines[bottom]?.slice(left + 1, right)).toMatch(/^─+$/);
    for (const line of lines.slice(top + 1, bottom)) expect(line[left]! + line[right]!).toBe('││');
    expect(bottom - top).toBeGreaterThan(4);
  });

  it('moves what is queued, and the row moves with it', async () => {
    const core = withTransfers();
    const { screen } = await open(core);
    core.move = (id, steps) => {
      core.asked.push(`move ${id} ${steps}`);
      const [one, two, three, four] = core.transfers;
      core.transfers = [one!, three!, two!, four!];
      return true;
    };
    await screen.press('2', 'j', 'j', 'K');
    expect(core.asked).toEqual(['move 3 -1']);
    expect(screen.text()).toMatch(/▸.*three\.mp3[\s\S]*two\.mp3/);
  });

  it('tells all of a transfer with Enter', async () => {
    const { screen } = await open(withTransfers());
    await screen.press('2', 'G', 'enter');
    for (const shown of [
      'name      four.mp3',
      'state     failed: the file is gone',
      'file      /music/Song.mp3',
    ]) {
      expect(screen.text()).toContain(shown);
    }
    await screen.press('esc');
    await vi.waitFor(() => expect(screen.text()).not.toContain('name      four.mp3'), PATIENCE);
  });

  it('goes on telling of the transfer that was asked for, whatever becomes of the list', async () => {
    const core = withTransfers();
    const { screen } = await open(core);
    await screen.press('2', 'enter');
    await screen.shows('name      one.mp3');
    core.events.emit(
      'transfer.completed',
      transfer({ fileName: 'one.mp3', documentId: '1', state: 'completed' }),
    );
    core.events.emit('transfer.started', transfer({ fileName: 'two.mp3', documentId: '2' }));
    await screen.shows(/name {6}one\.mp3[\s\S]*state {5}completed/);
  });

  it('has the cursor stay with its row, and at the top when it is there', async () => {
    const core = withTransfers();
    const { screen } = await open(core);
    const rest = [5, 6].map((n) => transfer({ documentId: `${n}`, fileName: `${n}.mp3` }));
    await screen.press('2', 'j', 'j');
    await screen.shows(/▸.*three\.mp3/);
    for (const more of rest) core.events.emit('transfer.started', more);
    await screen.shows('3 active');
    await screen.press('p');
    expect(core.asked).toEqual(['pause 3']);
    await screen.press('g');
    core.events.emit(
      'transfer.completed',
      transfer({ documentId: '1', fileName: 'one.mp3', state: 'completed' }),
    );
    await screen.shows('1 done');
    await screen.shows(/▸.*5\.mp3/);
  });

  it('shows what is under way while the person is elsewhere, and else how much is above', async () => {
    const core = new DashboardCore();
    core.transfers = Array.from({ length: 60 }, (_, n) =>
      transfer({ documentId: `${n}`, fileName: `old ${n}.mp3`, state: 'completed' }),
    );
    const { screen } = await open(core);
    await screen.press('2', 'G');
    await screen.shows(/─ \d\d above ─/);
    core.events.emit('transfer.started', transfer({ documentId: 'new', fileName: 'new.mp3' }));
    await screen.shows('1 active');
    expect(screen.text()).not.toContain('new.mp3');
    await screen.press('1');
    await screen.shows('new.mp3');
    expect(screen.text()).not.toContain(' above ');
  });

  it('has the cursor go to the neighbour of what is cancelled, not with it', async () => {
    const core = new DashboardCore();
    const rows = Array.from({ length: 4 }, (_, n) =>
      transfer({ documentId: `${n}`, fileName: `file ${n}.mp3`, state: 'queued' }),
    );
    core.transfers = [...rows];
    core.cancel = (id) => {
      const meant = rows.find(({ documentId }) => documentId === id)!;
      core.events.emit('transfer.changed', { ...meant, state: 'cancelled' });
      return true;
    };
    const { screen } = await open(core);
    await screen.press('2', 'j', 'x', 'y');
    await screen.shows(/▸.*queued +file 2\.mp3/);
    await screen.press('j', 'x', 'y');
    await screen.shows(/▸.*queued +file 2\.mp3/);
    expect(screen.text()).toMatch(/cancelled +file 3/);
  });

  it('moves nothing at the ends of the queue, and neither the cursor', async () => {
    const core = withTransfers();
    const { screen } = await open(core);
    await screen.press('2', 'j', 'j', 'J', 'J', 'J', 'p');
    expect(core.asked.at(-1)).toBe('pause 3');
  });

  it('takes what has ended off the list with x', async () => {
    const { screen } = await open(withTransfers());
    await screen.press('2', 'G', 'x');
    await screen.shows('1 active, 2 queued ─');
    expect(screen.text()).not.toContain('four.mp3');
  });

  it('tells of a transfer in a dialog that fits, however long the path', async () => {
    const core = new DashboardCore();
    const path = `/music/${'very long name/'.repeat(60)}Song.mp3`;
    core.transfers = [transfer({ path, reason: 'why '.repeat(200), sha256: 'ab'.repeat(32) })];
    const { screen } = await open(core, { columns: 60, rows: 15 });
    await screen.press('2', 'enter');
    await screen.shows(/╭─ Transfer ─/);
    expect(screen.text()).toMatch(/file +….*Song\.mp3/);
    expect(screen.text()).toMatch(/Esc {2}back/);
    expect(screen.lines()).toHaveLength(15);
  });

  it('names the chat of each', async () => {
    const { screen } = await open(withTransfers());
    expect(screen.text()).toMatch(/2s +one\.mp3 +Night Music/);
    expect(screen.text()).toMatch(/queued +two\.mp3 +Night Music/);
  });

  it.each([
    [WIDE, /50% +(10m 00s|9m \d\ds) left: trying again.*… · A long name of a f.*…/],
    [NARROW, /50% +(10m 00s|9m \d\ds) .*… · A long nam.*…/],
  ])('counts a wait down beside its reason and the name, at %j, and in the details', async (size, row) => {
    const core = new DashboardCore();
    const reason = 'trying again: data centre 4 wants a new login, which takes a while';
    const fileName = 'A long name of a file that is no less worth reading.mp3';
    core.transfers = [transfer({ state: 'waiting', fileName, reason, until: Date.now() / 1000 + 600 })];
    const { screen } = await open(core, size);
    expect(screen.text()).toMatch(row);
    await screen.press('2', 'enter');
    await screen.shows(/state +waiting: (10m 00s|9m \d\ds) left: trying again/);
  });

  it('says for how long nothing has come', async () => {
    const core = new DashboardCore();
    const reason = 'no answer from data centre 2';
    core.transfers = [transfer({ state: 'waiting', reason, since: Date.now() / 1000 - 5 })];
    const { screen } = await open(core, WIDE);
    expect(screen.text()).toMatch(/50% +for [56]s: no answer from data centre 2 · Song/);
    expect(screen.lines()[1]).toMatch(/waiting for [56]s: no answer from data centre 2/);
  });

  it('lists the whole queue, of any length, and takes off it what nobody has begun', async () => {
    const core = withTransfers();
    for (let i = 0; i < 3000; i++) core.shelf.queued.add(`later ${i}`);
    core.cancel = (id) => core.shelf.queued.delete(id ?? '');
    const { screen } = await open(core);
    await screen.shows('1 active, 3002 queued, 1 failed');
    await screen.press('2', 'G', 'k');
    await screen.shows(/▸.* later 2999\.mp3/);
    core.pause = (id) => {
      core.pausedLater.add(id ?? '');
      return true;
    };
    await screen.press('p');
    await screen.shows(/▸‖.* paused +later 2999\.mp3/);
    await screen.press('x', 'y');
    await screen.shows('3001 queued');
    expect(core.shelf.queued.has('later 2999')).toBe(false);
    // Those before it move on: the cursor stays with its row.
    await screen.shows(/▸.* later 2998\.mp3/);
    core.shelf.queued.delete('later 0');
    core.events.emit('transfer.queued', transfer({ documentId: 'later 0', state: 'queued' }));
    core.events.emit('transfer.completed', transfer({ documentId: '1', state: 'completed' }));
    await screen.shows('1 done');
    expect(screen.text()).toMatch(/▸.* later 2998\.mp3/);
  });

  it('says what to do when there is nothing', async () => {
    const { screen } = await open(new DashboardCore());
    expect(screen.text()).toMatch(/Nothing to download yet\.[\s\S]*Space marks and d downloads/);
  });
});

describe('memory and activity', () => {
  it('shows use against the budget, caches and pools', async () => {
    const { screen } = await open(new DashboardCore());
    expect(screen.text()).toContain('86 MB of 488 MB');
    expect(screen.text()).toMatch(/18% normal/);
    expect(screen.text()).toContain('rss 95 (10 free) heap 38 ext 19 MB');
    expect(screen.text()).toMatch(/known ids +10\/50000 +75%/);
    expect(screen.text()).toMatch(/parts +2\+6\/8/);
  });

  it('shows what a clean-up freed', async () => {
    const core = new DashboardCore();
    const { screen } = await open(core);
    await screen.press('c');
    core.events.emit('memory.cleanup', await core.cleanup());
    await screen.shows(/clean-up 95 → 76 MB, freed 19/);
  });

  it('shows the trend over all that is kept, each peak of it', () => {
    const { memory, caches, pools } = new DashboardCore().status();
    const at = (second: number) => (second === 2 ? 400 : 100) * 2 ** 20;
    const trend = Array.from({ length: 240 }, (_, second) => at(second));
    const view = { figures: memory, trend, caches, pools, lastCleanup: undefined, isCleaning: false };
    const lines = memoryLines(view, { cells: 36, rows: 12, theme: PLAIN }).map(painted);
    expect(lines.join('\n')).toMatch(/ 400 [┼┤]/);
    expect(peaks([1, 9, 2, 8, 3, 7], 3)).toEqual([9, 8, 7]);
    expect(peaks([5, 6], 3)).toEqual([5, 6]);
  });

  it('tells how many figures it has no room for', () => {
    const { memory, caches, pools } = new DashboardCore().status();
    const view = { figures: memory, trend: [], caches, pools, lastCleanup: undefined, isCleaning: false };
    const all = pools.length + caches.length;
    // Gauge, process, clean-up, and four rows of the trend.
    expect([30, 7 + all, 6 + all, 7].map((rows) => leftOut(view, rows))).toEqual([0, 0, 1, all]);
  });

  it('shows pools, caches, trend and clean-up at once on 120x36', async () => {
    const core = new DashboardCore();
    const status = core.status.bind(core);
    const figures = { size: 10, capacity: 500, hits: 3, misses: 1 };
    const caches = ['known documents', 'library queries', 'track tags', 'telegram peers'];
    core.status = () => ({ ...status(), caches: caches.map((name) => ({ name, ...figures })) });
    const { screen } = await open(core);
    for (let i = 0; i < 2; i++) {
      core.events.emit('transfer.progress', transfer());
      core.events.emit('memory.sample', core.status().memory);
    }
    await screen.shows(/ \d+ [┼┤]─/);
    core.events.emit('memory.cleanup', await core.cleanup());
    await screen.shows(/clean-up 95 → 76 MB, freed 19/);
    for (const name of [...caches, 'parts']) expect(screen.text()).toContain(name);
  });

  it.each([WIDE, NARROW])(
    'shows all figures with Enter, the trend as far as there is room, at %j',
    async (size) => {
      const core = new DashboardCore();
      const { screen } = await open(core, size);
      for (let i = 0; i < 2; i++) {
        core.events.emit('transfer.progress', transfer());
        core.events.emit('memory.sample', core.status().memory);
      }
      core.events.emit('memory.cleanup', await core.cleanup());
      await screen.press('3', 'enter');
      await screen.shows(
        /clean-up 95 → 76 MB, freed 19[\s\S]*heap 38 → 38 MB[\s\S]*ids: 12 B, covers: broken/,
      );
      expect(screen.text()).toContain('collections: 120 small, 3 full; 250 ms in all, the longest 40 ms');
      expect(screen.text()).toMatch(/parts +2\+6\/8[\s\S]*known ids +10\/50000 +75%/);
      expect(screen.lines().filter((line) => / \d+ [┼┤]/.test(line)).length).toBe(size === WIDE ? 16 : 7);
      await screen.press('q');
      await screen.shows('1 Chats');
    },
  );

  it('keeps the trend on a small screen, whatever else there is to say', async () => {
    const core = new DashboardCore();
    const status = core.status.bind(core);
    const figures = { size: 10, capacity: 500, hits: 3, misses: 1 };
    const caches = Array.from({ length: 8 }, (_, n) => ({ name: `cache ${n}`, ...figures }));
    core.status = () => ({ ...status(), caches });
    const { screen } = await open(core, NARROW);
    for (let i = 0; i < 2; i++) {
      core.events.emit('transfer.progress', transfer());
      core.events.emit('memory.sample', core.status().memory);
    }
    await screen.press('3', 'enter');
    await screen.shows(/ \d+ [┼┤]─/);
    expect(screen.lines().filter((line) => / \d+ [┼┤]/.test(line)).length).toBeGreaterThanOrEqual(4);
    expect(screen.text()).toContain('cache 7');
  });

  it('tells all of an entry below the log, and the cursor stays with it', async () => {
    const core = new DashboardCore();
    const { screen } = await open(core);
    const detail = `because ${'of this and that and '.repeat(15)}of the end`;
    core.events.emit('notice', { level: 'error', text: 'something broke', detail });
    core.events.emit('notice', { level: 'info', text: 'and afterwards' });
    await screen.shows('and afterwards');
    await screen.press('E', 'down');
    await screen.shows(/▸.*something broke/);
    expect(screen.text().replaceAll(/[│\s]+/g, ' ')).toContain(detail);
    for (let i = 0; i < 3; i++) core.events.emit('notice', { level: 'info', text: `later ${i}` });
    await screen.shows('later 2');
    expect(screen.text()).toMatch(/▸.*something broke/);
  });

  it('lists what happened, newest first, once for what is said again', async () => {
    const core = new DashboardCore();
    const { screen } = await open(core, WIDE, fakeHost({ logLevel: 'debug' }));
    core.events.emit('notice', { level: 'info', text: 'first' });
    core.events.emit('notice', { level: 'warning', text: 'second' });
    core.events.emit('notice', { level: 'warning', text: 'second' });
    core.events.emit('notice', { level: 'debug', text: 'chatter' });
    await screen.shows(/! second \(2 times\)[\s\S]*• first/);
    expect(screen.text()).not.toContain('chatter');
    await screen.press('E');
    await screen.shows('chatter');
  });
});

describe('what is told while a view covers the activity', () => {
  afterEach(() => void vi.useRealTimers());

  it.each(['L', 'S', '?', 'enter'])('stands in the border of %s for a while', async (key) => {
    const core = new DashboardCore();
    const { screen } = await open(core);
    core.events.emit('notice', { level: 'error', text: 'told before' });
    await screen.shows('told before');
    await screen.press(key);
    const border = () => screen.lines().at(-2) ?? '';
    expect(border()).not.toContain('told before');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    core.events.emit('notice', { level: 'info', text: 'nothing of note' });
    core.events.emit('notice', { level: 'error', text: 'the player cannot be run' });
    await vi.waitFor(() => expect(border()).toContain('✗ the player cannot be run'), PATIENCE);
    await vi.advanceTimersByTimeAsync(NOTICE_MS - 500);
    expect(border()).toContain('the player cannot be run');
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(border()).not.toContain('the player'), PATIENCE);
  });

  it('what was asked for is told as well: a clean-up, and what becomes of a key', async () => {
    const core = new DashboardCore();
    core.shelf.tracks = [track(1)];
    const { screen } = await open(core);
    await screen.press('L', 'p');
    await screen.shows(/╰─ • playing Title 1 – Someone ─/);
    core.events.emit('memory.cleanup', await core.cleanup());
    await screen.shows(/╰─ • clean-up: 95 MB → 76 MB, 19 MB freed ─/);
    await screen.press('esc');
    await vi.waitFor(() => expect(screen.text()).not.toMatch(/╰─ •/), PATIENCE);
  });
});

describe('what holds everywhere', () => {
  it.each([
    ['L', 'Library'],
    ['E', 'newest first'],
    ['S', 'Settings'],
    ['?', 'Every list'],
  ])('%s opens a view, Esc and q leave it', async (key, shown) => {
    const { screen, onQuit } = await open(new DashboardCore());
    for (const leave of ['esc', 'q']) {
      await screen.press(key);
      expect(screen.text()).toContain(shown);
      await screen.press(leave);
      await screen.shows('1 Chats');
    }
    expect(onQuit).not.toHaveBeenCalled();
  });

  it('Tab and digits go from pane to pane, and the footer follows', async () => {
    const core = new DashboardCore();
    core.transfers = [transfer()];
    const { screen } = await open(core);
    const footer = () => screen.lines().at(-1) ?? '';
    expect(footer()).toContain('Enter open');
    await screen.press('tab');
    expect(footer()).toContain('x cancel');
    await screen.press('4');
    expect(footer()).toContain('Enter log');
    await screen.press('h', 'h');
    expect(footer()).toContain('Enter open');
  });

  it('P pauses everything', async () => {
    const core = new DashboardCore();
    const { screen } = await open(core);
    await screen.press('P');
    expect(core.asked).toContain('pause all');
  });

  it('b changes the setting of the bandwidth, and explains what cannot be one', async () => {
    const changed: string[] = [];
    const changeSetting = (key: string, value: string) => {
      if (/שלום|fast/.test(value))
        throw new TadError('usage', `${key} must be a rate such as 500K/s or 2MB/s, not '${value}'`);
      changed.push(`${key}: ${value}`);
    };
    const { screen } = await open(new DashboardCore(), WIDE, fakeHost({ changeSetting }));
    await screen.press('b', ...'שלום '.repeat(20), 'enter');
    expect(screen.text()).toMatch(/limit-rate must be a rate such as 500K\/s or 2MB\/s.*…/);
    await screen.press('\x15', 'f', 'a', 's', 't', 'enter');
    expect(screen.text()).toContain('limit-rate must be a rate such as 500K/s or 2MB/s');
    await screen.press('\x15', '2', 'M', 'B', 'enter');
    expect(screen.text()).not.toContain('Bandwidth');
    await screen.press('b', '0', 'enter');
    expect(changed).toEqual(['limit-rate: 2MB', 'limit-rate: ']);
  });

  it('a limit that is set in the settings is in the header', async () => {
    const core = new DashboardCore();
    const status = core.status.bind(core);
    const row = { key: 'limit-rate', value: '', origin: 'default', description: '', editable: true } as const;
    const changeSetting = () => {
      core.status = () => ({ ...status(), rateLimit: 2 ** 20 });
    };
    const { screen } = await open(core, WIDE, fakeHost({ settings: () => [row], changeSetting }));
    await screen.press('S', 'enter', '1', 'M', 'enter');
    await screen.shows(/^.*limit 1\.0 MB\/s/);
  });

  it('q ends what does nothing at once, and asks while there is work', async () => {
    const idle = await open(new DashboardCore());
    await idle.screen.press('q');
    expect(idle.onQuit).toHaveBeenCalledOnce();
    const core = new DashboardCore();
    core.transfers = [transfer()];
    const busy = await open(core);
    await busy.screen.press('q');
    expect(busy.screen.text()).toMatch(/1 transfer will stop[\s\S]*The next run goes on from there\./);
    await busy.screen.press('n');
    expect(busy.onQuit).not.toHaveBeenCalled();
    await busy.screen.press('\x03', '\x03');
    expect(busy.onQuit).toHaveBeenCalledOnce();
  });
});

describe('what is asked for while Telegram is out of reach', () => {
  it('says why it stopped as long as it is wanted, and r tries again', async () => {
    const core = new DashboardCore();
    core.work = async () => {
      throw new TadError('not-writable', 'the disk is gone', 'mount it');
    };
    const { screen } = await open(core);
    await screen.press('d');
    await screen.shows('│ mount it');
    core.events.emit('notice', { level: 'info', text: 'other news' });
    await screen.shows('other news');
    expect(screen.lines()[1]).toContain('1 download stopped: the disk is gone  r in the downloads (2)');
    expect(screen.text()).toContain('│ 1 download stopped: the disk is gone');
    core.work = () => new Promise(() => {});
    await screen.press('2', 'r');
    await screen.shows('asking Telegram for the first messages');
    expect(core.downloads).toHaveLength(2);
  });

  it('is told as wanted, and quitting asks as it does while there is work', async () => {
    const core = new DashboardCore();
    core.connection = 'offline';
    core.work = () => new Promise(() => {});
    const { screen, onQuit } = await open(core);
    expect(screen.text()).toContain('Nothing to download yet.');
    await screen.press('d');
    await screen.shows('1 download that you asked for: waits for Telegram.');
    await screen.shows('waits for Telegram: Nig');
    expect(screen.text()).toMatch(/2 Downloads ─+ 1 wanted/);
    await screen.press('q');
    await screen.shows('1 download that you asked for did not begin yet.');
    expect(onQuit).not.toHaveBeenCalled();
    await screen.press('y');
    expect(onQuit).toHaveBeenCalledOnce();
  });
});

describe('the header', () => {
  const withStatus = (change: Partial<CoreStatus>) => {
    const core = new DashboardCore();
    const status = core.status.bind(core);
    core.status = () => ({ ...status(), ...change });
    return open(core, NARROW);
  };

  it('names the account of the last time while Telegram was not reached', async () => {
    const core = new DashboardCore();
    const status = core.status.bind(core);
    core.status = () => {
      const { account: _, ...rest } = status();
      return { ...rest, connection: 'offline' };
    };
    const { dashboard, view } = screenOf(core, NARROW);
    const left = { ...dashboard, view: viewOf({ ...FRESH_STATE, accountName: 'Ada of old' }) };
    const screen = await mount(left, NARROW, view);
    expect(screen.lines()[0]).toMatch(/tad {2}Ada of old {2}. offline/);
  });

  it('says who is logged in, how it stands with Telegram, and the rate', async () => {
    const { screen } = await withStatus({ dcId: 2, rateLimit: 2 ** 20 });
    expect(screen.lines()[0]).toMatch(/tad +Ada Demo +● online dc 2 .*limit 1\.0 MB\/s/);
  });

  it.each<[string, Partial<CoreStatus>, RegExp]>([
    ['a flood wait', { floodUntil: Date.now() / 1000 + 600 }, /Telegram asks to wait: \d+m \d\ds left/],
    ['no connection', { connection: 'offline' }, /work goes on by itself when Telegram is back/],
    ['a pause', { paused: true }, /paused: P goes on/],
    [
      'a pause, and how far it is',
      { paused: true, transfers: [transfer({ state: 'paused' })] },
      /paused: P goes on .* 50% of 977 KB/,
    ],
    ['nothing', {}, /nothing to do/],
  ])('explains %s', async (_, change, expected) => {
    const { screen } = await withStatus(change);
    expect(screen.lines()[1]).toMatch(expected);
  });

  it('claims no wait for Telegram while files flow, which have connections of their own', async () => {
    const flows = { connection: 'reconnecting', bytesPerSecond: 2 ** 20, transfers: [transfer()] } as const;
    const { screen } = await withStatus(flows);
    expect(screen.lines()[0]).toMatch(/◌ reconnecting, files go on/);
    expect(screen.lines()[1]).toMatch(/█.* 50% of 977 KB/);
  });

  it('does not say plainly online while no file moves', async () => {
    const reason = 'no answer from data centre 2';
    const { screen } = await withStatus({ transfers: [transfer({ state: 'waiting', reason })] });
    expect(screen.lines()[0]).toMatch(/◌ online, files wait/);
    expect(screen.lines()[1]).toContain(`waiting: ${reason}`);
  });

  it('counts a flood wait down beside the progress of what goes on', async () => {
    const wait = { floodUntil: Date.now() / 1000 + 600 };
    const { screen } = await withStatus({ ...wait, transfers: [transfer({ bytes: 250_000 })] });
    expect(screen.lines()[1]).toMatch(/Telegram asks to wait: \d+m \d\ds left .* 25% of 977 KB, 1s left/);
  });
});

describe('how far it all is', () => {
  it('is told in files while the queue is longer than what the core has taken, and in bytes afterwards', async () => {
    const core = new DashboardCore();
    core.transfers = [transfer(), transfer({ documentId: 'done', state: 'completed', bytes: 1_000_000 })];
    for (let i = 0; i < 98; i++) core.shelf.queued.add(`${i}`);
    const { screen, dashboard } = await open(core);
    expect(screen.lines()[1]).toMatch(/░+ +1% of 100 files/);
    core.shelf.queued.clear();
    dashboard.stores.transfers.recount();
    await screen.shows(/75% of 1\.9 MB, 0s left/);
  });
});

describe('while a chat is looked through', () => {
  const scan = (core: DashboardCore, done: boolean) =>
    core.events.emit('chat.scan', {
      chatId: CHAT.id,
      chatTitle: CHAT.title,
      scanned: 3000,
      matched: 2,
      total: 100_000,
      done,
    });

  it('the header says how much was found, and neither a share nor a time left of it', async () => {
    const core = new DashboardCore();
    core.transfers = [transfer(), transfer({ documentId: '2', state: 'queued', bytes: 0 })];
    const { screen } = await open(core);
    scan(core, false);
    await screen.shows(`0 of 2 files found so far, still looking through ${CHAT.title}`);
    expect(screen.lines()[1]).not.toMatch(/%|left/);
    scan(core, true);
    await screen.shows(/25% of 1\.9 MB, \d+s left/);
  });

  it('quitting asks for at least what is known', async () => {
    const core = new DashboardCore();
    core.transfers = [transfer()];
    const { screen } = await open(core);
    scan(core, false);
    await screen.shows('still looking');
    await screen.press('q');
    await screen.shows('At least 1 transfer will stop');
  });
});

describe('a terminal without Unicode', () => {
  const ASCII = chooseTheme({ NO_COLOR: '1' }, { ascii: true });

  it('gets its trend of memory in ASCII', async () => {
    const core = new DashboardCore();
    const { memory, caches, pools } = core.status();
    const trend = Array.from({ length: 50 }, (_, i) => (100 + 40 * Math.sin(i / 3)) * 2 ** 20);
    const view = { figures: memory, trend, caches, pools, lastCleanup: undefined, isCleaning: false };
    const lines = memoryLines(view, { cells: 40, rows: 12, theme: ASCII }).map(painted);
    const shown = lines.map((line) => line.replaceAll(/\x1b\[\d+m/g, ''));
    for (const line of shown) expect(line).toMatch(/^[\x20-\x7e]*$/);
    expect(shown.filter((line) => /^ +\d+ [+|]/.test(line)).length).toBeGreaterThan(3);
  });

  it.each([
    [PLAIN, 'limit per second: 2M▏'],
    [ASCII, 'limit per second: 2M_'],
  ])('and one without colours show where the next character goes', async (theme, expected) => {
    const { dashboard, view } = screenOf(new DashboardCore(), WIDE);
    const screen = await mount(dashboard, WIDE, view, theme);
    await screen.press('b', '2', 'M');
    await screen.shows(expected);
  });
});
