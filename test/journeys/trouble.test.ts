import { describe, expect } from 'vitest';
import { HAS_BEGUN, home, journey, openDemo, SMALL_WORLD } from './journey.js';

describe('when something is in the way', () => {
  journey('a flood wait is counted down, and the work goes on by itself', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--fault', 'flood=0.2']);
    terminal.press('d');
    await terminal.until(/Telegram asks to wait: [1-9]\d*s left/);
    await terminal.until('done: 4 files fetched');
  });

  journey('critical memory holds new files back and says so; c shows before and after', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--memory-budget', '100MB']);
    terminal.press('d');
    await terminal.until('waiting: memory is critical');
    const screen = await terminal.until(/\d+% critical/);
    expect(screen).toMatch(/◌ .* memory is critical/);
    terminal.press('3', 'c');
    await terminal.until(/clean-up \d+ → \d+ MB, (freed \d+|\d+ more)/);
    terminal.press('q');
    await terminal.until('Quit?');
    terminal.press('y');
    expect(await terminal.ended()).toEqual({ code: 0, modes: 'restored' });
  });

  journey('no room on the disk: the reason is on the screen', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--min-free', '1000000G']);
    terminal.press('d');
    await terminal.until(/◌ .*not enough free space/);
  });

  journey('a server that goes away and drops connections is no end', async () => {
    const world = [...SMALL_WORLD, '--file-mb', '2', '--fault', 'disconnect=0.1'];
    const terminal = await openDemo(['--home', home(), ...world]);
    terminal.press('d');
    await terminal.until('done: 4 files fetched');
  });
});

describe('the screen', () => {
  journey('follows the window in mid-download: 200x60, 80x24, too small, and back', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--file-mb', '8', '--bandwidth', '2']);
    terminal.press('d');
    await terminal.until(HAS_BEGUN);
    for (const [columns, rows] of [
      [200, 60],
      [80, 24],
      [60, 15],
      [120, 36],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.until((screen) => screen.split('\n')[rows - 1]?.includes('q quit') === true);
      await terminal.until(() => bordersOf(terminal.cells()) === 'aligned');
    }
    terminal.resize(50, 10);
    await terminal.until('Terminal too small: 50x10, need 60x15');
    terminal.resize(120, 36);
    await terminal.until(/Night Ferry Radio[\s\S]*quit/);
  });

  journey('keeps its borders straight, whatever names it shows', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD]);
    terminal.press('/', 'hostile', 'enter', 'd');
    await terminal.until('done: 85 files fetched');
    await terminal.until(() => bordersOf(terminal.cells()) === 'aligned');
    terminal.press('2', 'G');
    for (let page = 0; page < 6; page++) {
      const before = terminal.screen();
      terminal.press('pageup');
      await terminal.until((screen) => screen !== before);
      await terminal.until(() => bordersOf(terminal.cells()) === 'aligned');
    }
    terminal.press('E');
    await terminal.until('newest first');
    await terminal.until(() => bordersOf(terminal.cells()) === 'aligned');
  });

  journey('counts every key of one read', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD]);
    terminal.press('j', 'j', 'j', 'space', 'g', 'space');
    await terminal.until('2 marked');
    expect(terminal.screen()).toMatch(/◆ c Night Ferry Radio/);
  });

  journey('has no colours with NO_COLOR, and only ASCII with TAD_ASCII', async () => {
    const env = { NO_COLOR: '1', TAD_ASCII: '1' };
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--bandwidth', '1'], { env });
    expect(terminal.raw).not.toMatch(/\x1b\[(?:3[0-7]|9[0-7]|38|48|4[0-7])[;m]/);
    // The trend of memory is drawn while files move.
    terminal.press('d');
    await terminal.until(/ \d+ [+|][-`,.'|]/);
    // Names are what they are; the frame around them is ASCII.
    expect(terminal.screen().replaceAll('🥁', '').replace(/\p{L}/gu, '')).toMatch(/^[\n\x20-\x7e]*$/);
  });

  journey('is read aloud pane by pane, without the drawing, where a screen reader is', async () => {
    const env = { INK_SCREEN_READER: 'true' };
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD], { env });
    await terminal.until(/1 Chats[\s\S]*3 Memory[\s\S]*4 Activity\s*\n *Quiet so far/);
    expect(terminal.raw).not.toMatch(/[╭╮╰╯│█░]/);
    expect(terminal.modes.isAlternate).toBe(false);
    terminal.press('q');
    expect(await terminal.ended()).toEqual({ code: 0, modes: 'restored' });
  });

  journey('is lines on a dumb terminal', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD], { env: { TERM: 'dumb' } });
    expect(await terminal.ended(30_000)).toEqual({ code: 0, modes: 'restored' });
    expect(terminal.raw).not.toContain('\x1b[?1049h');
  });
});

/**
 * Whether each row that belongs to a box begins and ends with a border, in the outermost cells of the screen.
 * @returns `aligned`, or the first row that is not
 */
function bordersOf(cells: readonly (readonly string[])[]): string {
  const isBorder = (cell: string | undefined) => cell !== undefined && '│╭╮╰╯'.includes(cell) && cell !== '';
  const crooked = cells.slice(2, -1).find((row) => !isBorder(row[0]) || !isBorder(row.at(-1)));
  return crooked === undefined ? 'aligned' : crooked.join('');
}
