import { Box, renderToString } from 'ink';
import { render } from 'ink-testing-library';
import type { ReactElement, ReactNode } from 'react';
import { onTestFinished, vi } from 'vitest';
import { type Dashboard, DashboardProvider } from '../../src/components/dashboard_context.js';
import type { DashboardHost } from '../../src/components/host.js';
import { InputProvider } from '../../src/components/input.js';
import { createStores } from '../../src/components/stores/stores.js';
import { FILLER } from '../../src/components/text.js';
import { chooseTheme, type Theme } from '../../src/components/theme.js';
import { ThemeProvider } from '../../src/components/theme_context.js';
import {
  FRESH_STATE,
  useViewState,
  type ViewState,
  type ViewStateAccess,
} from '../../src/components/view_state.js';
import type { Core } from '../../src/core/face.js';

export const THEME = chooseTheme({ LANG: 'en_US.UTF-8', TERM: 'xterm-256color' });
export const PLAIN = chooseTheme({ LANG: 'en_US.UTF-8', TERM: 'xterm-256color', NO_COLOR: '1' });

/** For a machine that has much else to do. */
export const PATIENCE = { timeout: 10_000, interval: 10 };

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Everything between header and footer, as views get it. */
export const bodyOf = ({ columns, rows }: Size) => ({ x: 0, y: 0, width: columns, height: rows });

const KEYS: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  pagedown: '\x1b[6~',
  backspace: '\x7f',
  space: ' ',
  tab: '\t',
};

export function fakeHost(over: Partial<DashboardHost> = {}): DashboardHost {
  return {
    configured: true,
    accepted: () => {},
    openCore: () => Promise.reject(new Error('not needed here')),
    targets: [],
    request: { outDir: '/music', kinds: ['music', 'voice'], parallel: 4, dryRun: false },
    logLevel: 'info',
    settings: () => [],
    changeSetting: () => {},
    loadState: () => undefined,
    saveState: () => {},
    openExternally: (_how, _path, onStarted) => onStarted(),
    qrLines: () => [],
    version: '1.2.3',
    ...over,
  };
}

/** A view state that does not change. */
export function viewOf(state: ViewState): ViewStateAccess {
  return { state, update: () => {}, keep: () => {}, kept: () => state };
}

/** A dashboard's surroundings without its panes. */
export function dashboardFor(core: Core, over: Partial<Dashboard> = {}): Dashboard {
  const stores = createStores(core, over.host?.logLevel ?? 'info');
  onTestFinished(() => stores[Symbol.dispose]());
  return {
    core,
    host: fakeHost(),
    stores,
    view: viewOf(FRESH_STATE),
    signal: new AbortController().signal,
    tell: (level, text) => stores.activity.add(level, text, undefined, true),
    ...over,
  };
}

interface WorldProps {
  readonly dashboard: Dashboard;
  readonly theme?: Theme;
  readonly size: Size;
  readonly children: ReactNode;
}

/** Theme, keyboard and dashboard around what is shown; view state is kept while it is. */
function World({ dashboard, theme = THEME, size, children }: WorldProps) {
  const view = useViewState(
    () => dashboard.view.state,
    () => {},
  );
  return (
    <ThemeProvider value={theme}>
      <InputProvider>
        <DashboardProvider value={{ ...dashboard, view }}>
          <Box width={size.columns} height={size.rows}>
            {children}
          </Box>
        </DashboardProvider>
      </InputProvider>
    </ThemeProvider>
  );
}

/** The first frame, as lines; what takes a cell invisibly is left out. */
export function frameOf(
  dashboard: Dashboard,
  size: Size,
  children: ReactNode,
  theme: Theme = PLAIN,
): readonly string[] {
  return renderToString(
    <World dashboard={dashboard} size={size} theme={theme}>
      {children}
    </World>,
    { columns: size.columns },
  ).split('\n');
}

export interface Screen {
  text(): string;
  lines(): readonly string[];
  /** Sends keys, each as a read of its own; names as in {@link KEYS}, all else as it is. */
  press(...keys: readonly string[]): Promise<void>;
  /** Until the screen shows it. */
  shows(wanted: string | RegExp): Promise<void>;
  resize(size: Size): void;
  unmount(): void;
}

/** A live screen of any size with a view on it. */
export function mount(
  dashboard: Dashboard,
  size: Size,
  children: ReactNode,
  theme: Theme = PLAIN,
): Promise<Screen> {
  return mountBare(
    <World dashboard={dashboard} size={size} theme={theme}>
      {children}
    </World>,
    size,
  );
}

/** A live screen of any size with nothing around what is on it. */
export async function mountBare(tree: ReactElement, size: Size): Promise<Screen> {
  const app = render(tree);
  onTestFinished(() => app.unmount());
  const resize = ({ columns, rows }: Size) => {
    Object.defineProperties(app.stdout, {
      columns: { value: columns, configurable: true },
      rows: { value: rows, configurable: true },
    });
    app.stdout.emit('resize');
  };
  resize(size);
  const text = () => (app.lastFrame() ?? '').replaceAll(FILLER, '');
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  return {
    text,
    lines: () => text().split('\n'),
    async press(...keys) {
      for (const key of keys) {
        app.stdin.write(KEYS[key] ?? key);
        await settle();
        await settle();
      }
    },
    async shows(wanted) {
      await vi.waitFor(() => {
        const shown = text();
        if (typeof wanted === 'string' ? !shown.includes(wanted) : !wanted.test(shown)) {
          throw new Error(`the screen does not show ${wanted}:\n${shown}`);
        }
      }, PATIENCE);
    },
    resize,
    unmount: () => app.unmount(),
  };
}
