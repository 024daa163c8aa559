import { describe, expect } from 'vitest';
import {
  HAS_BEGUN,
  home,
  journey,
  logIn,
  openDemo,
  openTad,
  rigged,
  SMALL_WORLD,
  startServerToLose,
} from './journey.js';

describe('what passes', () => {
  journey(
    'a server that is lost in the middle: said on the screen, and the work goes on by itself',
    async () => {
      const server = await startServerToLose([...SMALL_WORLD, '--file-mb', '2', '--bandwidth', '2']);
      const out = ['--out', `${home()}/music`];
      const terminal = await logIn(['--home', home(), ...server.reach, 'dashboard', ...out]);
      terminal.press('d');
      await terminal.until(HAS_BEGUN);
      await server.lose();
      await terminal.until(/◌ (?:reconnecting|offline)|✗ offline/);
      await terminal.until('work goes on by itself when Telegram is back');
      await server.comeBack();
      await terminal.until('● online');
      await terminal.until('done: 4 files fetched');
    },
  );

  journey(
    'a start without a network: what is known is there, and what is asked for comes with the network',
    async () => {
      const server = await startServerToLose(SMALL_WORLD);
      const tad = ['--home', home(), ...server.reach];
      const before = await logIn(tad);
      await before.until('Night Ferry Radio');
      before.press('q');
      await before.ended();
      await server.lose();
      const terminal = openTad([...tad, 'dashboard', '--out', `${home()}/music`]);
      await terminal.until(
        /offline[\s\S]*Night Ferry Radio[\s\S]*Telegram cannot be reached[\s\S]*r tries again/,
      );
      terminal.press('L');
      await terminal.until('The library is empty.');
      terminal.press('q', 'd');
      await terminal.until('Night Ferry Radio: ');
      await server.comeBack();
      await terminal.until(/Demo Listener {2}● online/);
      await terminal.until('done: 4 files fetched');
      expect(terminal.screen()).not.toContain('r tries again');
    },
  );

  journey('critical memory, when what filled it is gone and c collects it', async () => {
    // At the first signal much memory is taken, at the second it is garbage.
    const hoard = rigged(`
      let hoard;
      const numbers = () => Math.round((398 * 2 ** 20 - process.memoryUsage.rss()) / 8);
      process.on('SIGUSR2', () => { hoard = hoard ? undefined : new Array(numbers()).fill(1.5); });`);
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--memory-budget', '400MB'], hoard);
    terminal.signal('SIGUSR2');
    await terminal.until(/\d+% critical/);
    terminal.press('d');
    await terminal.until('waiting: memory is critical');
    terminal.signal('SIGUSR2');
    terminal.press('3', 'c');
    await terminal.until(/clean-up \d+ → \d+ MB/);
    await terminal.until(/\d+% (?:normal|warning)/);
    await terminal.until('done: 4 files fetched');
  });

  journey('a disk without room, when there is room again', async () => {
    // The first signal frees the disk.
    const disk = rigged(`
      const { promises } = require('node:fs');
      const { statfs } = promises;
      let isFull = true;
      process.on('SIGUSR2', () => { isFull = false; });
      promises.statfs = async (path) => {
        const real = await statfs(path);
        return isFull ? { ...real, bavail: 0 } : real;
      };
      require('node:module').syncBuiltinESMExports();`);
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD], disk);
    terminal.press('d');
    await terminal.until(/◌ .*not enough free space/);
    terminal.signal('SIGUSR2');
    await terminal.until('done: 4 files fetched');
  });
});
