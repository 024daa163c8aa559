import { describe, expect, it, vi } from 'vitest';
import type { SettingRow } from '../../../src/components/host.js';
import { BINDINGS } from '../../../src/components/key_table.js';
import { HelpView } from '../../../src/components/views/help_view.js';
import { LogView } from '../../../src/components/views/log_view.js';
import { SettingsView } from '../../../src/components/views/settings_view.js';
import { TadError } from '../../../src/core/errors.js';
import { DashboardCore } from '../fake_core.js';
import { bodyOf, dashboardFor, fakeHost, mount, PATIENCE, type Size } from '../screen.js';

const SIZE: Size = { columns: 80, rows: 21 };

describe('the log', () => {
  const open = async () => {
    const onBack = vi.fn();
    const dashboard = dashboardFor(new DashboardCore());
    dashboard.stores.activity.add('info', 'fetched one.mp3', '/music/one.mp3');
    dashboard.stores.activity.add('debug', 'page 2 of the scan');
    dashboard.stores.activity.add('error', 'two.mp3: gone', 'the message was deleted');
    const screen = await mount(dashboard, SIZE, <LogView area={bodyOf(SIZE)} onBack={onBack} />);
    await screen.shows('3/3');
    return { screen, onBack };
  };

  it('has everything, newest first, with the detail of the current entry', async () => {
    const { screen } = await open();
    expect(screen.text()).toMatch(/✗ two\.mp3[\s\S]*· page 2[\s\S]*• fetched one\.mp3/);
    expect(screen.text()).toContain('the message was deleted');
    await screen.press('G');
    expect(screen.text()).toContain('/music/one.mp3');
  });

  it('filters by words and by level; Esc first clears the filter, then closes', async () => {
    const { screen, onBack } = await open();
    await screen.press('/', 'e', 'r', 'r', 'o', 'r', 'enter');
    await screen.shows('1/3');
    await screen.press('esc');
    await screen.shows('3/3');
    expect(onBack).not.toHaveBeenCalled();
    await screen.press('esc');
    await vi.waitFor(() => expect(onBack).toHaveBeenCalledOnce(), PATIENCE);
  });
});

describe('help', () => {
  it('has every key of the table', async () => {
    const size = { columns: 120, rows: 120 };
    const dashboard = dashboardFor(new DashboardCore());
    const screen = await mount(dashboard, size, <HelpView area={bodyOf(size)} onBack={() => {}} />);
    for (const { help } of BINDINGS) expect(screen.text()).toContain(help);
  });

  it('scrolls where it does not fit', async () => {
    const dashboard = dashboardFor(new DashboardCore());
    const screen = await mount(dashboard, SIZE, <HelpView area={bodyOf(SIZE)} onBack={() => {}} />);
    expect(screen.text()).toContain('Everywhere');
    const lines = () => screen.lines().slice(1, -1);
    const last = lines().at(-1);
    await screen.press('pagedown');
    expect(lines()[0]).toBe(last);
    await screen.press('G');
    expect(screen.text()).toContain('Give the terminal back to the shell');
    expect(screen.text()).not.toContain('Everywhere');
  });
});

describe('help on a small screen', () => {
  it('cuts nothing', async () => {
    const size = { columns: 60, rows: 200 };
    const dashboard = dashboardFor(new DashboardCore());
    const screen = await mount(dashboard, size, <HelpView area={bodyOf(size)} onBack={() => {}} />);
    const words = screen.text().replaceAll(/[│\s]+/g, ' ');
    for (const { help } of BINDINGS) expect(words).toContain(help);
    expect(screen.text()).not.toContain('…');
  });
});

describe('settings', () => {
  const rows: SettingRow[] = [
    {
      key: 'limit-rate',
      value: 'no limit',
      origin: 'default',
      description: 'bytes a second',
      editable: true,
    },
    { key: 'home', value: '/home/ada', origin: 'env', description: 'where all is kept', editable: false },
    {
      key: 'proxy',
      value: 'none',
      origin: 'default',
      description: 'a proxy',
      editable: false,
      command: 'tad config set proxy VALUE',
    },
  ];
  const open = async () => {
    const changed: string[] = [];
    const host = fakeHost({
      settings: () =>
        changed.length === 0 ? rows : [{ ...rows[0]!, value: changed.at(-1)!, origin: 'file' }],
      changeSetting: (_key, value) => {
        if (value === '-x') throw new TadError('usage', `'${value}' is no rate`, 'for example 2M');
        changed.push(value);
      },
    });
    const dashboard = dashboardFor(new DashboardCore(), { host });
    const screen = await mount(dashboard, SIZE, <SettingsView area={bodyOf(SIZE)} onBack={() => {}} />);
    return { screen, changed };
  };

  it('shows each value, where it came from, and what it is for', async () => {
    const { screen } = await open();
    expect(screen.text()).toMatch(/◆ limit-rate +built in +no limit/);
    expect(screen.text()).toMatch(/ {2}home +environment +\/home\/ada/);
    expect(screen.text()).toContain('bytes a second');
  });

  it('changes what is safe to change, and explains a wrong value in place', async () => {
    const { screen, changed } = await open();
    await screen.press('enter', '-', 'x', 'enter');
    expect(screen.text()).toContain("'-x' is no rate: for example 2M");
    await screen.press('\x15', '2', 'M', 'enter');
    expect(changed).toEqual(['2M']);
    expect(screen.text()).toMatch(/limit-rate +config file +2M/);
  });

  it('says how to change what it does not', async () => {
    const { screen } = await open();
    await screen.press('j', 'enter');
    expect(screen.text()).toContain('read at the start: change the option or the variable');
    await screen.press('j', 'enter');
    expect(screen.text()).toContain('read at the start: tad config set proxy VALUE');
  });
});
