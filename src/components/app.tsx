import { Box, Text, useApp, useWindowSize } from 'ink';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { TadError, toTadError } from '../core/errors.js';
import type { Core } from '../core/face.js';
import { DashboardScreen } from './dashboard.js';
import { type Dashboard, DashboardProvider } from './dashboard_context.js';
import type { DashboardHost, SessionChoice } from './host.js';
import { InputProvider, useActions, useKeys } from './input.js';
import { type Layout, layout, MIN_COLUMNS, MIN_ROWS } from './layout.js';
import { OutOfSight } from './out_of_sight.js';
import { createStores } from './stores/stores.js';
import type { Theme } from './theme.js';
import { ThemeProvider, useTheme } from './theme_context.js';
import { useViewState } from './view_state.js';
import { FirstRunView } from './views/first_run_view.js';
import { LoginView } from './views/login_view.js';
import { OpeningView } from './views/opening_view.js';
import { Card, cardCells, Gap, KeyRow } from './widgets/card.js';
import { Told } from './widgets/told.js';

type Panes = Extract<Layout, { kind: 'panes' }>;

type Stage =
  | { readonly kind: 'choose'; readonly onlyAccount?: boolean }
  | { readonly kind: 'opening'; readonly choice: SessionChoice; readonly attempt: number }
  | { readonly kind: 'login'; readonly core: Core; readonly reason?: TadError }
  | { readonly kind: 'ready'; readonly core: Core }
  | { readonly kind: 'failed'; readonly choice: SessionChoice; readonly error: TadError };

export interface AppProps {
  readonly host: DashboardHost;
  readonly theme: Theme;
  /** Aborted when the process is told to end. */
  readonly signal: AbortSignal;
  /** Stops the process until it is continued (Ctrl-Z); the terminal is ours again afterwards. */
  readonly suspend: () => Promise<void>;
}

/** The dashboard: from the first run to the four panes. */
export function App(props: AppProps) {
  return (
    <ThemeProvider value={props.theme}>
      <InputProvider>
        <Screens {...props} />
      </InputProvider>
    </ThemeProvider>
  );
}

function Screens({ host, signal, suspend }: AppProps) {
  const { columns, rows } = useWindowSize();
  const { shown, isTooSmall } = useFittingLayout(columns, rows);
  const { exit, suspendTerminal } = useApp();
  const [stage, setStage] = useState<Stage>(
    host.configured ? { kind: 'opening', choice: { kind: 'configured' }, attempt: 1 } : { kind: 'choose' },
  );
  const quit = useCallback(() => exit(), [exit]);
  const isSuspended = useRef(false);
  const suspendOnce = () => {
    if (isSuspended.current) return;
    isSuspended.current = true;
    suspendTerminal(suspend)
      .catch(() => {}) // A system without job control: there is no shell to go to.
      .finally(() => {
        isSuspended.current = false;
      });
  };
  useActions('everywhere', true, (action) => {
    if (action === 'suspend') suspendOnce();
    // Only the dashboard has something to lose, and asks.
    else if (stage.kind === 'ready') return false;
    else if (action === 'quit') quit();
    return true;
  });
  const opened = useOpening(stage, setStage, host, signal);
  useLogoutsElsewhere(stage, setStage, host);

  return (
    <Box width={columns} height={rows}>
      {isTooSmall && <TooSmall columns={columns} rows={rows} />}
      {stage.kind === 'ready' ? (
        <Ready
          core={stage.core}
          host={host}
          signal={signal}
          layout={shown}
          isTooSmall={isTooSmall}
          onQuit={quit}
        />
      ) : (
        <OutOfSight when={isTooSmall}>
          <Start stage={stage} setStage={setStage} host={host} layout={shown} opened={opened} />
        </OutOfSight>
      )}
    </Box>
  );
}

/** The layout of the window, or while it is too small for one, that of the last window that was not. */
function useFittingLayout(
  columns: number,
  rows: number,
): { readonly shown: Panes; readonly isTooSmall: boolean } {
  const now = layout(columns, rows);
  const last = useRef(layout(MIN_COLUMNS, MIN_ROWS) as Panes);
  if (now.kind === 'panes') last.current = now;
  return { shown: last.current, isTooSmall: now.kind === 'too-small' };
}

/** All that comes before the dashboard. */
function Start(props: {
  readonly stage: Exclude<Stage, { kind: 'ready' }>;
  readonly setStage: (stage: Stage) => void;
  readonly host: DashboardHost;
  readonly layout: Panes;
  readonly opened: Core | undefined;
}) {
  const { stage, setStage, host } = props;
  const { columns, rows } = props.layout;
  const area = { x: 0, y: 0, width: columns, height: rows };
  switch (stage.kind) {
    case 'choose':
      return (
        <FirstRunView
          area={area}
          onlyAccount={stage.onlyAccount ?? false}
          onChoose={(choice) => setStage({ kind: 'opening', choice, attempt: 1 })}
        />
      );
    case 'opening':
      return (
        <OpeningView
          key={stage.attempt}
          area={area}
          isDemo={stage.choice.kind === 'demo'}
          core={props.opened}
        />
      );
    case 'login':
      return (
        <LoginView
          area={area}
          core={stage.core}
          host={host}
          reason={stage.reason}
          onLoggedIn={() => setStage({ kind: 'ready', core: stage.core })}
          onOtherId={() => setStage({ kind: 'choose', onlyAccount: true })}
        />
      );
    case 'failed':
      return (
        <Failed
          area={area}
          error={stage.error}
          onRetry={() => setStage({ kind: 'opening', choice: stage.choice, attempt: Date.now() })}
        />
      );
  }
}

/** Until the session is there and ours, and Telegram is asked; what becomes of that concerns whoever connects next. */
async function connectionBegun(core: Core, signal: AbortSignal): Promise<void> {
  const begun = Promise.withResolvers<void>();
  using _ = core.events.on('connection.state', () => begun.resolve());
  await Promise.race([core.connect(signal), begun.promise]);
}

/** There is a session, and sooner or later Telegram. */
const OUT_OF_REACH: ReadonlySet<TadError['code']> = new Set(['unreachable', 'timeout']);

/** Opens the core of an `opening` stage and says where that led. @returns the core as soon as there is one */
function useOpening(
  stage: Stage,
  setStage: (stage: Stage) => void,
  host: DashboardHost,
  signal: AbortSignal,
): Core | undefined {
  const [opened, setOpened] = useState<Core>();
  useEffect(() => {
    if (stage.kind !== 'opening') return;
    setOpened(undefined);
    const { choice } = stage;
    let isCurrent = true;
    const open = async (): Promise<Stage> => {
      const core = await host.openCore(choice, signal);
      if (isCurrent) setOpened(core);
      if (core.status().account !== undefined) return { kind: 'ready', core };
      // Whoever was here before has chats and a library to look at while Telegram is asked.
      const isKnown = choice.kind === 'configured' && core.library.chats().length > 0;
      try {
        await (isKnown ? connectionBegun(core, signal) : core.connect(signal));
        return { kind: 'ready', core };
      } catch (error) {
        const { code } = toTadError(error);
        if (code === 'login-required') return { kind: 'login', core };
        if (OUT_OF_REACH.has(code)) return { kind: 'ready', core };
        throw error;
      }
    };
    open().then(
      (next) => isCurrent && setStage(next),
      (error: unknown) => isCurrent && setStage({ kind: 'failed', choice, error: toTadError(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [stage, setStage, host, signal]);
  return opened;
}

/** A session that was ended on another device leads back to the login, with the reason; the work goes on after it. */
function useLogoutsElsewhere(stage: Stage, setStage: (stage: Stage) => void, host: DashboardHost): void {
  useEffect(() => {
    if (stage.kind !== 'ready') return;
    const { core } = stage;
    if (core.status().account !== undefined) host.accepted();
    const subscription = core.events.on('login.required', ({ reason }) =>
      setStage({ kind: 'login', core, reason: new TadError('login-required', reason) }),
    );
    return () => subscription[Symbol.dispose]();
  }, [stage, setStage, host]);
}

function Ready(props: {
  readonly core: Core;
  readonly host: DashboardHost;
  readonly signal: AbortSignal;
  readonly layout: Panes;
  readonly isTooSmall: boolean;
  readonly onQuit: () => void;
}) {
  const { core, host, signal } = props;
  const save = useCallback((state: unknown) => host.saveState(state), [host]);
  const load = useCallback(() => host.loadState(), [host]);
  const view = useViewState(load, save);
  const stores = useMemo(() => createStores(core, host.logLevel), [core, host]);
  useEffect(() => {
    const load = () => void stores.chats.load(signal);
    // What could not be asked when Telegram was out of reach is asked when it is back.
    const again = core.events.on('connection.state', ({ state }) => {
      if (state === 'online' && stores.chats.get().problem !== undefined) load();
    });
    load();
    return () => {
      again[Symbol.dispose]();
      stores[Symbol.dispose]();
    };
  }, [core, stores, signal]);
  const dashboard = useMemo<Dashboard>(
    () => ({
      core,
      host,
      stores,
      view,
      signal,
      tell: (level, text) => stores.activity.add(level, text, undefined, true),
    }),
    [core, host, stores, view, signal],
  );
  return (
    <DashboardProvider value={dashboard}>
      <DashboardScreen layout={props.layout} isTooSmall={props.isTooSmall} onQuit={props.onQuit} />
    </DashboardProvider>
  );
}

function Failed(props: {
  readonly area: Panes['body'];
  readonly error: TadError;
  readonly onRetry: () => void;
}) {
  const { area, error } = props;
  const cells = cardCells(area);
  const { colours } = useTheme();
  useKeys(true, (name) => {
    if (name !== 'r') return false;
    props.onRetry();
    return true;
  });
  return (
    <Card area={area} title="tad">
      <Gap />
      <Told text={error.message} cells={cells} rows={5} colour={colours.bad} />
      {error.hint !== undefined && <Told text={error.hint} cells={cells} rows={3} />}
      <Gap />
      <KeyRow name="r">try again</KeyRow>
      <KeyRow name="q">quit</KeyRow>
    </Card>
  );
}

function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  return (
    <Text wrap="truncate">
      Terminal too small: {columns}x{rows}, need {MIN_COLUMNS}x{MIN_ROWS}
    </Text>
  );
}
