import { cleanText } from '../core/clean.js';
import { Disposables } from '../core/disposables.js';
import { type ErrorCode, EXIT_CODES, TadError, toTadError } from '../core/errors.js';
import type { Core, DownloadRequest } from '../core/face.js';
import type { ChatTarget } from '../core/types.js';
import type { Action, Call } from './command.js';
import { canShowDashboard, showDashboard } from './dashboard.js';
import { recordError } from './error_record.js';
import { runExitCode } from './exit_code.js';
import { outDirOf } from './out_dir.js';
import { RunState } from './run_state.js';
import { openRunView, type Verb } from './run_view.js';
import { withSession } from './session.js';
import { targetsIn } from './target_file.js';
import type { Watch } from './telling.js';
import { Waits } from './waits.js';

/** What is shown of a run, and what was counted of it. */
interface RunWatch extends Watch {
  readonly state: RunState;
}

function watchRun(call: Call, core: Core, verb: Verb): RunWatch {
  const stack = new Disposables();
  const state = stack.use(new RunState(core.events, call.io.now));
  const waits = stack.use(new Waits(core.events, call.io.now));
  stack.use(openRunView(call, core, state, waits, verb));
  // From here on the run tells what it waits for.
  for (const name of ['chat.scan', 'transfer.queued'] as const) {
    stack.use(core.events.on(name, () => waits.begin(undefined)));
  }
  return {
    state,
    waitFor: (what) => waits.begin(what),
    [Symbol.dispose]: () => stack[Symbol.dispose](),
  };
}

async function downloadWatched(
  { io, settings, signal }: Call,
  core: Core,
  targets: readonly ChatTarget[],
  request: DownloadRequest,
  { state, waitFor }: RunWatch,
): Promise<number> {
  let told = '';
  using _ = core.events.on('notice', ({ level, text }) => {
    if (level === 'error') told = text;
  });
  try {
    waitFor('looking for what is new');
    const summary = await core.download(targets, request, signal);
    return runExitCode(summary, state.failureCodes);
  } catch (thrown) {
    const error = toTadError(thrown);
    if (settings.get('json') && !signal.aborted) recordError(io, error);
    else if (told.endsWith(`: ${error.message}`)) {
      // The chat's own line said it, with its title.
      if (error.hint !== undefined) core.events.emit('notice', { level: 'error', text: error.hint });
      return error.exitCode;
    }
    throw error;
  }
}

/** Downloads what is new in `targets` and shows it as the options ask. @returns the exit code */
export async function runDownload(
  call: Call,
  core: Core,
  targets: readonly ChatTarget[],
  request: DownloadRequest,
): Promise<number> {
  using watch = watchRun(call, core, request.repair ? 'repaired' : 'downloaded');
  return await downloadWatched(call, core, targets, request, watch);
}

const NONE = { targets: [], failed: 0 };

/** What is wrong with one line of a list; the others are fetched all the same. */
const OF_ONE_LINE: ReadonlySet<ErrorCode> = new Set(['not-found', 'forbidden', 'usage']);

/** The chat that a line names, or why there is none. @throws TadError what concerns all lines */
async function resolveLine(core: Core, name: string, signal: AbortSignal): Promise<ChatTarget | TadError> {
  try {
    return await core.resolve(name, signal, 'whole');
  } catch (thrown) {
    const error = toTadError(thrown);
    if (!OF_ONE_LINE.has(error.code)) throw error;
    return error;
  }
}

/**
 * What the file names. Each chat is looked up once, however many of its messages are in it; a line that names none is told.
 * @returns `failed`: how many lines those were
 */
async function resolveAll(
  core: Core,
  listFile: string,
  signal: AbortSignal,
): Promise<{ readonly targets: readonly ChatTarget[]; readonly failed: number }> {
  const known = new Map<string, ChatTarget | TadError>();
  const targets: ChatTarget[] = [];
  let failed = 0;
  for await (const { name, messageId, line } of targetsIn(listFile, signal)) {
    const found = known.get(name) ?? (await resolveLine(core, name, signal));
    known.set(name, found);
    if (found instanceof TadError) {
      failed++;
      const text = [`${listFile}, line ${line}: ${found.message}`, found.hint].filter(Boolean).join('. ');
      core.events.emit('notice', { level: 'error', text });
    } else {
      targets.push(messageId === undefined ? found : { ...found, messageId });
    }
  }
  return { targets, failed };
}

export const download: Action = async (call) => {
  const { io, settings, args, signal } = call;
  // On a terminal the dashboard opens with this work queued; what only a script would want stays here.
  const listFile = settings.get('from-file');
  if (args.length === 0 && listFile === undefined) {
    throw new TadError('usage', "missing required argument 'chat'", 'See: tad help download');
  }
  const isPlain = settings.get('limit') === undefined && !settings.get('dry-run') && listFile === undefined;
  if (isPlain && canShowDashboard(call)) return await showDashboard(call, { targets: args });
  const limit = settings.get('limit');
  const request: DownloadRequest = {
    outDir: outDirOf(settings),
    kinds: settings.get('kind'),
    parallel: settings.get('parallel'),
    dryRun: settings.get('dry-run'),
    ...(limit === undefined ? {} : { limit }),
  };
  const watch = (core: Core) => watchRun(call, core, 'downloaded');
  return await withSession(call, watch, async (core, watching) => {
    const targets: ChatTarget[] = [];
    // A script does not see what a part of a title was taken for, and that may change with each new chat.
    const titles = settings.get('json') || !io.stderr.isTerminal ? 'whole' : 'part';
    for (const name of args) {
      watching.waitFor(`looking for the chat ${cleanText(name, 80)}`);
      targets.push(await core.resolve(name, signal, titles));
    }
    watching.waitFor(listFile === undefined ? undefined : `looking for the chats of ${listFile}`);
    const listed = listFile === undefined ? NONE : await resolveAll(core, listFile, signal);
    targets.push(...listed.targets);
    if (targets.length === 0 && listed.failed > 0) return EXIT_CODES['not-found'];
    const code = await downloadWatched(call, core, targets, request, watching);
    return code === 0 && listed.failed > 0 ? EXIT_CODES['not-found'] : code;
  });
};
