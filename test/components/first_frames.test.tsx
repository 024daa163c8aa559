import { Box, renderToString } from 'ink';
import type { ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../../src/components/app.js';
import type { DashboardHost } from '../../src/components/host.js';
import { InputProvider } from '../../src/components/input.js';
import { FILLER, width } from '../../src/components/text.js';
import { ThemeProvider } from '../../src/components/theme_context.js';
import { FirstRunView } from '../../src/components/views/first_run_view.js';
import { LoginView } from '../../src/components/views/login_view.js';
import { TadError } from '../../src/core/errors.js';
import type { LoginPrompts } from '../../src/core/face.js';
import { DashboardCore } from './fake_core.js';
import { NASTY, SIZES } from './nasty.js';
import { bodyOf, fakeHost, mountBare, PLAIN, THEME } from './screen.js';

/** As many rows as there may be, none too wide, and each that belongs to the box whole: the same border on both sides. */
function expectWhole(lines: readonly string[], columns: number, rows: number): void {
  expect(lines.length).toBeLessThanOrEqual(rows);
  const boxed = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.replaceAll(FILLER, '').trimEnd());
  const [top = ''] = boxed;
  expect(top).toMatch(/^ *╭─.*─╮$/);
  for (const line of boxed) {
    expect(line).toMatch(/^ *[│╭╰].*[│╮╯]$/u);
    expect(width(line)).toBe(width(top));
    expect(width(line)).toBeLessThanOrEqual(columns);
  }
  expect(boxed.at(-1)).toMatch(/╰─+╯$/);
}

const core = new DashboardCore();

describe('before there is a dashboard', () => {
  it.each(SIZES)(
    'at %dx%d the first run and the login are whole, whatever they have to tell',
    (columns, rows) => {
      const area = bodyOf({ columns, rows });
      const views: ReactElement[] = [
        <FirstRunView key="choose" area={area} onChoose={() => {}} />,
        <FirstRunView key="id" area={area} onlyAccount onChoose={() => {}} />,
        ...NASTY.map((text, i) => (
          <LoginView
            // biome-ignore lint/suspicious/noArrayIndexKey: a text is its place
            key={i}
            area={area}
            core={core}
            host={fakeHost()}
            reason={new TadError('login-required', text, text)}
            onLoggedIn={() => {}}
            onOtherId={() => {}}
          />
        )),
      ];
      for (const theme of [PLAIN, THEME]) {
        for (const view of views) {
          const frame = renderToString(
            <ThemeProvider value={theme}>
              <InputProvider>
                <Box width={columns} height={rows}>
                  {view}
                </Box>
              </InputProvider>
            </ThemeProvider>,
            { columns },
          );
          expectWhole(frame.split('\n'), columns, rows);
        }
      }
    },
  );

  const open = async (columns: number, rows: number, over: Partial<DashboardHost>) => {
    const { signal } = new AbortController();
    const host = fakeHost(over);
    const app = <App host={host} theme={PLAIN} signal={signal} suspend={async () => {}} />;
    return await mountBare(app, { columns, rows });
  };

  /** ink-testing-library has a hundred columns at most; these are where room is short. */
  const narrow = SIZES.slice(0, 2);

  it.each(narrow)(
    'at %dx%d every question of the login is whole, with any hint and problem',
    async (columns, rows) => {
      for (const text of NASTY) {
        const asking = new DashboardCore();
        asking.loggedIn = false;
        asking.dialogue = async ({ phone, code, password }: LoginPrompts) => {
          await phone(text);
          await code({ sentTo: text, length: 5 }, text);
          await password(text, text);
        };
        const status = asking.status.bind(asking);
        asking.status = () => {
          const { account: _, ...rest } = status();
          return rest;
        };
        const screen = await open(columns, rows, { openCore: async () => asking });
        await screen.shows('phone number and code');
        await screen.press('p');
        for (const label of ['Phone number:', 'Code:', 'Password:']) {
          await screen.shows(label);
          expectWhole(screen.lines(), columns, rows);
          expect(screen.text()).toContain('Enter sends, Esc goes back');
          await screen.press('1', 'enter');
        }
        screen.unmount();
      }
    },
  );

  it.each(narrow)('at %dx%d a start that failed says why, and the keys that help', async (columns, rows) => {
    for (const text of NASTY) {
      const openCore = vi.fn().mockRejectedValue(new TadError('unreachable', text, text));
      const screen = await open(columns, rows, { openCore });
      await screen.shows(/r {2}try again[\s\S]*q {2}quit/);
      expectWhole(screen.lines(), columns, rows);
      screen.unmount();
    }
  });
});
