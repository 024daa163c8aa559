import { render } from 'ink';
import type { Core } from '../core/face.js';
import { App } from './app.js';
import type { DashboardHost } from './host.js';
import { changedOutput, settleWidths } from './terminal_output.js';
import { FILLER } from './text.js';
import { chooseTheme } from './theme.js';

export interface DashboardTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Above the stores' rate, so that a key never waits behind a frame; what is drawn is bounded by the stores. */
const MAX_FPS = 60;

/**
 * Shows the dashboard until the person quits or the signal is aborted, and gives the terminal back as it was.
 * @returns the cores that were opened: the caller closes them
 * @throws what a component threw, after the terminal was given back
 */
export async function runDashboard(
  host: DashboardHost,
  terminal: DashboardTerminal,
  signal: AbortSignal,
): Promise<readonly Core[]> {
  const cores: Core[] = [];
  // From the first frame on, or keys typed ahead would be echoed into it.
  terminal.stdin.setRawMode(true);
  const isScreenReader = terminal.env['INK_SCREEN_READER'] === 'true';
  const app = render(
    <App
      host={host}
      theme={chooseTheme(terminal.env)}
      signal={signal}
      onCore={(core) => cores.push(core)}
      suspend={suspendProcess}
    />,
    {
      stdin: terminal.stdin,
      // A screen reader wants the text and nothing around it.
      stdout: changedOutput(terminal.stdout, isScreenReader ? withoutFillers : settleWidths),
      alternateScreen: !isScreenReader,
      incrementalRendering: !isScreenReader,
      isScreenReaderEnabled: isScreenReader,
      maxFps: MAX_FPS,
      exitOnCtrlC: false,
      // CI environments make Ink non-interactive by default; whoever calls this has checked the terminal.
      interactive: true,
    },
  );
  const end = () => app.unmount();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await app.waitUntilExit();
  } finally {
    signal.removeEventListener('abort', end);
    if (terminal.stdin.isRaw) terminal.stdin.setRawMode(false);
  }
  return cores;
}

const withoutFillers = (text: string) => text.replaceAll(FILLER, '');

/** Ctrl-Z: the shell gets the terminal until it continues us. */
function suspendProcess(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', resolve);
    // The whole group, as the terminal itself would: a launcher that waits for us has to stop with us.
    process.kill(0, 'SIGTSTP');
  });
}
