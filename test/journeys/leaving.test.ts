import { join } from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { Terminal } from '../helpers/terminal.js';
import { home, journey, openDemo, rigged, SLOW, SMALL_WORLD } from './journey.js';

async function downloading(): Promise<Terminal> {
  const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, ...SLOW]);
  terminal.press('d');
  await terminal.until('4 active');
  return terminal;
}

function expectGivenBack({ modes }: Terminal): void {
  expect(modes).toEqual({ isAlternate: false, isCursorHidden: false });
}

/** At the signal the script goes off; what it threw is told in the terminal as it was before. */
async function expectCrash(script: string): Promise<void> {
  const terminal = await openDemo(['--home', home(), ...SMALL_WORLD], rigged(script));
  terminal.signal('SIGUSR2');
  expect(await terminal.ended()).toEqual({ code: 1, modes: 'restored' });
  expect(terminal.screen()).toContain('the bomb went off');
  expectGivenBack(terminal);
}

describe('leaving', () => {
  journey('with nothing under way, q ends it at once', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD]);
    terminal.press('q');
    expect(await terminal.ended()).toEqual({ code: 0, modes: 'restored' });
    expectGivenBack(terminal);
  });

  journey('with work in progress, q says what is kept and asks; only y leaves', async () => {
    const terminal = await downloading();
    terminal.press('q');
    expect(await terminal.until('Quit?')).toMatch(
      /4 transfers will stop; what is fetched of them \(.*\) is kept/,
    );
    terminal.press('n');
    await terminal.until((screen) => !screen.includes('Quit?'));
    terminal.press('q');
    await terminal.until('Quit?');
    terminal.press('y');
    expect(await terminal.ended()).toEqual({ code: 0, modes: 'restored' });
    expect(terminal.screen()).toContain('tad: 4 transfers are unfinished; the next run goes on with them');
    expectGivenBack(terminal);
  });

  journey('a second Ctrl-C forces it', async () => {
    const terminal = await downloading();
    terminal.press('ctrl+c');
    await terminal.until('Quit?');
    terminal.press('ctrl+c');
    expect(await terminal.ended()).toEqual({ code: 0, modes: 'restored' });
    expectGivenBack(terminal);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    journey(`${signal} gives the terminal back and exits with ${code}`, async () => {
      const terminal = await downloading();
      terminal.signal(signal);
      expect(await terminal.ended()).toEqual({ code, modes: 'restored' });
      expectGivenBack(terminal);
    });
  }

  journey('an uncaught exception gives the terminal back, with its story', async () => {
    await expectCrash("process.on('SIGUSR2', () => { throw new Error('the bomb went off'); });");
  });

  journey('a rejection that nobody handles does so, too', async () => {
    await expectCrash(
      "process.on('SIGUSR2', () => { void Promise.reject(new Error('the bomb went off')); });",
    );
  });

  journey('and so does a pane that cannot be drawn', async () => {
    await expectCrash(`
      const { toFixed } = Number.prototype;
      process.on('SIGUSR2', () => {
        Number.prototype.toFixed = function (...digits) {
          if (new Error().stack.includes('_pane.')) throw new Error('the bomb went off');
          return toFixed.apply(this, digits);
        };
      });`);
  });

  journey('a closed window ends it and its server', async () => {
    const terminal = await downloading();
    const { pid } = terminal;
    terminal.close();
    await terminal.exited();
    await expect.poll(() => isAlive(pid), { timeout: 5000, interval: 20 }).toBe(false);
  });

  journey('Ctrl-Z gives the shell the terminal, fg brings the dashboard back', async () => {
    const shell = new Terminal('bash', ['--norc', '--noprofile', '-i'], { env: { PS1: '$ ' } });
    onTestFinished(() => shell[Symbol.dispose]());
    await shell.until('$ ');
    const tad = [process.execPath, join(import.meta.dirname, '../../bin/tad.js'), 'demo', '--home', home()];
    shell.press(`${[...tad, ...SMALL_WORLD].join(' ')}`, 'enter');
    await shell.until('Night Ferry Radio');
    shell.press('ctrl+z');
    await shell.until('Stopped');
    expectGivenBack(shell);
    shell.press('stty -a', 'enter');
    await shell.until(/ icanon[\s\S]* echo /);
    shell.press('fg', 'enter');
    await shell.until(/1 Chats[\s\S]*Night Ferry Radio/);
    expect(shell.modes.isAlternate).toBe(true);
    // Keys reach it again.
    shell.press('?');
    await shell.until('Esc closes');
    shell.press('esc');
    await shell.until('1 Chats');
    shell.press('q');
    await shell.until((screen) => !screen.includes('1 Chats'));
    expectGivenBack(shell);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
