import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { makeWorld, recordsOf } from './fake_io.js';

describe('the command line', () => {
  it.each([
    [['downlod', 'x'], "tad: unknown command 'downlod'. Did you mean download?"],
    [['help', 'frob'], "tad: unknown command 'frob'. See: tad --help"],
    [['help', 'statsu'], "tad: unknown command 'statsu'. Did you mean status?"],
    [['download', '--limt', '3', 'x'], "tad: unknown option '--limt'. Did you mean --limit?"],
    [['--jsn', 'chats'], "tad: unknown option '--jsn'. Did you mean --json?"],
    [['download'], "tad: missing required argument 'chat'. See: tad help download"],
    [
      ['chats', 'extra'],
      "tad: too many arguments for 'chats'. Expected 0 arguments but got 1: extra. See: tad --help",
    ],
    [['download', '--limit'], "tad: option '--limit <N>' argument missing. See: tad --help"],
    [['download', '--limit', 'abc', 'x'], "tad: --limit must be a whole number of at least 1, not 'abc'"],
    [['download', '--limit', '0', 'x'], "tad: --limit must be a whole number of at least 1, not '0'"],
    [['download', '--limit', '1e3', 'x'], "tad: --limit must be a whole number of at least 1, not '1e3'"],
    [['download', '--parallel', '99', 'x'], "tad: --parallel must be a whole number from 1 to 32, not '99'"],
    [
      ['download', '--limit-rate', 'fast', 'x'],
      "tad: --limit-rate must be a rate such as 500K/s or 2MB/s, not 'fast'",
    ],
    [
      ['download', '--min-free', '5X', 'x'],
      "tad: --min-free must be a size such as 500K, 20MB or 1.5G, not '5X'",
    ],
    [
      ['download', '--kind', 'musik', 'x'],
      "tad: --kind must be one of music, voice, document, not 'musik'. Did you mean music?",
    ],
    [['--server', 'nowhere', 'chats'], "tad: --server must be HOST:PORT, not 'nowhere'"],
    [
      ['--log-level', 'loud', 'chats'],
      "tad: --log-level must be one of error, warning, info, debug, not 'loud'",
    ],
    [
      ['--profile', '../x', 'chats'],
      "tad: --profile must be letters, digits, dots, dashes and underscores, 64 at most, not '../x'",
    ],
    [['performance', '--watch', '--cleanup'], 'tad: only one of --watch, --cleanup and --profile at a time'],
  ])('refuses %j with exit code 2 and one line', async (argv, line) => {
    const world = makeWorld();
    expect(await world.tad(...argv)).toBe(2);
    expect(world.stderr.text).toBe(`${line}\n`);
    expect(world.stdout.text).toBe('');
  });

  it('takes a wrong value from the environment or a file as it would from a flag, and names the place', async () => {
    const world = makeWorld();
    world.env['TAD_LIMIT'] = 'many';
    expect(await world.tad('download', 'x')).toBe(2);
    expect(world.stderr.text).toBe("tad: TAD_LIMIT must be a whole number of at least 1, not 'many'\n");
  });

  it('takes global options before and after the command', async () => {
    const before = makeWorld();
    expect(await before.tad('--json', '--no-ui', 'chats')).toBe(0);
    const after = makeWorld();
    expect(await after.tad('chats', '--json', '--no-ui')).toBe(0);
    expect(recordsOf(after.stdout)).toEqual(recordsOf(before.stdout));
    expect(recordsOf(after.stdout)[0]).toMatchObject({ event: 'chat', title: 'Night Music' });
  });

  it('takes an id with its minus sign for a chat, not for an option', async () => {
    const world = makeWorld();
    expect(await world.tad('download', '-o', world.home, '-1001')).toBe(0);
    expect(world.core.request?.outDir).toBe(world.home);
  });

  it('reads --profile of performance as seconds, and as an account before the command', async () => {
    const world = makeWorld();
    expect(await world.tad('performance', '--profile', 'work')).toBe(2);
    expect(world.stderr.text).toContain('--profile must be a whole number from 1 to 3600');
    expect(await world.tad('--profile', 'work', 'performance', '--profile', '5')).toBe(1);
    expect(world.stderr.text).toContain('no tad is running for the profile "work"');
  });

  it.each(COMMANDS.map(({ name }) => [name]))('%s --help shows options and examples', async (name) => {
    const world = makeWorld();
    expect(await world.tad(name, '--help')).toBe(0);
    expect(world.stdout.text).toContain(`Usage: tad ${name}`);
    expect(world.stdout.text).toMatch(/Examples:\n {2}tad\b/);
    expect(world.stdout.text).toContain('--json');
    expect(world.stderr.text).toBe('');
  });

  it('is the dashboard without arguments, and says so where there is no terminal', async () => {
    const world = makeWorld();
    expect(await world.tad()).toBe(2);
    expect(world.stderr.text).toMatch(/^tad: the dashboard needs a terminal\. .*\n$/);
  });

  it('shows help, and version as text and as a record', async () => {
    const world = makeWorld();
    expect(await world.tad('--help')).toBe(0);
    expect(world.stdout.text).toContain('tad demo');
    const version = makeWorld();
    await version.tad('version', '--json');
    expect(recordsOf(version.stdout)).toMatchObject([{ event: 'version', node: process.versions.node }]);
  });
});
