import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FrameClock } from '../../../src/components/frame_clock.js';
import { ActivityStore } from '../../../src/components/stores/activity_store.js';
import { ChatsStore } from '../../../src/components/stores/chats_store.js';
import { ConnectionStore } from '../../../src/components/stores/connection_store.js';
import { LibraryStore } from '../../../src/components/stores/library_store.js';
import { MemoryStore } from '../../../src/components/stores/memory_store.js';
import { MessagesStore } from '../../../src/components/stores/messages_store.js';
import { Ring } from '../../../src/components/stores/ring.js';
import { createStores } from '../../../src/components/stores/stores.js';
import { TransfersStore } from '../../../src/components/stores/transfers_store.js';
import { TadError } from '../../../src/core/errors.js';
import type { Chat } from '../../../src/core/types.js';
import { CHAT, DashboardCore, message, OFFLINE, track, transfer } from '../fake_core.js';
import { ManualTimer } from '../manual_timer.js';

/** A store that follows a core until the test is over. */
function following<S extends { follow(events: DashboardCore['events']): Disposable }>(
  core: DashboardCore,
  store: S,
): S {
  const stop = store.follow(core.events);
  onTestFinished(() => stop[Symbol.dispose]());
  return store;
}

describe('a ring', () => {
  it('keeps the newest, oldest first', () => {
    const ring = new Ring<number>(3);
    expect(ring.last).toBeUndefined();
    for (let i = 1; i <= 8; i++) {
      ring.add(i);
      expect(ring.last).toBe(i);
      expect(ring.toArray()).toEqual([i - 2, i - 1, i].filter((n) => n > 0));
    }
    ring.replaceLast(80);
    expect(ring.toArray()).toEqual([6, 7, 80]);
    ring.add(9);
    expect(ring.toArray()).toEqual([7, 80, 9]);
  });
});

describe('transfers', () => {
  const withStore = () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const speed = { now: 0, isSteady: true };
    const store = following(
      core,
      new TransfersStore(
        {
          countRest: () => core.library.notYetTaken(),
          rest: (page) => core.notYetTaken(page),
          placeInRest: (documentId) => core.placeNotYetTaken(documentId),
          speed: () => ({ bytesPerSecond: speed.now, isSteady: speed.isSteady }),
        },
        new FrameClock(timer),
      ),
    );
    return { core, timer, store, speed, ids: () => store.get().rows.map(({ documentId }) => documentId) };
  };

  it('list what is under way, the queue, failures, and the newest finished first', () => {
    const { core, timer, ids, store } = withStore();
    core.events.emit('transfer.completed', transfer({ documentId: 'done 1', state: 'completed' }));
    core.events.emit('transfer.completed', transfer({ documentId: 'done 2', state: 'completed' }));
    core.events.emit('transfer.queued', transfer({ documentId: 'queued', state: 'queued', bytes: 0 }));
    core.events.emit('transfer.failed', {
      ...transfer({ documentId: 'failed', state: 'failed' }),
      error: new TadError('not-found', 'gone'),
    });
    core.events.emit('transfer.started', transfer({ documentId: 'active' }));
    core.events.emit('transfer.changed', transfer({ documentId: 'paused', state: 'paused' }));
    timer.pass(1000);
    expect(ids()).toEqual(['active', 'paused', 'queued', 'failed', 'done 2', 'done 1']);
    expect(store.get()).toMatchObject({
      active: 1,
      paused: 1,
      queued: 1,
      failed: 1,
      completed: 2,
      unfinished: 3,
    });
    expect(store.find('queued')?.state).toBe('queued');
  });

  it('count the bytes of all that is wanted, and the time at this rate', () => {
    const { core, timer, store, speed } = withStore();
    speed.now = 50;
    core.events.emit('transfer.progress', transfer({ bytes: 100, totalBytes: 1000 }));
    core.events.emit(
      'transfer.queued',
      transfer({ documentId: '2', state: 'queued', bytes: 0, totalBytes: 600, bytesPerSecond: 0 }),
    );
    timer.pass(1000);
    expect(store.get()).toMatchObject({ doneBytes: 100, totalBytes: 1600, bytesPerSecond: 50, timeLeft: 30 });
    speed.isSteady = false;
    store.recount();
    expect(store.get()).toMatchObject({ bytesPerSecond: 50, timeLeft: undefined });
  });

  it('promise nothing while a chat is looked through, and count all that it finds as one', () => {
    const { core, timer, store, speed } = withStore();
    speed.now = 50;
    const scan = { chatId: CHAT.id, chatTitle: CHAT.title, scanned: 100, matched: 2 };
    core.events.emit('chat.scan', { ...scan, done: false });
    for (const documentId of ['1', '2']) {
      core.events.emit('transfer.started', transfer({ documentId }));
      core.events.emit('transfer.completed', transfer({ documentId, state: 'completed', bytes: 1_000_000 }));
    }
    core.events.emit('transfer.started', transfer({ documentId: '3', bytes: 100, totalBytes: 1000 }));
    timer.pass(1000);
    expect(store.get()).toMatchObject({ isScanning: true, completedNow: 2, timeLeft: undefined });
    core.events.emit('chat.scan', { ...scan, done: true });
    timer.pass(1000);
    expect(store.get()).toMatchObject({ isScanning: false, completedNow: 2, timeLeft: 18 });
  });

  it('keep the last 200 that finished and the last 500 that failed', () => {
    const { core, timer, ids } = withStore();
    for (let i = 0; i < 700; i++) {
      core.events.emit('transfer.completed', transfer({ documentId: `done ${i}`, state: 'completed' }));
      core.events.emit('transfer.failed', {
        ...transfer({ documentId: `failed ${i}`, state: 'failed' }),
        error: OFFLINE,
      });
    }
    timer.pass(1000);
    expect(ids()).toHaveLength(700);
    expect(ids()[0]).toBe('failed 699');
    expect(ids().at(-1)).toBe('done 500');
  });

  it('count on what has no row any more: neither totals nor percent go back', () => {
    const { core, timer, store } = withStore();
    core.events.emit('transfer.started', transfer({ documentId: 'active', bytes: 0, totalBytes: 1000 }));
    let share = 0;
    for (let i = 0; i < 700; i++) {
      const done = { documentId: `done ${i}`, bytes: 10, totalBytes: 10 };
      core.events.emit('transfer.completed', transfer({ ...done, state: 'completed' }));
      timer.pass(1000);
      const { doneBytes, totalBytes } = store.get();
      expect(doneBytes / totalBytes).toBeGreaterThan(share);
      share = doneBytes / totalBytes;
    }
    for (let i = 0; i < 600; i++) {
      const failed = transfer({ documentId: `failed ${i}`, state: 'failed' });
      core.events.emit('transfer.failed', { ...failed, error: OFFLINE });
    }
    timer.pass(1000);
    expect(store.get()).toMatchObject({ completed: 700, failed: 600, doneBytes: 7000, totalBytes: 8000 });
  });

  it('count what waits to be taken into the queue of the core', () => {
    const { core, timer, store } = withStore();
    for (const id of ['a', 'b', 'c']) core.shelf.queued.add(id);
    store.reset(core.status());
    expect(store.get()).toMatchObject({ queued: 3, unfinished: 3 });
    core.shelf.queued.delete('a');
    core.events.emit('transfer.queued', transfer({ documentId: 'a', state: 'queued' }));
    timer.pass(1000);
    expect(store.get()).toMatchObject({ queued: 3, unfinished: 3 });
    core.events.emit('transfer.started', transfer({ documentId: 'a' }));
    timer.pass(1000);
    expect(store.get()).toMatchObject({ active: 1, queued: 2 });
  });

  it('list the rest of the queue between the queue of the core and what has ended, read page by page', () => {
    const { core, timer, store } = withStore();
    for (let i = 0; i < 5000; i++) core.shelf.queued.add(`later ${i}`);
    const pages: number[] = [];
    const read = core.notYetTaken.bind(core);
    core.notYetTaken = (page) => {
      pages.push(page.limit);
      return read(page);
    };
    core.events.emit('transfer.started', transfer({ documentId: 'active' }));
    core.events.emit('transfer.queued', transfer({ documentId: 'queued', state: 'queued' }));
    core.events.emit('transfer.completed', transfer({ documentId: 'done', state: 'completed' }));
    timer.pass(1000);
    const { list, queued } = store.get();
    expect([list.length, queued]).toEqual([5003, 5001]);
    const ids = (start: number, end: number) => list.slice(start, end).map(({ documentId }) => documentId);
    expect(ids(0, 3)).toEqual(['active', 'queued', 'later 0']);
    expect(ids(4000, 4002)).toEqual(['later 3998', 'later 3999']);
    expect(ids(5001, 5003)).toEqual(['later 4999', 'done']);
    const places = ['active', 'done', 'later 3998', 'later 3', 'gone'].map((id) => list.indexOf(id));
    expect(places).toEqual([0, 5002, 4000, 5, -1]);
    expect(pages.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(200);
  });

  it('read the rest of the queue, and look for a row in it, once as long as it does not change', () => {
    const { core, timer, store } = withStore();
    for (let i = 0; i < 5000; i++) core.shelf.queued.add(`later ${i}`);
    const reads: string[] = [];
    const [read, look] = [core.notYetTaken.bind(core), core.placeNotYetTaken.bind(core)];
    core.notYetTaken = (page) => {
      reads.push('page');
      return read(page);
    };
    core.placeNotYetTaken = (documentId) => {
      reads.push('place');
      return look(documentId);
    };
    /** What a frame with the cursor far down does. */
    const frame = () => {
      timer.pass(1000);
      const { list } = store.get();
      const place = list.indexOf('later 4321');
      return list.slice(place, place + 30).map(({ documentId }) => documentId)[0];
    };
    store.recount();
    frame();
    const once = [...reads];
    for (let bytes = 1; bytes < 10; bytes++) {
      core.events.emit('transfer.progress', transfer({ documentId: 'active', bytes }));
      expect(frame()).toBe('later 4321');
    }
    expect(reads).toEqual(once);
    core.shelf.queued.delete('later 0');
    core.events.emit('transfer.queued', transfer({ documentId: 'later 0', state: 'queued' }));
    expect(frame()).toBe('later 4321');
    expect(reads.length).toBe(2 * once.length);
  });

  it('are counted once for a frame, however many come; and when somebody says that there are more', () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    let counts = 0;
    const source = {
      countRest: () => ++counts,
      rest: () => [],
      placeInRest: () => -1,
      speed: () => ({ bytesPerSecond: 0, isSteady: false }),
    };
    const store = following(core, new TransfersStore(source, new FrameClock(timer)));
    for (let i = 0; i < 500; i++) {
      core.events.emit('transfer.queued', transfer({ documentId: `${i}`, state: 'queued' }));
    }
    timer.pass(1000);
    expect(counts).toBeLessThanOrEqual(3);
    const before = store.get().queued;
    store.recount();
    expect(store.get().queued).toBe(before + 1);
  });

  it('keep the rates of the last twelve seconds', () => {
    const { core, timer, store, speed } = withStore();
    for (let second = 1; second <= 20; second++) {
      speed.now = second;
      core.events.emit('transfer.progress', transfer());
      timer.pass(1000);
      core.events.emit('memory.sample', core.status().memory);
    }
    core.events.emit('transfer.progress', transfer());
    timer.pass(1000);
    expect(store.get().rates).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });

  it('begin a batch when nothing was left to do: how far it is starts at nothing again', () => {
    const { core, timer, store } = withStore();
    const end = (documentId: string) =>
      core.events.emit('transfer.completed', transfer({ documentId, state: 'completed', bytes: 1_000_000 }));
    core.events.emit('transfer.queued', transfer({ documentId: '1', state: 'queued', bytes: 0 }));
    end('1');
    core.events.emit('transfer.queued', transfer({ documentId: '2', state: 'queued', bytes: 0 }));
    timer.pass(1000);
    expect(store.get()).toMatchObject({ completed: 1, completedNow: 0, doneBytes: 0, totalBytes: 1_000_000 });
    core.events.emit('transfer.queued', transfer({ documentId: '3', state: 'queued', bytes: 0 }));
    end('2');
    timer.pass(1000);
    expect(store.get()).toMatchObject({
      completed: 2,
      completedNow: 1,
      doneBytes: 1_000_000,
      totalBytes: 2_000_000,
    });
    store.dismiss('1');
    store.dismiss('2');
    timer.pass(1000);
    expect(store.get()).toMatchObject({ completed: 2, completedNow: 1, doneBytes: 1_000_000 });
    end('3');
    // What was fetched before and is wanted again belongs to the batch that fetches it.
    core.events.emit('transfer.started', transfer({ documentId: '3', bytes: 0 }));
    timer.pass(1000);
    expect(store.get()).toMatchObject({ completedNow: 0, doneBytes: 0, totalBytes: 1_000_000 });
  });

  it('are over when they are skipped in the middle; what a scan leaves out is none of them', () => {
    const { core, timer, ids, store } = withStore();
    core.events.emit('transfer.started', transfer({ documentId: 'gone' }));
    core.events.emit('transfer.started', transfer({ documentId: 'active' }));
    core.events.emit('transfer.skipped', transfer({ documentId: 'active', state: 'skipped' }));
    core.events.emit('transfer.skipped', transfer({ documentId: 'had', state: 'skipped' }));
    const skipped = transfer({ documentId: 'gone', state: 'skipped', reason: 'the message is gone' });
    core.events.emit('transfer.changed', skipped);
    core.events.emit('transfer.skipped', skipped);
    timer.pass(1000);
    expect(ids()).toEqual(['active', 'gone']);
    expect(store.get()).toMatchObject({ unfinished: 1, completed: 0, failed: 0 });
    expect(store.get().rows[1]).toMatchObject({ state: 'skipped', reason: 'the message is gone' });
  });

  it('leave the list when they were read: a failure counts no more, a file that was fetched does', () => {
    const { core, ids, store } = withStore();
    core.transfers = [
      transfer({ documentId: 'active' }),
      transfer({ documentId: 'failed', state: 'failed' }),
      transfer({ documentId: 'done', state: 'completed', bytes: 70, totalBytes: 70 }),
    ];
    store.reset(core.status());
    const before = store.get();
    for (const id of ['active', 'failed', 'done']) store.dismiss(id);
    expect(ids()).toEqual(['active']);
    expect(store.get()).toMatchObject({ failed: 0, completed: 1, totalBytes: before.totalBytes });
  });

  it('take over the order of the queue after a move', () => {
    const { core, ids, store } = withStore();
    const queued = (n: number) => transfer({ documentId: `${n}`, state: 'queued' });
    core.transfers = [transfer({ documentId: '0' }), queued(1), queued(2), queued(3)];
    store.reset(core.status());
    core.transfers = [transfer({ documentId: '0' }), queued(1), queued(3), queued(2)];
    store.reorder(core.status());
    expect(ids()).toEqual(['0', '1', '3', '2']);
  });

  it('that wait because all is paused are shown as paused', () => {
    const { core, store } = withStore();
    core.events.emit('transfer.changed', transfer({ state: 'waiting', reason: 'paused' }));
    expect(store.get().rows[0]).toMatchObject({ state: 'paused' });
    expect(store.get().rows[0]?.reason).toBeUndefined();
  });
});

describe('activity', () => {
  it('keeps 1,000 entries, and one for what is told again and again', () => {
    const timer = new ManualTimer();
    const store = new ActivityStore(new FrameClock(timer), 'info', () => 0);
    for (let i = 0; i < 1500; i++) store.add('info', `entry ${i}`);
    for (let i = 0; i < 3; i++) store.add('error', 'again');
    timer.pass(1000);
    const entries = store.get();
    expect(entries).toHaveLength(1000);
    expect(entries.at(-1)).toMatchObject({ text: 'again', times: 3 });
    expect(new Set(entries.map(({ id }) => id)).size).toBe(1000);
  });

  it('tells what a person would want to know', () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const store = following(core, new ActivityStore(new FrameClock(timer), 'info', () => 0));
    core.events.emit('transfer.completed', transfer({ state: 'completed', totalBytes: 2 ** 22 }));
    core.events.emit('flood.wait', { seconds: 70, method: 'upload.getFile', until: 70 });
    core.events.emit('memory.critical', { ...core.status().memory, usedBytes: 2 ** 29 });
    core.events.emit('transfer.changed', transfer({ state: 'skipped', reason: 'the message is gone' }));
    core.events.emit('notice', { level: 'debug', text: 'chatter', detail: 'more' });
    core.events.emit('transfer.progress', transfer());
    core.events.emit('connection.state', { state: 'offline', reason: 'no route' });
    const scan = { chatId: CHAT.id, chatTitle: CHAT.title, scanned: 9, matched: 2, done: true };
    core.events.emit('chat.scan', scan);
    core.events.emit('chat.scan', { ...scan, incomplete: true });
    timer.pass(1000);
    expect(store.get().map(({ level, text }) => `${level}: ${text}`)).toEqual([
      'info: fetched Song.mp3 (4.0 MB)',
      'warning: Telegram asks to wait 1m 10s (upload.getFile)',
      'error: memory critical: 512 MB; no new file starts until it falls',
      'warning: Song.mp3: the message is gone',
      'error: no route',
      'info: scanned Night Music: 2 audio messages',
      'info: Night Music was not read to its end: 2 audio messages so far',
    ]);
  });
});

describe('the log level', () => {
  it.each([
    ['info', ['info: found', 'error: broken']],
    ['error', ['error: broken']],
    ['debug', ['debug: gramjs debug: put in a queue', 'info: found', 'error: broken']],
  ] as const)('%s keeps the notices from it on', (logLevel, kept) => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const store = following(core, new ActivityStore(new FrameClock(timer), logLevel, () => 0));
    core.events.emit('notice', { level: 'debug', text: 'gramjs debug: put in a queue' });
    core.events.emit('notice', { level: 'info', text: 'found' });
    core.events.emit('notice', { level: 'error', text: 'broken' });
    timer.pass(1000);
    expect(store.get().map(({ level, text }) => `${level}: ${text}`)).toEqual(kept);
  });
});

describe('chats', () => {
  it('have the counts of the library, scans under way, and what is new', async () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    core.shelf.chatCounts = () => [{ chatId: CHAT.id, seen: 9, have: 4 }];
    const store = following(core, new ChatsStore(core, new FrameClock(timer)));
    expect(store.get().isLoading).toBe(true);
    await store.load(new AbortController().signal);
    const scan = { chatId: CHAT.id, chatTitle: CHAT.title, scanned: 700, matched: 9 };
    core.events.emit('chat.scan', { ...scan, done: false });
    core.events.emit('audio.new', { chatId: CHAT.id, messageId: 1, documentId: '1' });
    timer.pass(1000);
    expect(store.get()).toMatchObject({ isLoading: false, problem: undefined });
    expect(store.get().rows).toEqual([
      {
        chat: CHAT,
        counts: { chatId: CHAT.id, seen: 9, have: 4 },
        scanning: 700,
        fresh: 1,
        total: 9,
        isCounted: false,
        isUncountable: false,
      },
    ]);
    core.events.emit('chat.scan', { ...scan, done: true });
    timer.pass(1000);
    expect(store.get().rows[0]?.scanning).toBeUndefined();
  });

  it('are counted by Telegram one after the other, those on the screen only, and each once', async () => {
    const core = new DashboardCore();
    const others = ['1', '2', '3'].map((id) => ({ ...CHAT, id }));
    core.chatList = others;
    core.counts = new Map([
      ['1', 40],
      ['3', 7],
    ]);
    const asked: string[] = [];
    const count = core.audioCount.bind(core);
    core.audioCount = async (chat) => {
      asked.push(chat.id);
      if (chat.id === '2') throw OFFLINE;
      return count(chat);
    };
    const timer = new ManualTimer();
    const store = following(core, new ChatsStore(core, new FrameClock(timer)));
    const { signal } = new AbortController();
    await store.load(signal);
    const first = store.count(others, ['music'], signal);
    void store.count(others.slice(1), ['music'], signal);
    await first;
    await store.count(others, ['music'], signal);
    expect(asked).toEqual(['1', '2', '3']);
    timer.pass(1000);
    expect(
      store.get().rows.map(({ total, isCounted, isUncountable }) => [total, isCounted, isUncountable]),
    ).toEqual([
      [40, true, false],
      [undefined, false, true],
      [7, true, false],
    ]);
    await store.load(signal);
    await store.count(others.slice(0, 1), ['music'], signal);
    expect(asked).toEqual(['1', '2', '3', '1']);
  });

  it('are asked for again where no answer came though Telegram is connected, less and less often', async () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    using store = new ChatsStore(core, new FrameClock(timer), timer);
    const { signal } = new AbortController();
    let asked = 0;
    core.chats = async () => {
      asked++;
      throw asked < 4 ? OFFLINE : new TadError('forbidden', 'not for you');
    };
    const passing = async (ms: number) => {
      timer.pass(ms);
      await vi.waitFor(() => expect(store.get().isLoading).toBe(false));
      return asked;
    };
    await store.load(signal);
    expect(store.get().problem).toBe(OFFLINE);
    expect([await passing(4_999), await passing(1)]).toEqual([1, 2]);
    expect([await passing(9_999), await passing(1)]).toEqual([2, 3]);
    expect(await passing(20_000)).toBe(4);
    // That is an answer: another would be no better.
    expect(await passing(1_000_000)).toBe(4);
  });

  it('are not asked for by a clock while Telegram is not connected, nor when the dashboard is closed', async () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const status = core.status.bind(core);
    core.chats = () => Promise.reject(OFFLINE);
    const store = new ChatsStore(core, new FrameClock(timer), timer);
    const waitingAfterLoad = async (connection: 'online' | 'offline') => {
      core.status = () => ({ ...status(), connection });
      await store.load(new AbortController().signal);
      timer.pass(1_000);
      return timer.waiting;
    };
    expect([await waitingAfterLoad('offline'), await waitingAfterLoad('online')]).toEqual([0, 1]);
    store[Symbol.dispose]();
    expect(timer.waiting).toBe(0);
  });

  it('are those of an earlier run until Telegram has told all of them', async () => {
    const core = new DashboardCore();
    const [first, second, third] = ['1', '2', '3'].map((id) => ({ ...CHAT, id })) as [Chat, Chat, Chat];
    core.shelf.known = [first, second];
    core.loggedIn = false;
    const status = core.status.bind(core);
    core.status = () => {
      const { account, ...rest } = status();
      return core.loggedIn && account ? { ...rest, account } : rest;
    };
    core.connect = () => Promise.reject(OFFLINE);
    const timer = new ManualTimer();
    const store = following(core, new ChatsStore(core, new FrameClock(timer)));
    const ids = () => store.get().rows.map(({ chat }) => chat.id);
    expect(ids()).toEqual(['1', '2']);
    const { signal } = new AbortController();
    await store.load(signal);
    expect(store.get()).toMatchObject({ problem: OFFLINE, isLoading: false });
    expect(ids()).toEqual(['1', '2']);
    // Nothing is asked while nobody answers.
    await store.count([first], ['music'], signal);
    expect(store.get().rows[0]?.isCounted).toBe(false);
    core.loggedIn = true;
    core.chats = async () => {
      core.events.emit('chat.list', { chats: [third] });
      timer.pass(1000);
      expect(ids()).toEqual(['1', '2']);
      return [third];
    };
    await store.load(signal);
    expect(ids()).toEqual(['3']);
  });

  it('keep what was known when asking fails, and say so; giving up is no failure', async () => {
    const core = new DashboardCore();
    const store = new ChatsStore(core, new FrameClock(new ManualTimer()));
    const { signal } = new AbortController();
    await store.load(signal);
    core.chats = () => Promise.reject(OFFLINE);
    await store.load(signal);
    expect(store.get()).toMatchObject({ problem: OFFLINE, isLoading: false });
    expect(store.get().rows).toHaveLength(1);
    core.chats = () => Promise.reject(new TadError('cancelled', 'cancelled'));
    await store.load(signal);
    expect(store.get().problem).toBeUndefined();
  });
});

describe('connection and memory', () => {
  it('say nothing of a reconnection that is over at once, and say what lasts', () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const frames = new FrameClock(timer);
    const connection = following(core, new ConnectionStore(() => core.status(), frames, timer));
    const activity = following(core, new ActivityStore(frames, 'info', () => 0, timer));
    const becomes = (state: 'reconnecting' | 'online') => {
      core.connection = state;
      core.events.emit('connection.state', { state, ...(state === 'online' ? {} : { reason: 'lost' }) });
    };
    const told = () => activity.get().map(({ text }) => text);
    becomes('reconnecting');
    connection.refresh();
    timer.pass(900);
    expect(connection.get().state).toBe('online');
    becomes('online');
    timer.pass(5000);
    expect(told()).toEqual([]);
    becomes('reconnecting');
    timer.pass(1000);
    timer.pass(1000);
    expect(connection.get()).toMatchObject({ state: 'reconnecting', reason: 'lost' });
    becomes('online');
    timer.pass(1000);
    expect(connection.get()).toMatchObject({ state: 'online', reason: undefined });
    expect(told()).toEqual(['lost', 'connected']);
  });

  it('know whose account it is as soon as its chats come', () => {
    const core = new DashboardCore();
    const status = core.status.bind(core);
    const { account: _, ...unknown } = status();
    let isKnown = false;
    const timer = new ManualTimer();
    const store = following(
      core,
      new ConnectionStore(() => (isKnown ? status() : unknown), new FrameClock(timer), timer),
    );
    core.events.emit('connection.state', { state: 'online' });
    expect(store.get().account).toBeUndefined();
    isKnown = true;
    core.events.emit('chat.list', { chats: [CHAT] });
    timer.pass(1000);
    expect(store.get().account).toEqual(status().account);
  });

  it('say until when everything waits, whoever was told to', () => {
    const core = new DashboardCore();
    const store = following(
      core,
      new ConnectionStore(() => core.status(), new FrameClock(new ManualTimer())),
    );
    expect(store.get()).toMatchObject({ state: 'online', floodUntil: undefined });
    core.events.emit('flood.wait', { seconds: 9, method: 'messages.search', until: 5000 });
    expect(store.get().floodUntil).toBe(5000);
  });

  it('keep the last 240 samples, and read caches and pools with each', () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const store = following(core, new MemoryStore(() => core.status(), new FrameClock(timer)));
    const { memory } = core.status();
    const step = memory.budgetBytes / 50;
    for (let i = 0; i < 300; i++) core.events.emit('memory.sample', { ...memory, rssBytes: i * step });
    timer.pass(1000);
    const { trend, figures, caches } = store.get();
    expect([trend.length, trend[0], trend.at(-1), figures.rssBytes]).toEqual([
      240,
      60 * step,
      299 * step,
      299 * step,
    ]);
    expect(caches).toEqual(core.status().caches);
  });

  it('draw nothing anew for what nobody would notice, and leave it out of no trend', () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const store = following(core, new MemoryStore(() => core.status(), new FrameClock(timer)));
    const { memory } = core.status();
    const shown = store.get();
    const sample = (rssBytes: number) => {
      core.events.emit('memory.sample', { ...memory, rssBytes });
      timer.pass(1000);
    };
    sample(memory.rssBytes + memory.budgetBytes / 200);
    expect(store.get()).toBe(shown);
    sample(memory.rssBytes + memory.budgetBytes / 50);
    expect(store.get().trend).toHaveLength(2);
  });

  it('follow each sample while files move', () => {
    const core = new DashboardCore();
    const timer = new ManualTimer();
    const store = following(core, new MemoryStore(() => core.status(), new FrameClock(timer)));
    const { memory } = core.status();
    const sample = (rssBytes: number) => {
      core.events.emit('memory.sample', { ...memory, rssBytes });
      timer.pass(1000);
      return store.get().figures.rssBytes;
    };
    core.events.emit('transfer.progress', transfer());
    expect(sample(memory.rssBytes + 4096)).toBe(memory.rssBytes + 4096);
    expect(sample(memory.rssBytes + 8192)).toBe(memory.rssBytes + 4096);
  });

  it('say that a clean-up is under way, until it is over, however it ends', async () => {
    const core = new DashboardCore();
    const store = new MemoryStore(() => core.status(), new FrameClock(new ManualTimer()));
    const { promise, reject } = Promise.withResolvers<void>();
    const over = store.during(promise);
    expect(store.get().isCleaning).toBe(true);
    reject(OFFLINE);
    await expect(over).rejects.toBe(OFFLINE);
    expect(store.get().isCleaning).toBe(false);
  });
});

describe('messages of a chat', () => {
  const withStore = (count: number) => {
    const core = new DashboardCore();
    core.shelf.seen = Array.from({ length: count }, (_, i) => message(i + 1));
    const timer = new ManualTimer();
    const transfers = new TransfersStore(
      {
        countRest: () => 0,
        rest: () => [],
        placeInRest: () => -1,
        speed: () => ({ bytesPerSecond: 0, isSteady: false }),
      },
      new FrameClock(timer),
    );
    const store = following(core, new MessagesStore(core, CHAT, transfers, new FrameClock(timer)));
    return { core, timer, transfers, store };
  };
  const { signal } = new AbortController();

  it('know how each file stands: the transfer first, then the library, then the queue', () => {
    const { core, store, transfers } = withStore(1);
    const state = () => store.stateOf(message(1));
    const told = (over: Parameters<typeof transfer>[0]) => {
      core.transfers = [transfer({ documentId: '1', ...over })];
      transfers.reset(core.status());
      return state();
    };
    expect(state()).toBe('missing');
    core.shelf.queued.add('1');
    expect(state()).toBe('queued');
    expect(told({ state: 'active' })).toBe('active');
    expect(told({ state: 'skipped' })).toBe('queued');
    expect(told({ state: 'cancelled' })).toBe('queued');
    core.shelf.tracks = [track(1)];
    expect(state()).toBe('have');
  });

  it('publish a scan of thousands of pages no more often than a screen can use', () => {
    const { core, timer, store } = withStore(5);
    let published = 0;
    store.subscribe(() => published++);
    for (let page = 1; page <= 1000; page++) {
      core.events.emit('chat.scan', {
        chatId: CHAT.id,
        chatTitle: CHAT.title,
        scanned: page * 100,
        matched: page,
        done: false,
      });
      timer.pass(1);
    }
    expect(published).toBeLessThanOrEqual(5);
  });

  it('are searched for at once for the first letter, and once for those typed right after it', () => {
    const { timer, store } = withStore(30);
    const counts: number[] = [];
    store.subscribe(() => counts.push(store.get().count));
    for (const text of ['T', 'Ti', 'Title 1', 'Title 12']) store.setText(text);
    timer.pass(250);
    expect(counts).toEqual([30, 1]);
  });

  it('come in batches of the filtered list', async () => {
    const { store } = withStore(250);
    store.setText('1');
    const sizes = [...store.batches(50)].map((batch) => batch.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(store.get().count);
    expect(Math.max(...sizes)).toBe(50);
    await store.scan(['music'], signal);
    expect(store.get()).toMatchObject({ scanning: undefined, problem: undefined });
  });
});

describe('the library', () => {
  it('lists tracks and then what was not fetched, as one list', () => {
    const core = new DashboardCore();
    core.shelf.tracks = Array.from({ length: 300 }, (_, i) => track(i + 1));
    core.shelf.seen = [message(12), message(412)];
    const timer = new ManualTimer();
    const store = new LibraryStore(core, new FrameClock(timer));
    store.setQuery('12');
    timer.pass(1000);
    const { rows, tracks, unfetched } = store.get();
    expect([tracks, unfetched]).toEqual([13, 1]);
    const names = rows
      .slice(11, 20)
      .map((row) =>
        row.kind === 'track' ? `track ${row.track.documentId}` : `seen ${row.message.messageId}`,
      );
    expect(names).toEqual(['track 112', 'track 12', 'seen 412']);
  });
});

describe('a library that cannot be read', () => {
  const broken = new TadError('corrupt', 'the library is damaged', 'see docs');

  it('is a problem and no rows, until it is asked for again', () => {
    const core = new DashboardCore();
    core.shelf.tracks = [track(1)];
    const count = core.shelf.count.bind(core.shelf);
    core.shelf.count = () => {
      throw broken;
    };
    const store = new LibraryStore(core, new FrameClock(new ManualTimer()));
    expect(store.get()).toMatchObject({ problem: broken, tracks: 0, unfetched: 0 });
    core.shelf.count = count;
    store.again();
    expect(store.get()).toMatchObject({ problem: undefined, tracks: 1 });
  });

  it('also when that turns out while rows are drawn', async () => {
    const core = new DashboardCore();
    core.shelf.tracks = [track(1)];
    core.shelf.search = () => {
      throw broken;
    };
    const timer = new ManualTimer();
    const store = new LibraryStore(core, new FrameClock(timer));
    const published = new Promise<void>((resolve) => store.subscribe(resolve));
    expect(store.get().rows.slice(0, 1)).toEqual([]);
    await published;
    expect(store.get()).toMatchObject({ problem: broken, tracks: 0 });
  });
});

describe('all stores', () => {
  it('follow the core from the start until they are disposed', () => {
    const core = new DashboardCore();
    core.transfers = [transfer()];
    const stores = createStores(core, 'info');
    expect(stores.transfers.get().active).toBe(1);
    stores[Symbol.dispose]();
    core.events.emit('notice', { level: 'error', text: 'too late' });
    expect(stores.activity.get()).toEqual([]);
  });
});
