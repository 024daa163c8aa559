import { TadError } from '../core/errors.js';
import type { CoreStatus, LibraryView } from '../core/face.js';
import type { Action, Call } from './command.js';
import { CliDashboardHost, type DashboardStart } from './dashboard_host.js';

/** A full screen needs a terminal on both sides, and somebody who did not ask for lines. */
export function canShowDashboard({ io, settings }: Pick<Call, 'io' | 'settings'>): boolean {
  if (settings.get('no-ui') || settings.get('json')) return false;
  return io.stdin.isTTY === true && io.stdout.isTerminal && io.env['TERM'] !== 'dumb';
}

/** Shows the dashboard until the person leaves it, then stops what is running and says what was kept. */
export async function showDashboard(call: Call, start: DashboardStart = {}): Promise<number> {
  const { io, settings } = call;
  const looks = { theme: settings.get('theme'), ascii: settings.get('ascii') };
  const { runDashboard } = await import('../components/run.js');
  const leaving = new AbortController();
  let unfinished = 0;
  {
    await using host = new CliDashboardHost(call, start);
    const signal = AbortSignal.any([call.signal, leaving.signal]);
    await runDashboard(host, { stdin: process.stdin, stdout: process.stdout, env: io.env, looks }, signal);
    if (host.core !== undefined) unfinished = countUnfinished(host.core);
    leaving.abort();
  }
  if (unfinished > 0)
    io.stdout.line(`tad: ${unfinished} transfers are unfinished; the next run goes on with them`);
  // run.ts knows which signal it was.
  if (call.signal.aborted) throw new TadError('cancelled', 'stopped');
  return 0;
}

/** Transfers that are neither done nor given up. */
export function countUnfinished(core: {
  status(): Pick<CoreStatus, 'underWay' | 'queued'>;
  readonly library: Pick<LibraryView, 'notYetTaken'>;
}): number {
  const { underWay, queued } = core.status();
  return underWay + queued + core.library.notYetTaken();
}

/** `tad` alone. @throws TadError `usage` off a terminal */
export const dashboard: Action = (call) => {
  if (canShowDashboard(call)) return showDashboard(call);
  throw new TadError(
    'usage',
    'the dashboard needs a terminal',
    'See: tad --help; for scripts: tad --no-ui download',
  );
};
