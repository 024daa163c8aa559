import type { Core, DownloadRequest } from '../core/face.js';
import type { ChatTarget } from '../core/types.js';
import type { Action, Call } from './command.js';
import { runExitCode } from './exit_code.js';
import { prepareOutDir } from './out_dir.js';
import { RunState } from './run_state.js';
import { openRunView } from './run_view.js';
import { withSession } from './session.js';

/** Downloads what is new in `targets` and shows it as the options ask. @returns the exit code */
export async function runDownload(
  call: Call,
  core: Core,
  names: readonly string[],
  request: DownloadRequest,
): Promise<number> {
  using state = new RunState(core.events, call.io.now);
  using view = openRunView(call, core.events, state);
  const targets: ChatTarget[] = [];
  for (const name of names) targets.push(await core.resolve(name, call.signal));
  const summary = await core.download(targets, request, call.signal);
  view.summary(summary, request.dryRun);
  return runExitCode(summary, state.failureCodes);
}

export const download: Action = async (call) => {
  const { settings, args } = call;
  const limit = settings.get('limit');
  const outDir = await prepareOutDir(settings);
  return await withSession(call, (core) =>
    runDownload(call, core, args, {
      outDir,
      kinds: settings.get('kind'),
      parallel: settings.get('parallel'),
      dryRun: settings.get('dry-run'),
      ...(limit === undefined ? {} : { limit }),
    }),
  );
};
