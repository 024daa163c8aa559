import stringWidth from 'string-width';
import { describe, expect, it, vi } from 'vitest';
import { ChatView } from '../../../src/components/views/chat_view.js';
import type { AudioMessage } from '../../../src/core/types.js';
import { CHAT, DashboardCore, message, OFFLINE, track, transfer } from '../fake_core.js';
import { bodyOf, dashboardFor, fakeHost, frameOf, mount, PATIENCE, type Size } from '../screen.js';

const WIDE: Size = { columns: 120, rows: 33 };
const NARROW: Size = { columns: 80, rows: 21 };

function coreWith(count: number, over: (n: number) => Partial<AudioMessage> = () => ({})): DashboardCore {
  const core = new DashboardCore();
  core.shelf.seen = Array.from({ length: count }, (_, i) => message(i + 1, over(i + 1)));
  return core;
}

function open(core: DashboardCore, size: Size = NARROW, chat = CHAT) {
  const onBack = vi.fn();
  const dashboard = dashboardFor(core);
  const view = <ChatView area={bodyOf(size)} chat={chat} onBack={onBack} />;
  return { onBack, dashboard, view, mounted: () => mount(dashboard, size, view) };
}

/** The lines that show a message, without their border. */
const rowsOf = (lines: readonly string[]) =>
  lines.filter((line) => line.includes('Title ')).map((line) => line.slice(1, -1).trim());

describe('the messages of a chat', () => {
  it('shows what is here, on its way, and missing, with when, how long and how large', async () => {
    const core = coreWith(5);
    core.shelf.tracks = [track(5)];
    core.shelf.queued.add('4');
    core.transfers = [
      transfer({ documentId: '3', state: 'active' }),
      transfer({ documentId: '2', state: 'failed' }),
    ];
    const screen = await open(core).mounted();
    expect(rowsOf(screen.lines())).toEqual([
      '▸  ✓ have     2025-11-28     1:05   3.8 MB  Title 5 – Someone',
      '○ queued   2025-11-27     1:04   3.8 MB  Title 4 – Someone',
      '● active   2025-11-26     1:03   3.8 MB  Title 3 – Someone',
      '✗ failed   2025-11-25     1:02   3.8 MB  Title 2 – Someone',
      '· not here 2025-11-24     1:01   3.8 MB  Title 1 – Someone',
    ]);
  });

  it('says where the file of the current row is or will be', async () => {
    const core = coreWith(2);
    core.shelf.tracks = [track(2)];
    const screen = await open(core).mounted();
    expect(screen.text()).toContain('here: /music/2.mp3');
    await screen.press('j');
    expect(screen.text()).toContain('will be /music/1.mp3');
  });

  it('names what has no title by its file, its words, or what it is', async () => {
    const names: Partial<AudioMessage>[] = [
      { title: '', fileName: 'take 1.flac' },
      { title: '', performer: '', fileName: '', kind: 'voice', caption: 'Hello\nworld' },
      { title: '', performer: '', fileName: '', kind: 'voice' },
      { title: 'Alone', performer: '' },
    ];
    const core = coreWith(4, (n) => names[n - 1]!);
    const screen = await open(core).mounted();
    for (const name of ['take 1.flac', 'Voice note: Hello ', 'Voice note ', 'Alone ']) {
      expect(screen.text()).toContain(name);
    }
  });

  it('reads only the rows around those that it shows, in a chat of any size', async () => {
    const core = coreWith(100_000);
    const screen = await open(core).mounted();
    await screen.press('G');
    expect(rowsOf(screen.lines()).at(-1)).toContain('Title 1 –');
    await screen.press('g', 'pagedown', 'pagedown');
    expect(core.shelf.read).toBeLessThanOrEqual(5 * 128);
  });

  it('filters as one types, counts what is left, and moves in the list meanwhile', async () => {
    const core = coreWith(30);
    const screen = await open(core).mounted();
    await screen.press('/', '1', '2');
    await screen.shows(' 1/30');
    expect(rowsOf(screen.lines())).toHaveLength(1);
    await screen.press('backspace');
    await screen.shows('12/30');
    await screen.press('down', 'enter', 'space');
    expect(screen.text()).toMatch(/◆ · not here.*Title 19/);
    await screen.press('esc');
    await screen.shows('1 marked · 30');
  });

  it('shows one kind at a time, and looks for a kind that was not looked for yet', async () => {
    const core = coreWith(6, (n) => ({ kind: n % 2 === 0 ? 'voice' : 'music' }));
    const screen = await open(core).mounted();
    expect(core.scans.map(({ kinds }) => kinds)).toEqual([['music', 'voice']]);
    await screen.press('t');
    await screen.shows('music · 3/6');
    await screen.press('t');
    await screen.shows('voice notes · 3/6');
    expect(core.scans).toHaveLength(1);
    await screen.press('t');
    await screen.shows('No message matches.');
    expect(core.scans[1]?.kinds).toEqual(['document']);
    await screen.press('t');
    await screen.shows(/ 6 ─╮/);
  });

  it('sorts by date both ways', async () => {
    const screen = await open(coreWith(300)).mounted();
    await screen.press('s');
    await screen.shows('oldest first');
    expect(rowsOf(screen.lines())[0]).toContain('Title 1 –');
    await screen.press('G');
    expect(rowsOf(screen.lines()).at(-1)).toContain('Title 300 –');
  });

  it('downloads the current row, or what is marked, but nothing that is here', async () => {
    const core = coreWith(10);
    core.shelf.tracks = [track(9)];
    const { mounted, dashboard } = open(core);
    const screen = await mounted();
    await screen.press('d');
    await vi.waitFor(() => expect(core.enqueued).toHaveLength(1), PATIENCE);
    await screen.press('space', 'space', 'space', 'd');
    await vi.waitFor(() => expect(core.enqueued).toHaveLength(2), PATIENCE);
    expect(core.enqueued.map((batch) => batch.map(({ messageId }) => messageId))).toEqual([[10], [10, 8]]);
    expect(screen.text()).not.toContain('marked');
    const told = () => dashboard.stores.activity.get().map(({ text }) => text);
    await vi.waitFor(() => expect(told()).toContain('queued 2 of Night Music'), PATIENCE);
  });

  it('marks all of a large chat at once, and queues it piece by piece', async () => {
    const core = coreWith(1050);
    const screen = await open(core).mounted();
    await screen.press('a', 'space');
    await screen.shows('1 049 marked');
    await screen.press('d');
    await vi.waitFor(() => expect(core.enqueued.flat()).toHaveLength(1049), PATIENCE);
    expect(Math.max(...core.enqueued.map((batch) => batch.length))).toBe(100);
    expect(core.enqueued.flat().some(({ messageId }) => messageId === 1050)).toBe(false);
  });

  it('forgets "all" when the filter changes, but not single marks', async () => {
    const screen = await open(coreWith(20)).mounted();
    await screen.press('a');
    await screen.shows('20 marked');
    await screen.press('t');
    await screen.shows('music');
    expect(screen.text()).not.toContain('marked');
    await screen.press('space', 't');
    await screen.shows('1 marked');
  });

  it('follows the scan, and ends it when one goes back', async () => {
    const core = coreWith(0);
    core.scanWork = () => new Promise(() => {});
    const { mounted, onBack } = open(core);
    const screen = await mounted();
    expect(screen.text()).toContain('Looking for audio in Night Music');
    core.shelf.seen = [message(1)];
    core.events.emit('chat.scan', {
      chatId: CHAT.id,
      chatTitle: CHAT.title,
      scanned: 1200,
      matched: 1,
      done: false,
    });
    await screen.shows('looking… 1 200 · 1 ');
    await screen.press('esc');
    await vi.waitFor(() => expect(onBack).toHaveBeenCalledOnce(), PATIENCE);
    screen.unmount();
    expect(core.scans[0]?.signal?.aborted).toBe(true);
  });

  it('says that a chat was not read yet while Telegram is out of reach, and calls nothing "all here"', async () => {
    const core = coreWith(0);
    core.connection = 'offline';
    core.scanWork = () => new Promise(() => {});
    const { mounted, dashboard } = open(core);
    const screen = await mounted();
    await screen.shows('Not connected: this chat was not read yet.');
    const told = () => dashboard.stores.activity.get().map(({ text }) => text);
    await screen.press('d');
    await vi.waitFor(
      () => expect(told()).toEqual(['Night Music was not read yet: nothing of it can be chosen']),
      PATIENCE,
    );
    core.connection = 'online';
    core.events.emit('connection.state', { state: 'online' });
    await screen.shows('Looking for audio in Night Music: 0 messages so far.');
    core.shelf.seen = [message(1)];
    core.shelf.tracks = [track(1)];
    core.events.emit('chat.scan', {
      chatId: CHAT.id,
      chatTitle: CHAT.title,
      scanned: 1,
      matched: 1,
      done: false,
    });
    await screen.shows('Title 1');
    await screen.press('a', 'd');
    await vi.waitFor(
      () => expect(told()).toContain('nothing to fetch: what was read so far is here'),
      PATIENCE,
    );
  });

  it('says what went wrong beside what the library has, and tries again with r', async () => {
    const core = coreWith(2);
    core.scanWork = () => Promise.reject(OFFLINE);
    const screen = await open(core).mounted();
    await screen.shows('r tries again: Telegram cannot be reached');
    expect(rowsOf(screen.lines())).toHaveLength(2);
    core.scanWork = async () => {};
    await screen.press('r');
    await vi.waitFor(() => expect(screen.text()).not.toContain('cannot be reached'), PATIENCE);
  });

  it.each<[string, DashboardCore, RegExp]>([
    ['nothing was found', coreWith(0), /There is no audio in this chat\.[\s\S]*r looks again/],
    [
      'nothing could be asked',
      Object.assign(coreWith(0), { scanWork: () => Promise.reject(OFFLINE) }),
      /Telegram cannot be reached[\s\S]*check the connection/,
    ],
  ])('says what to do when %s', async (_, core, expected) => {
    const screen = await open(core).mounted();
    await screen.shows(expected);
  });

  it('names the topics of a forum', async () => {
    const core = coreWith(3, (n) => ({ topicId: n }));
    core.topicList = [
      { id: 3, title: 'Live recordings' },
      { id: 2, title: '会話' },
    ];
    const screen = await open(core, WIDE, { ...CHAT, kind: 'forum' }).mounted();
    await screen.shows('Live recordings');
    expect(rowsOf(screen.lines())[1]).toMatch(/会話 +Title 2/);
  });

  it('looks for the kinds that downloads look for', async () => {
    const core = coreWith(1);
    const request = { ...fakeHost().request, kinds: ['document' as const] };
    const dashboard = dashboardFor(core, { host: fakeHost({ request }) });
    await mount(dashboard, NARROW, <ChatView area={bodyOf(NARROW)} chat={CHAT} onBack={() => {}} />);
    expect(core.scans[0]?.kinds).toEqual(['document']);
  });
});

describe('every frame of it', () => {
  const nasty = [
    '夜に駆ける '.repeat(30),
    'e\u0301\u0301\u0301'.repeat(40),
    'أغنية '.repeat(30),
    '👨‍👩‍👧‍👦🏳️‍🌈☎️'.repeat(20),
    'a\nb\tc\x1b[2Jd',
    '',
  ];
  it.each([
    [58, 12],
    [80, 21],
    [100, 30],
    [120, 33],
    [200, 57],
  ])('has %d cells in each of %d rows, whatever the names', (columns, rows) => {
    const core = coreWith(40, (n) => ({ title: nasty[n % nasty.length]!, duration: n * 5000, topicId: 1 }));
    const { dashboard } = open(core);
    const size = { columns, rows };
    const chat = { ...CHAT, title: nasty[0]! };
    const lines = frameOf(dashboard, size, <ChatView area={bodyOf(size)} chat={chat} onBack={() => {}} />);
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(stringWidth(line)).toBe(columns);
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^│.*│$/u);
  });
});
