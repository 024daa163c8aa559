import { describe, expect, it, vi } from 'vitest';
import { DashboardScreen } from '../../src/components/dashboard.js';
import { layout } from '../../src/components/layout.js';
import { DashboardCore, OFFLINE, transfer } from './fake_core.js';
import { dashboardFor, mount, PATIENCE } from './screen.js';

const SIZE = { columns: 160, rows: 36 };

async function open() {
  const core = new DashboardCore();
  core.transfers = [transfer({ state: 'queued' })];
  const made = layout(SIZE.columns, SIZE.rows);
  if (made.kind !== 'panes') throw new Error('too small');
  const onQuit = vi.fn();
  const dashboard = dashboardFor(core);
  await dashboard.stores.chats.load(dashboard.signal);
  const screen = await mount(
    dashboard,
    SIZE,
    <DashboardScreen layout={made} isTooSmall={false} onQuit={onQuit} />,
  );
  const footer = () => screen.lines().at(-1) ?? '';
  return { core, screen, onQuit, footer };
}

/** Where a person may be: the keys that lead there, what the screen then shows, and what leads to the panes again. */
const PLACES: readonly (readonly [string, readonly string[], string, readonly string[]])[] = [
  ['a chat', ['enter'], 'There is no audio', ['q']],
  ['the library', ['L'], 'The library is empty', ['q']],
  ['the log', ['E'], 'newest first', ['q']],
  ['the settings', ['S'], 'Enter changes', ['q']],
  ['the help', ['?'], 'Every list', ['q']],
  ['the figures of memory', ['3', 'enter'], 'collections:', ['q']],
  ['a filter', ['/', 'x'], 'No chat matches', ['esc']],
  ['the limit', ['b'], 'Bandwidth limit', ['esc']],
  ['a question', ['2', 'x'], 'Sure?', ['n']],
  ['details', ['2', 'enter'], '╭─ Transfer', ['esc']],
];

describe('the footer says what happens', () => {
  it.each(PLACES)('in %s: how to leave it', async (_, keys, shown, leave) => {
    const { screen, footer, onQuit } = await open();
    await screen.press(...keys);
    await screen.shows(shown);
    expect(footer()).toMatch(/Esc (back|clear|leave)|n no/);
    expect(footer()).not.toContain(' q quit');
    await screen.press(...leave);
    await vi.waitFor(() => expect(screen.text()).not.toContain(shown), PATIENCE);
    expect(footer()).toContain('q quit');
    expect(onQuit).not.toHaveBeenCalled();
  });

  it.each(PLACES)('in %s: Ctrl-C asks, and once more leaves', async (_, keys, shown) => {
    const { screen, footer, onQuit } = await open();
    await screen.press(...keys);
    await screen.shows(shown);
    expect(footer()).toContain('Ctrl-C quit');
    await screen.press('\x03');
    await screen.shows('1 transfer will stop');
    expect(footer()).toContain('y yes  n no  Ctrl-C quit');
    expect(onQuit).not.toHaveBeenCalled();
    await screen.press('\x03');
    expect(onQuit).toHaveBeenCalledOnce();
  });

  it.each(PLACES.slice(0, 6))('in %s: digits and Tab lead to a pane', async (_, keys, shown) => {
    const { screen } = await open();
    await screen.press(...keys);
    await screen.shows(shown);
    // Nothing moves behind a view.
    await screen.press('l');
    await screen.shows(shown);
    await screen.press('2');
    await vi.waitFor(() => expect(screen.text()).not.toContain(shown), PATIENCE);
    await screen.shows('x cancel');
    await screen.press('E', 'tab');
    await screen.shows('3 Memory');
  });

  it('in the downloads: only what does something for the row', async () => {
    const { core, screen, footer } = await open();
    await screen.press('2');
    await vi.waitFor(() => expect(footer()).toContain('p pause  x cancel  K up  J down  c'), PATIENCE);
    const all = transfer({ state: 'queued' });
    core.events.emit('transfer.failed', { ...all, state: 'failed', error: OFFLINE });
    await vi.waitFor(() => expect(footer()).toContain('Enter details  x remove  r retry'), PATIENCE);
    core.events.emit('transfer.completed', { ...all, state: 'completed' });
    await vi.waitFor(() => expect(footer()).toContain('Enter details  x remove  c'), PATIENCE);
  });

  it('in the downloads: P where everything is paused, and what a paused row does', async () => {
    const { core, screen, footer } = await open();
    await screen.press('2');
    core.events.emit('transfer.changed', transfer({ state: 'paused' }));
    await vi.waitFor(() => expect(footer()).toContain('p resume  x cancel  c'), PATIENCE);
    const status = core.status.bind(core);
    let paused = false;
    core.status = () => ({ ...status(), paused });
    core.pause = () => {
      paused = true;
      return true;
    };
    await screen.press('P');
    await vi.waitFor(() => expect(footer()).toContain('P resume all'), PATIENCE);
    expect(footer()).not.toContain(' p ');
    await screen.shows('paused all transfers');
  });

  it('in the chats: Esc clears a filter that was kept', async () => {
    const { screen } = await open();
    await screen.press('/', 'x', 'enter');
    await screen.shows('0/1');
    await screen.press('esc');
    await screen.shows('Night Music');
  });
});
