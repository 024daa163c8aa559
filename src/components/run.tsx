import { render } from 'ink';
import { App } from './app.js';
import type { DashboardHost } from './host.js';
import { changedLines, changedOutput, settleWidths, withoutTypography } from './terminal_output.js';
import { FILLER } from './text.js';
import { chooseTheme, type Looks, type Theme } from './theme.js';

export interface DashboardTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly looks: Looks;
}

/** What the core tells comes at the pace of the frame clock; this is for keys, none of which is to wait for long behind a frame. */
const MAX_FPS = 125;

/**
 * Shows the dashboard until the person quits or the signal is aborted, and gives the terminal back as it was.
 * @throws what a component threw, after the terminal was given back
 */
export async function runDashboard(
  host: DashboardHost,
  terminal: DashboardTerminal,
  signal: AbortSignal,
): Promise<void> {
  // From the first frame on, or keys typed ahead would be echoed into it.
  terminal.stdin.setRawMode(true);
  const theme = chooseTheme(terminal.env, terminal.looks);
  const isScreenReader = terminal.env['INK_SCREEN_READER'] === 'true';
  const app = render(<App host={host} theme={theme} signal={signal} suspend={suspendProcess} />, {
    stdin: terminal.stdin,
    stdout: changedOutput(terminal.stdout, outputChange(theme, isScreenReader)),
    alternateScreen: !isScreenReader,
    isScreenReaderEnabled: isScreenReader,
    maxFps: MAX_FPS,
    exitOnCtrlC: false,
    // CI environments make Ink non-interactive by default; whoever calls this has checked the terminal.
    interactive: true,
  });
  const end = () => app.unmount();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await app.waitUntilExit();
  } finally {
    signal.removeEventListener('abort', end);
    if (terminal.stdin.isRaw) terminal.stdin.setRawMode(false);
  }
}

/** What happens to a frame on its way out. A screen reader wants the text and nothing around it. */
function outputChange({ glyphs }: Theme, isScreenReader: boolean): (frame: string) => string {
  if (isScreenReader) return (frame) => frame.replaceAll(FILLER, '');
  const changed = changedLines();
  if (glyphs.border === 'classic') return (frame) => settleWidths(withoutTypography(changed(frame)));
  return (frame) => settleWidths(changed(frame));
}

/** Ctrl-Z: the shell gets the terminal until it continues us. */
function suspendProcess(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', resolve);
    // The whole group, as the terminal itself would: a launcher that waits for us has to stop with us.
    process.kill(0, 'SIGTSTP');
  });
}
