import { Text } from 'ink';
import { describe, expect, it, vi } from 'vitest';
import { useDashboard } from '../../src/components/dashboard_context.js';
import { useDownload } from '../../src/components/use_download.js';
import { FRESH_STATE, readViewState, type ViewState, type Wanted } from '../../src/components/view_state.js';
import { TadError } from '../../src/core/errors.js';
import type { RunSummary } from '../../src/core/events.js';
import type { ChatTarget } from '../../src/core/types.js';
import { SUMMARY } from '../cli/fake_core.js';
import { CHAT, DashboardCore, OFFLINE } from './fake_core.js';
import { dashboardFor, fakeHost, mount, PATIENCE, viewOf } from './screen.js';

const OUT = fakeHost({}).request.outDir;
const ELSEWHERE = { ...CHAT, id: '-1009', title: 'Elsewhere' };

/** Someone who downloads: what is wanted is on the screen. */
async function world(core: DashboardCore, wanted: readonly Wanted[] = [], targets: readonly string[] = []) {
  let state: ViewState = FRESH_STATE;
  let downloading: ReturnType<typeof useDownload> | undefined;
  function Person() {
    downloading = useDownload();
    ({ state } = useDashboard().view);
    return <Text>{state.wanted.map((one) => JSON.stringify(one)).join('\n')}</Text>;
  }
  const view = viewOf({ ...FRESH_STATE, wanted });
  const dashboard = dashboardFor(core, { host: fakeHost({ targets }), view });
  await dashboard.stores.chats.load(dashboard.signal);
  await mount(dashboard, { columns: 100, rows: 20 }, <Person />);
  return {
    dashboard,
    start: (chosen: readonly ChatTarget[]) => downloading?.start(chosen),
    tryAgain: () => downloading?.tryAgain(),
    wants: (expected: readonly Wanted[]) =>
      vi.waitFor(() => expect(state.wanted).toEqual(expected), PATIENCE),
    downloads: (expected: readonly (readonly ChatTarget[])[]) =>
      vi.waitFor(() => expect(core.downloads).toEqual(expected), PATIENCE),
    told: () => dashboard.stores.activity.get().map(({ text }) => text),
  };
}

describe('what a person downloads', () => {
  it('is wanted until it is done, however often it is asked for', async () => {
    const core = new DashboardCore();
    const done: ((summary: RunSummary) => void)[] = [];
    core.work = () => new Promise((resolve) => done.push(resolve));
    const { start, wants, downloads } = await world(core);
    start([{ chat: CHAT }]);
    await wants([{ name: CHAT.id, outDir: OUT }]);
    start([{ chat: CHAT }, { chat: ELSEWHERE }]);
    await downloads([[{ chat: CHAT }], [{ chat: ELSEWHERE }]]);
    done[1]?.(SUMMARY);
    await wants([{ name: CHAT.id, outDir: OUT }]);
    done[0]?.(SUMMARY);
    await wants([]);
    start([{ chat: CHAT }]);
    await downloads([[{ chat: CHAT }], [{ chat: ELSEWHERE }], [{ chat: CHAT }]]);
  });

  it('says so when it is under way already', async () => {
    const core = new DashboardCore();
    core.work = () => new Promise(() => {});
    const { start, told } = await world(core);
    start([{ chat: CHAT }]);
    start([{ chat: CHAT }]);
    await vi.waitFor(() => expect(told()).toEqual(['Night Music: under way already']));
  });
});

describe('what an earlier run left, or the command line names', () => {
  it('is exactly the message or topic that was meant, in the list of chats or not', async () => {
    const core = new DashboardCore();
    core.work = () => new Promise(() => {});
    core.resolve = async (text) =>
      text === ELSEWHERE.id ? { chat: ELSEWHERE } : { chat: ELSEWHERE, messageId: 7 };
    const left = [
      { name: CHAT.id, topicId: 3 },
      { name: ELSEWHERE.id, topicId: 4 },
    ];
    const { downloads, wants } = await world(core, left, ['https://t.me/elsewhere/7']);
    await downloads([
      [{ chat: CHAT, topicId: 3 }],
      [{ chat: ELSEWHERE, topicId: 4 }],
      [{ chat: ELSEWHERE, messageId: 7 }],
    ]);
    await wants([
      { name: CHAT.id, topicId: 3, outDir: OUT },
      { name: ELSEWHERE.id, topicId: 4, outDir: OUT },
      { name: ELSEWHERE.id, messageId: 7, outDir: OUT },
    ]);
  });

  it('goes on into the directory it was asked for, whatever this start has, and says so', async () => {
    const core = new DashboardCore();
    const requests: (readonly [title: string, outDir: string])[] = [];
    const download = core.download.bind(core);
    core.work = () => new Promise(() => {});
    core.download = (targets, request, signal) => {
      requests.push(...targets.map(({ chat }) => [chat.title, request.outDir] as const));
      return download(targets, request, signal);
    };
    const left = [
      { name: CHAT.id, outDir: '/tiny' },
      { name: CHAT.id, topicId: 3 },
    ];
    const { wants, told, start } = await world(core, left);
    await wants([
      { name: CHAT.id, outDir: '/tiny' },
      { name: CHAT.id, topicId: 3, outDir: OUT },
    ]);
    expect(requests).toEqual([
      [CHAT.title, '/tiny'],
      [CHAT.title, OUT],
    ]);
    start([{ chat: CHAT }]);
    await vi.waitFor(() =>
      expect(told()).toEqual([
        'Night Music: goes on into /tiny, where it was asked for',
        'Night Music: under way already, into /tiny',
      ]),
    );
  });

  it('keeps why it stopped until it is tried again, where it was asked for', async () => {
    const core = new DashboardCore();
    core.work = async () => {
      throw new TadError('not-writable', 'the disk is gone');
    };
    const { dashboard, tryAgain, downloads, wants } = await world(core, [{ name: CHAT.id, outDir: '/tiny' }]);
    const problems = () => dashboard.stores.wanted.get().map(({ message }) => message);
    await vi.waitFor(() => expect(problems()).toEqual(['the disk is gone']), PATIENCE);
    core.work = () => new Promise(() => {});
    tryAgain();
    await downloads([[{ chat: CHAT }], [{ chat: CHAT }]]);
    expect(problems()).toEqual([]);
    await wants([{ name: CHAT.id, outDir: '/tiny' }]);
  });

  it('goes elsewhere only with a word, when a person asks for it again', async () => {
    const core = new DashboardCore();
    core.work = async () => {
      throw new TadError('not-writable', 'the disk is gone');
    };
    const { wants, told, start } = await world(core, [{ name: CHAT.id, outDir: '/tiny' }]);
    await vi.waitFor(() => expect(told()).toContain('the disk is gone'));
    core.work = () => new Promise(() => {});
    start([{ chat: CHAT }]);
    await wants([{ name: CHAT.id, outDir: OUT }]);
    await vi.waitFor(() =>
      expect(told()).toContain(`Night Music: what is left goes into ${OUT}, not /tiny as before`),
    );
  });

  it('is kept as it was called while nobody can be asked, and forgotten when nobody is called that', async () => {
    const core = new DashboardCore();
    core.resolve = async (text) => {
      throw text === '@gone' ? new TadError('not-found', 'nobody is called gone') : OFFLINE;
    };
    const { wants, told } = await world(core, [], ['@gone', '@later']);
    await wants([{ name: '@later', outDir: OUT }]);
    await vi.waitFor(() =>
      expect(told()).toEqual(['nobody is called gone', 'Telegram cannot be reached: check the connection']),
    );
  });

  it('waits until the chats are known', async () => {
    const core = new DashboardCore();
    core.work = () => new Promise(() => {});
    const chats = core.chats.bind(core);
    core.chats = async () => {
      throw OFFLINE;
    };
    const { dashboard, downloads, wants } = await world(core, [{ name: CHAT.id }]);
    expect(core.downloads).toEqual([]);
    core.chats = chats;
    await dashboard.stores.chats.load(dashboard.signal);
    await downloads([[{ chat: CHAT }]]);
    await wants([{ name: CHAT.id, outDir: OUT }]);
  });

  it('survives being saved', () => {
    const wanted = [
      { name: '-1', topicId: 2 },
      { name: '-1', messageId: 3 },
      { name: '@later', outDir: '/x' },
    ];
    const saved = JSON.parse(JSON.stringify({ ...FRESH_STATE, wanted: [...wanted, 7, { name: 1 }] }));
    expect(readViewState(saved).wanted).toEqual(wanted);
  });
});
