import { readConfigFile } from '../core/config/config_file.js';
import type { Home } from '../core/config/home.js';
import { homeLayout } from '../core/config/home.js';
import { resolveSettings, type Settings, type Sources } from '../core/config/resolve.js';
import { type TadError, toTadError } from '../core/errors.js';
import type { OpenCore } from './command.js';
import { recordError } from './error_record.js';
import type { Io } from './io.js';
import { LogFile } from './log_file.js';
import { GLOBAL_SETTINGS } from './option_groups.js';
import { type Invocation, parseCommandLine } from './program.js';
import { exitCodeOf, type SignalSource, watchSignals } from './signals.js';

interface Prepared {
  readonly settings: Settings;
  readonly home: Home;
}

/** The home decides where the config files are, so it is looked up before them. */
function prepare({ command, flags }: Invocation, io: Io): Prepared {
  const early = resolveSettings({ flags, env: io.env, files: [] }, ['home', 'profile']);
  const home = homeLayout(early.get('home'), early.get('profile'));
  const files = [home.configFile, home.profileConfigFile].map((path) => ({
    path,
    entries: readConfigFile(path),
  }));
  const sources: Sources = { flags, env: io.env, files };
  return { settings: resolveSettings(sources, [...GLOBAL_SETTINGS, ...command.settings]), home };
}

/** `what. Hint`: the hint is a sentence of its own, unless it is a command. */
function oneLine(message: string, hint: string | undefined): string {
  if (hint === undefined) return message;
  const sentence = hint.startsWith('tad ') ? hint : hint.charAt(0).toUpperCase() + hint.slice(1);
  return `${message}${/[.?!]$/.test(message) ? '' : '.'} ${sentence}`;
}

/** One line on stderr, whatever was thrown; the whole story of a defect goes to the log file. */
function tell(error: TadError, io: Io, prepared: Prepared | undefined): void {
  let hint = error.hint;
  if (error.code === 'internal' && prepared !== undefined) {
    const log = new LogFile(prepared.home.logFile);
    const cause = error.cause instanceof Error ? error.cause : error;
    if (log.write(io.now(), 'error', cause.stack ?? cause.message)) hint ??= `Details are in ${log.path}`;
  }
  io.stderr.line(`tad: ${oneLine(error.message, hint)}`);
  if (prepared?.settings.get('json')) recordError(io, error);
}

/** What a call of tad needs from its process besides {@link Io}. */
export interface Surroundings {
  readonly signals: SignalSource;
  /** Ends the process at once: a second Ctrl-C. */
  readonly force: (code: number) => void;
  readonly openCore: OpenCore;
}

/** Runs one call of tad from its arguments to its exit code (DESIGN section 4). */
export async function run(argv: readonly string[], io: Io, surroundings: Surroundings): Promise<number> {
  const { signals, force, openCore } = surroundings;
  using watch = watchSignals(signals, { onForce: force, now: io.now });
  let prepared: Prepared | undefined;
  try {
    const invocation = parseCommandLine(argv, io);
    if (invocation === undefined) return 0;
    prepared = prepare(invocation, io);
    const action = await invocation.command.load();
    const signal = AbortSignal.any([watch.signal, io.stdout.closed]);
    return await action({ args: invocation.args, ...prepared, io, openCore, signal });
  } catch (thrown) {
    const error = toTadError(thrown);
    if (watch.received !== undefined) return exitCodeOf(watch.received);
    // Nobody reads any more, so nobody wants the rest: `tad chats | head -1`.
    if (io.stdout.closed.aborted) return 0;
    tell(error, io, prepared);
    return error.exitCode;
  }
}
