import { describe, expect } from 'vitest';
import type { Terminal } from '../helpers/terminal.js';
import { home, journey, openDemo, SMALL_WORLD } from './journey.js';

/** The colours that were written, as numbers of SGR. */
function coloursOf({ raw }: Terminal): ReadonlySet<string> {
  const codes = raw.matchAll(/\x1b\[([\d;]*)m/g).flatMap(([, list = '']) => list.split(';'));
  return new Set(codes.filter((code) => /^(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])$/.test(code)));
}

const CYAN = '36';
const BLUE = '34';

describe('the colours', () => {
  journey('of a terminal with sixteen are among them, and the current row is told by more', async () => {
    const env = { TERM: 'xterm', COLORTERM: '' };
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD], { env });
    terminal.press('d');
    await terminal.until('done: 4 files fetched');
    const colours = coloursOf(terminal);
    expect(colours).toContain(CYAN);
    // 38 and 48 begin a colour of 256 or of true colour.
    expect(colours).not.toContain('38');
    expect(colours).not.toContain('48');
    expect(terminal.screen()).toContain('▸↑ c Night Ferry Radio');
  });

  journey('of a light theme are those that can be read on white', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD, '--theme', 'light']);
    terminal.press('d');
    await terminal.until('done: 4 files fetched');
    const colours = coloursOf(terminal);
    expect(colours).toContain(BLUE);
    for (const pale of [CYAN, '33', '37', '96', '93', '97']) expect(colours).not.toContain(pale);
    terminal.press('S');
    await terminal.until(/theme +option +light/);
  });

  journey('are those, too, on a ground that the terminal says is white', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD], { env: { COLORFGBG: '0;15' } });
    expect(coloursOf(terminal)).toContain(BLUE);
    expect(coloursOf(terminal)).not.toContain(CYAN);
  });
});
