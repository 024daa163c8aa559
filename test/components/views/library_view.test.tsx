import jpeg from 'jpeg-js';
import stringWidth from 'string-width';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LibraryView } from '../../../src/components/views/library_view.js';
import { GLANCE } from '../../../src/components/views/use_glance.js';
import { TadError } from '../../../src/core/errors.js';
import type { TrackTags } from '../../../src/core/face.js';
import { CHAT, DashboardCore, message, track, transfer } from '../fake_core.js';
import { bodyOf, dashboardFor, fakeHost, frameOf, mount, PATIENCE, type Size, THEME } from '../screen.js';

const WIDE: Size = { columns: 120, rows: 33 };
const NARROW: Size = { columns: 80, rows: 21 };

const TAGS: TrackTags = {
  title: 'So What',
  artist: 'Miles Davis',
  album: 'Kind of Blue',
  year: 1959,
  trackNumber: 1,
  genre: 'Jazz',
  codec: 'MPEG 1 Layer 3',
  bitrate: 320_000,
  sampleRate: 44_100,
};

function coreWith(count: number): DashboardCore {
  const core = new DashboardCore();
  core.shelf.tracks = Array.from({ length: count }, (_, i) => track(i + 1));
  return core;
}

function open(core: DashboardCore, size: Size = WIDE, theme?: typeof THEME) {
  const onBack = vi.fn();
  const openExternally = vi.fn();
  const dashboard = dashboardFor(core, { host: fakeHost({ openExternally }) });
  const view = <LibraryView area={bodyOf(size)} onBack={onBack} />;
  return { onBack, openExternally, dashboard, view, mounted: () => mount(dashboard, size, view, theme) };
}

describe('the library', () => {
  it('lists the newest first, with when it came, its length and size', async () => {
    const screen = await open(coreWith(3)).mounted();
    expect(screen.lines()[2]).toContain('▸✓ 2025-11-26     1:03   3.8 MB  Title 3 – Someone');
    expect(screen.text()).toContain('3 tracks');
    await screen.press('s');
    expect(screen.lines()[2]).toContain('Title 1 –');
  });

  it('says why it cannot be read, and reads again with r', async () => {
    const core = coreWith(3);
    const search = core.shelf.search.bind(core.shelf);
    core.shelf.search = () => {
      throw new TadError('corrupt', 'the library is damaged', 'tad verify says what is lost');
    };
    const screen = await open(core, NARROW).mounted();
    await screen.shows(/the library is damaged[\s\S]*tad verify says what is lost[\s\S]*r tries again/);
    core.shelf.search = search;
    await screen.press('r');
    await screen.shows('Title 3 – Someone');
  });

  it('searches as one types, over what was fetched and then what was only seen', async () => {
    const core = coreWith(30);
    core.shelf.seen = [message(12), message(112), message(120)];
    const screen = await open(core).mounted();
    await screen.press('/', '1', '2');
    await screen.shows('2 not fetched · 1 track');
    expect(screen.text()).toMatch(/▸✓ .*Title 12 [\s\S]*· .*Title 112 [\s\S]*· .*Title 120 /);
    await screen.press('down', 'enter');
    await screen.shows('Not fetched yet: d downloads it.');
    await screen.press('d');
    expect(core.enqueued).toEqual([[message(112)]]);
    core.shelf.queued.add('112');
    core.events.emit('transfer.queued', transfer({ documentId: '112', state: 'queued' }));
    await screen.shows('Not fetched yet: queued.');
    expect(screen.text()).toMatch(/▸○.*Title 112/);
    await screen.press('esc');
    await screen.shows('30 tracks');
  });

  it('says that more was seen than it lists', async () => {
    const core = coreWith(0);
    core.shelf.seen = Array.from({ length: 300 }, (_, i) => message(i + 1));
    const screen = await open(core).mounted();
    await screen.press('/', 't');
    await screen.shows('200+ not fetched');
  });

  it('reads only the rows around those that it shows', async () => {
    const core = coreWith(100_000);
    const screen = await open(core).mounted();
    await screen.press('G', 'g', 'pagedown');
    expect(core.shelf.read).toBeLessThanOrEqual(4 * 128);
  });

  it('opens, reveals and plays the file, but not what is not here', async () => {
    const core = coreWith(1);
    core.shelf.seen = [message(2)];
    const { mounted, openExternally, dashboard } = open(core);
    const screen = await mounted();
    await screen.press('o', 'f', 'p');
    const { path } = track(1);
    expect(openExternally.mock.calls).toEqual([
      ['open', path, expect.any(Function)],
      ['reveal', path, expect.any(Function)],
      ['play', path, expect.any(Function)],
    ]);
    await screen.press('/', '2', 'enter', 'p');
    await vi.waitFor(
      () => expect(dashboard.stores.activity.get().at(-1)?.text).toContain('d downloads it'),
      PATIENCE,
    );
    expect(openExternally).toHaveBeenCalledTimes(3);
  });

  it('follows what is fetched meanwhile', async () => {
    const core = coreWith(1);
    const screen = await open(core).mounted();
    core.shelf.tracks = [track(1), track(2)];
    core.events.emit('transfer.completed', {
      documentId: '2',
      chatId: CHAT.id,
      chatTitle: CHAT.title,
      messageId: 2,
      state: 'completed',
      fileName: '2.mp3',
      path: '/music/2.mp3',
      bytes: 1,
      totalBytes: 1,
      bytesPerSecond: 0,
    });
    await screen.shows('2 tracks');
  });

  it('says what to do when it is empty, and when nothing matches', async () => {
    const screen = await open(coreWith(0)).mounted();
    expect(screen.text()).toContain('The library is empty.');
    await screen.press('/', 'x');
    await screen.shows('Nothing fetched or seen matches.');
  });
});

describe('details of a track', () => {
  it('come from its tags, read when one stays on it', async () => {
    const core = coreWith(2);
    core.shelf.tagsOf.set('2', TAGS);
    const screen = await open(core).mounted();
    expect(core.shelf.looked).toEqual([]);
    await screen.shows('Kind of Blue');
    for (const shown of [
      'title     So What',
      'performer Miles Davis',
      'year      1959',
      'genre     Jazz',
      'codec     MPEG 1 Layer 3',
      'bit rate  320 kbit/s',
      'sampled   44.1 kHz',
      'length    1:02',
      'size      3.8 MB',
      'chat      Night Music',
      'posted    2025-11-25',
      'sha-256   ab12ab12ab12ab12',
      'file      /music/Night Music/Someone - ',
    ]) {
      expect(screen.text()).toContain(shown);
    }
  });

  it('are not read of rows that the cursor only passes, and given up when it moves on', async () => {
    const core = coreWith(50);
    const answers: (() => void)[] = [];
    core.shelf.tags = (documentId, signal) => {
      core.shelf.looked.push({ documentId, signal });
      return new Promise((resolve) => answers.push(() => resolve(TAGS)));
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const screen = await open(core).mounted();
    await screen.press('j', 'j', 'j', 'j', 'j', 'j');
    vi.advanceTimersByTime(GLANCE - 1);
    expect(core.shelf.looked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(core.shelf.looked.map(({ documentId }) => documentId)).toEqual(['44']);
    await screen.press('j');
    expect(core.shelf.looked[0]?.signal?.aborted).toBe(true);
    vi.advanceTimersByTime(GLANCE);
    answers[0]?.();
    await screen.press('g');
    expect(core.shelf.looked).toHaveLength(2);
    expect(screen.text()).not.toContain('Kind of Blue');
  });

  it('go away and come back with Enter', async () => {
    const screen = await open(coreWith(1), NARROW).mounted();
    expect(screen.text()).toContain('Details');
    await screen.press('enter');
    expect(screen.text()).not.toContain('Details');
    await screen.press('enter');
    expect(screen.text()).toContain('Details');
  });

  it('show the cover in half blocks, or say what it is', async () => {
    const pixels = { width: 32, height: 32, data: Buffer.alloc(32 * 32 * 4, 200) };
    const data = Uint8Array.from(jpeg.encode(pixels, 80).data);
    const core = coreWith(2);
    core.shelf.tagsOf.set('2', { ...TAGS, cover: { mimeType: 'image/jpeg', data } });
    core.shelf.tagsOf.set('1', {
      ...TAGS,
      cover: { mimeType: 'image/png', data: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) },
    });
    const colourful = await open(core, WIDE, THEME).mounted();
    await colourful.shows('▀▀▀▀▀▀▀▀');
    await colourful.press('j');
    await colourful.shows('PNG cover');
    const plain = await open(core).mounted();
    await plain.shows('JPEG cover');
    expect(plain.text()).not.toContain('▀');
  });

  it('of a file that cannot be read are those of the message', async () => {
    const core = coreWith(1);
    core.shelf.tags = () => Promise.reject(new Error('gone'));
    const screen = await open(core).mounted();
    await screen.shows('Reading the tags…');
    await vi.waitFor(() => expect(screen.text()).not.toContain('Reading'), PATIENCE);
    expect(screen.text()).toContain('performer Someone');
  });
});

describe('details of a message that was not fetched', () => {
  const thumb = { type: 'm', width: 32, height: 32, size: 900 };

  it('show the cover that it offers, asked for when one stays on it', async () => {
    const pixels = { width: 32, height: 32, data: Buffer.alloc(32 * 32 * 4, 200) };
    const core = coreWith(0);
    core.shelf.seen = [message(1), message(2, { thumb }), message(3, { thumb })].toReversed();
    core.covers.set(3, Uint8Array.from(jpeg.encode(pixels, 80).data));
    const screen = await open(core, WIDE, THEME).mounted();
    await screen.press('/', ...'title');
    await screen.press('enter');
    await screen.shows('▀▀▀▀▀▀▀▀');
    expect(screen.text()).toContain('Not fetched yet');
    expect(core.coversAsked).toEqual([3]);
    // Telegram has it no more; the next one offers none.
    await screen.press('j');
    await vi.waitFor(() => expect(core.coversAsked).toEqual([3, 2]), PATIENCE);
    expect(screen.text()).not.toContain('▀');
    await screen.press('j');
    expect(screen.text()).toContain('Title 1');
    expect(core.coversAsked).toEqual([3, 2]);
  });
});

describe('every frame of it', () => {
  const nasty = ['夜に駆ける '.repeat(30), 'أغنية '.repeat(30), '👨‍👩‍👧‍👦🏳️‍🌈☎️'.repeat(20), 'a\nb\tc\x1b[2Jd'];
  it.each([
    [58, 12],
    [80, 21],
    [100, 30],
    [120, 33],
    [200, 57],
  ])('has %d cells in each of %d rows, whatever the names', (columns, rows) => {
    const core = coreWith(0);
    core.shelf.tracks = Array.from({ length: 60 }, (_, i) => {
      const title = nasty[i % nasty.length]!;
      return track(i + 1, { title, performer: title, chatTitle: title, path: `/music/${title}` });
    });
    const { dashboard, view } = open(core, { columns, rows });
    const lines = frameOf(dashboard, { columns, rows }, view);
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(stringWidth(line)).toBe(columns);
    for (const line of lines) expect(line).toMatch(/^[│╭╰].*[│╮╯]$/u);
  });
});
