import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

export type Opening = 'open' | 'reveal' | 'play';

/**
 * Opens a file with the system's program, shows it in the file manager, or plays it in the person's player; that program outlives tad.
 * @param player a command with its arguments, apart by blanks; what has blanks of its own stands in quotes. The system's when absent
 * @param onStarted the program runs
 * @param complain told when the program cannot be run, or fails
 */
export function openExternally(
  how: Opening,
  path: string,
  player: string | undefined,
  {
    onStarted,
    complain,
  }: {
    readonly onStarted: () => void;
    readonly complain: (problem: { readonly text: string; readonly detail: string }) => void;
  },
): void {
  const own = how === 'play' && player !== undefined ? wordsOf(player) : [];
  const [program = '', ...args] = own.length > 0 ? [...own, path] : opener(how, path);
  const fail = (problem: string) =>
    complain({ text: `${program} ${problem}`, detail: `${path}: S (settings) has the player` });
  const cannotRun = (error: unknown) => fail(whyNot(error, how, program));
  try {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.on('spawn', onStarted);
    child.on('error', cannotRun);
    child.on('exit', (code) => {
      // Windows' explorer says 1 when all went well.
      if (code && !(program === EXPLORER && code === 1))
        fail(`could not ${how === 'reveal' ? 'show' : how} ${path} (exit code ${code})`);
    });
    child.unref();
  } catch (error) {
    // What no program can be called, an empty name for one, is refused at once.
    cannotRun(error);
  }
}

/** Why a program did not start, in words, with what helps. Pure. */
function whyNot(error: unknown, how: Opening, program: string): string {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const help = how === 'play' ? '; S sets the player' : '';
  if (code === 'ENOENT') {
    // The one name of a program here that nobody typed, and that no package has.
    const origin = program === XDG_OPEN ? ' (it comes with xdg-utils)' : '';
    return `is not installed here${origin}${help}`;
  }
  if (code === 'EACCES') return `cannot be run: it is no program, or not yours to run${help}`;
  return `cannot be run: ${message}${help}`;
}

/** The words of a command line; quotes of either kind hold one together, and are left out. Pure. */
export function wordsOf(command: string): readonly string[] {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"']|["'])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single),
  );
}

const EXPLORER = 'explorer';
const XDG_OPEN = 'xdg-open';

/** The platform's way to open a file, or to show it in its folder. */
function opener(how: Opening, path: string): readonly string[] {
  switch (process.platform) {
    case 'darwin':
      return how === 'reveal' ? ['open', '-R', path] : ['open', path];
    case 'win32':
      return how === 'reveal' ? [EXPLORER, `/select,${path}`] : [EXPLORER, path];
    default:
      return [XDG_OPEN, how === 'reveal' ? dirname(path) : path];
  }
}
