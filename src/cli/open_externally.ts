import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

export type Opening = 'open' | 'reveal' | 'play';

/**
 * Opens a file with the system's program, shows it in the file manager, or plays it in the person's player; that program outlives tad.
 * @param player a command with its arguments, apart by blanks; the system's when absent
 * @param complain told when the program cannot be run, or fails
 */
export function openExternally(
  how: Opening,
  path: string,
  player: string | undefined,
  complain: (problem: { readonly text: string; readonly detail: string }) => void,
): void {
  const [program, ...args] = how === 'play' && player ? [...player.split(' '), path] : opener(how, path);
  if (program === undefined) return;
  const fail = (problem: string) =>
    complain({ text: `${program} ${problem}`, detail: 'the settings (S) have the player you like' });
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.on('error', (error) => fail(`cannot be run: ${error.message}`));
  child.on('exit', (code) => {
    if (code) fail(`could not ${how === 'reveal' ? 'show' : how} ${path} (exit code ${code})`);
  });
  child.unref();
}

/** The platform's way to open a file, or to show it in its folder. */
function opener(how: Opening, path: string): readonly string[] {
  switch (process.platform) {
    case 'darwin':
      return how === 'reveal' ? ['open', '-R', path] : ['open', path];
    case 'win32':
      return how === 'reveal' ? ['explorer', `/select,${path}`] : ['explorer', path];
    default:
      return ['xdg-open', how === 'reveal' ? dirname(path) : path];
  }
}
