import { Command, CommanderError, Option } from 'commander';
import { nearest } from '../core/config/nearest.js';
import { flagOf, type SettingKey, setting } from '../core/config/settings.js';
import { TadError } from '../core/errors.js';
import type { CommandSpec } from './command.js';
import { COMMANDS, DASHBOARD } from './commands.js';
import type { Io } from './io.js';
import { GLOBAL_SETTINGS } from './option_groups.js';
import { packageVersion } from './version.js';

/** What the command line asks for. */
export interface Invocation {
  readonly command: CommandSpec;
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<SettingKey, string>;
}

function optionOf(key: SettingKey): Option {
  const { short, placeholder, help, fallback, fallbackText } = setting(key);
  const several = key === 'fault' ? '...' : '';
  const value = placeholder === undefined ? '' : ` <${placeholder}${several}>`;
  const shown = fallbackText ?? (placeholder === undefined ? undefined : fallback);
  const described = shown === undefined ? help : `${help} (default: ${String(shown)})`;
  return new Option(`${short === undefined ? '' : `-${short}, `}${flagOf(key)}${value}`, described);
}

/** The text of an option as given; a switch is `true`. Undefined when it was not given. */
function given(command: Command, key: SettingKey): string | undefined {
  // `--no-ui` is `ui = false` for commander.
  const attribute = optionOf(key).attributeName();
  if (command.getOptionValueSource(attribute) !== 'cli') return undefined;
  const value: unknown = command.getOptionValue(attribute);
  if (typeof value === 'boolean') return 'true';
  return Array.isArray(value) ? value.join(',') : String(value);
}

function addOptions(command: Command, keys: readonly SettingKey[], heading: string): void {
  for (const key of keys) command.addOption(optionOf(key).helpGroup(heading));
}

function examplesOf({ examples }: CommandSpec): string {
  const width = Math.max(...examples.map(([call]) => call.length));
  const lines = examples.map(([call, meaning]) => `  ${call.padEnd(width)}  ${meaning}`.trimEnd());
  return `\nExamples:\n${lines.join('\n')}`;
}

/** The global options of `command`; `performance --profile` is seconds, so there an account is named before it. */
function globalsOf(command: CommandSpec): readonly SettingKey[] {
  const own = new Set(command.settings.map(flagOf));
  return GLOBAL_SETTINGS.filter((key) => !own.has(flagOf(key)));
}

function buildProgram(io: Io, found: (invocation: Invocation) => void): Command {
  const program = new Command('tad')
    .description('Telegram Audio Downloader: mirrors the audio of Telegram chats to disk.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Errors are thrown and told once, by run.ts.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(io.stdout.columns, 120),
      outputError: () => {},
    });
  addOptions(program, GLOBAL_SETTINGS, 'Options of every command:');
  for (const spec of COMMANDS) {
    const command = program
      .command(spec.args === undefined ? spec.name : `${spec.name} ${spec.args}`)
      .summary(spec.summary)
      .description(spec.details === undefined ? `${spec.summary}.` : `${spec.summary}.\n\n${spec.details}`)
      .addHelpText('after', examplesOf(spec));
    addOptions(command, spec.settings, 'Options:');
    addOptions(command, globalsOf(spec), 'Options of every command:');
    command.action(() => {
      const flags = new Map<SettingKey, string>();
      const collect = (from: Command, keys: readonly SettingKey[]) => {
        for (const key of keys) {
          const text = given(from, key);
          if (text !== undefined) flags.set(key, text);
        }
      };
      collect(program, GLOBAL_SETTINGS);
      collect(command, [...globalsOf(spec), ...spec.settings]);
      found({ command: spec, args: command.args, flags });
    });
  }
  // `tad` alone is `tad dashboard`; with a word that is no command, commander says "too many arguments".
  program.action(() => {
    const flags = new Map<SettingKey, string>();
    for (const key of GLOBAL_SETTINGS) {
      const text = given(program, key);
      if (text !== undefined) flags.set(key, text);
    }
    found({ command: DASHBOARD, args: [], flags });
  });
  program.addHelpText(
    'after',
    '\nExamples:\n' +
      '  tad                                    the dashboard\n' +
      '  tad demo                               see it work, without an account\n' +
      '  tad login && tad chats                 your own account\n' +
      '  tad --no-ui download @somechannel      for scripts and cron\n' +
      '\nEvery option may also stand in the environment (TAD_LIMIT_RATE=2MB/s) or in the config file: see tad config.',
  );
  return program;
}

/** commander's text as our one line: "unknown option '--limt'. Did you mean --limit?" */
function usageError(error: CommanderError): TadError {
  const [what = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = hint?.replace(/^\((.*)\)$/, '$1');
  return new TadError('usage', what.replace(/\.$/, ''), suggestion ?? 'See: tad --help');
}

/** The word of the call that stands where a command should. */
function meantAsCommand({ code }: CommanderError, [first, second]: readonly string[]): string | undefined {
  if (code === 'commander.excessArguments') return first;
  // `tad help WORD`: commander shows its own help, as an error, when it knows no such command.
  return code === 'commander.help' ? second : undefined;
}

function isNoCommand(word: string | undefined): word is string {
  return word !== undefined && COMMANDS.every(({ name }) => name !== word);
}

/**
 * Reads the command line. Help and version are printed here.
 * @returns undefined when nothing is left to do
 * @throws TadError `usage`, with the nearest right spelling
 */
export function parseCommandLine(argv: readonly string[], io: Io): Invocation | undefined {
  let invocation: Invocation | undefined;
  const program = buildProgram(io, (found) => {
    invocation = found;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const word = invocation === undefined ? meantAsCommand(error, program.args) : undefined;
    if (isNoCommand(word)) {
      const near = nearest(
        word,
        COMMANDS.map(({ name }) => name),
      );
      throw new TadError(
        'usage',
        `unknown command '${word}'`,
        near ? `Did you mean ${near}?` : 'See: tad --help',
      );
    }
    throw usageError(error);
  }
  return invocation;
}
