import { startControlServer } from '../core/control/server.js';
import { Disposables } from '../core/disposables.js';
import { TadError } from '../core/errors.js';
import type { Core } from '../core/face.js';
import { makeDirectories } from '../core/make_directories.js';
import { isTold } from '../core/notice_level.js';
import { type ApiCredentials, knownCredentials } from './api_credentials.js';
import type { Call, CoreRequest } from './command.js';
import { LogFile } from './log_file.js';
import { outDirOf } from './out_dir.js';
import { CONNECTING, type Watch } from './telling.js';

/** What the options say about the core. */
export function coreRequest(
  { home, settings }: Pick<Call, 'home' | 'settings'>,
  credentials: ApiCredentials,
): CoreRequest {
  return {
    home,
    ...credentials,
    outDir: outDirOf(settings),
    minFree: settings.get('min-free'),
    ...optional('server', settings.get('server')),
    ...optional('serverKeyFile', settings.get('server-key')),
    ...optional('proxy', settings.get('proxy')),
    parallel: settings.get('parallel'),
    ...optional('rateLimit', settings.get('limit-rate')),
    ...optional('memoryBudget', settings.get('memory-budget')),
  };
}

function optional<Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: T });
}

/** Keeps what is worth it in the profile's log file, until disposed. */
export function keepLog({ io, settings }: Call, core: Core, logFile: string): Disposable {
  const log = new LogFile(logFile);
  const level = settings.get('log-level');
  const stack = new Disposables();
  stack.use(
    core.events.on('notice', (notice) => {
      if (!isTold(notice.level, level)) return;
      log.write(io.now(), notice.level, [notice.text, notice.detail].filter(Boolean).join('\n'));
    }),
  );
  stack.use(
    core.events.on('transfer.failed', ({ path, error }) => {
      log.write(io.now(), 'error', `${path}: ${error.stack ?? error.message}`);
    }),
  );
  return stack;
}

/** Opens a core for as long as `work` lasts; Telegram is not asked for anything yet. */
export async function withCore<T>(
  call: Call,
  request: CoreRequest,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const { profileDir, logFile } = request.home;
  try {
    makeDirectories(profileDir, 0o700);
  } catch (error) {
    throw new TadError('not-writable', `cannot make ${profileDir}`, 'choose another with --home', {
      cause: error,
    });
  }
  await using core = await call.openCore(request);
  using _log = keepLog(call, core, logFile);
  return await work(core);
}

/** Makes a connected core reachable by other processes of its profile (`tad status`). */
export async function withControl<T>(
  core: Core,
  home: CoreRequest['home'],
  work: () => Promise<T>,
): Promise<T> {
  await using _control = await startControlServer({
    core,
    path: home.controlPath,
    directory: home.profileDir,
  });
  return await work();
}

/**
 * The core of the call's profile, logged in and reachable by other processes.
 * @param watch shows what happens from before the first connection on
 * @throws TadError `login-required`, `session-locked`, `unreachable`
 */
export async function withSession<T, Watching extends Watch>(
  call: Call,
  watch: (core: Core) => Watching,
  work: (core: Core, watching: Watching) => Promise<T>,
): Promise<T> {
  const credentials = knownCredentials(call.settings);
  if (credentials === undefined) throw new TadError('login-required', 'not logged in', 'Run: tad login');
  return await withCore(call, coreRequest(call, credentials), async (core) => {
    using watching = watch(core);
    watching.waitFor(CONNECTING);
    await core.connect(call.signal);
    watching.waitFor(undefined);
    return await withControl(core, call.home, () => work(core, watching));
  });
}
