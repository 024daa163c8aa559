import { mkdir } from 'node:fs/promises';
import { startControlServer } from '../core/control/server.js';
import { TadError } from '../core/errors.js';
import type { Core } from '../core/face.js';
import { type ApiCredentials, knownCredentials } from './api_credentials.js';
import type { Call } from './command.js';
import { LogFile } from './log_file.js';
import { isTold } from './run_view.js';

function keepLog(call: Call, core: Core): Disposable {
  const { io, settings, home } = call;
  const log = new LogFile(home.logFile);
  const level = settings.get('log-level');
  const stack = new DisposableStack();
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

/** Opens the core of the call's profile for as long as `work` lasts; Telegram is not asked for anything yet. */
export async function withCore<T>(
  call: Call,
  credentials: ApiCredentials,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const { home, settings } = call;
  await mkdir(home.profileDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new TadError('not-writable', `cannot make ${home.profileDir}`, undefined, { cause: error });
  });
  await using core = await call.openCore({ home, settings, ...credentials });
  using _log = keepLog(call, core);
  return await work(core);
}

/**
 * As {@link withCore}, logged in and reachable by other processes of this profile (`tad status`).
 * @throws TadError `login-required`, `session-locked`, `unreachable`
 */
export async function withSession<T>(call: Call, work: (core: Core) => Promise<T>): Promise<T> {
  const credentials = knownCredentials(call.settings);
  if (credentials === undefined) throw new TadError('login-required', 'not logged in', 'Run: tad login');
  return await withCore(call, credentials, async (core) => {
    await core.connect(call.signal);
    const { controlPath: path, profileDir: directory } = call.home;
    await using _control = await startControlServer({ core, path, directory });
    return await work(core);
  });
}
