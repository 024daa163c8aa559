import type { Core, DownloadRequest } from '../core/face.js';
import type { ChatTarget } from '../core/types.js';
import type { Action, Call } from './command.js';
import { canShowDashboard, showDashboard } from './dashboard.js';
import { runExitCode } from './exit_code.js';
import { outDirOf } from './out_dir.js';
import { RunState } from './run_state.js';
import { openRunView } from './run_view.js';
import { withSession } from './session.js';

/** Downloads what is new in `targets` and shows it as the options ask. @returns the exit code */
export async function runDownload(
  call: Call,
  core: Core,
  targets: readonly ChatTarget[],
  request: DownloadRequest,
): Promise<number> {
  using state = new RunState(core.events, call.io.now);
  using _view = openRunView(call, core.events, state);
  const summary = await core.download(targets, request, call.signal);
  return runExitCode(summary, state.failureCodes);
}

export const download: Action = async (call) => {
  const { settings, args, signal } = call;
  // On a terminal the dashboard opens with this work queued; what only a script would want stays here.
  const isPlain = settings.get('limit') === undefined && !settings.get('dry-run');
  if (isPlain && canShowDashboard(call)) return await showDashboard(call, { targets: args });
  const limit = settings.get('limit');
  const request: DownloadRequest = {
    outDir: outDirOf(settings),
    kinds: settings.get('kind'),
    parallel: settings.get('parallel'),
    dryRun: settings.get('dry-run'),
    ...(limit === undefined ? {} : { limit }),
  };
  return await withSession(call, async (core) => {
    const targets: ChatTarget[] = [];
    for (const name of args) targets.push(await core.resolve(name, signal));
    return await runDownload(call, core, targets, request);
  });
};
