import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import {
  HAS_BEGUN,
  home,
  journey,
  logIn,
  markChat,
  openDemo,
  openTad,
  SLOW,
  SMALL_WORLD,
  startServer,
} from './journey.js';

describe('mirroring chats', () => {
  journey('browse, filter, mark and download three of them', async () => {
    const directory = home();
    const out = join(directory, 'files');
    const terminal = await openDemo(['--home', directory, ...SMALL_WORLD, '--out', out]);
    terminal.press('/', 'night');
    expect(await terminal.until('─ 1/18 ─')).not.toContain('Saved Messages');
    terminal.press('esc');
    await terminal.until('Saved Messages');
    const chats = ['Night Ferry Radio', 'Тихая волна', '夜汽車レコード'];
    for (const title of chats) await markChat(terminal, title);
    await terminal.until('3 marked');
    terminal.press('d');
    await terminal.until('done: 12 files fetched');
    terminal.press('/', 'esc');
    const screen = await terminal.until('Saved Messages');
    for (const title of chats) expect(screen).toMatch(new RegExp(`${title}.* 4/4 `));
    expect(screen).toContain('12 done');
    for (const title of chats) expect(readdirSync(join(out, title))).toHaveLength(4);
  });

  journey(
    'pause, kill -9, start again: paused as it was, with all that was there; then on to the end',
    async () => {
      const demo = ['--home', home(), ...SMALL_WORLD, '--file-mb', '5', '--bandwidth', '5'];
      const killed = await openDemo(demo);
      killed.press('d');
      await killed.until(HAS_BEGUN);
      killed.press('P');
      await killed.until('paused: P goes on');
      const before = await killed.until(/‖ .* [1-9]\d?% /);
      killed.signal('SIGKILL');
      expect((await killed.ended()).code).toBe(137);

      const again = await openDemo(demo);
      await again.until('paused: P goes on');
      await again.until('04. Mårten');
      again.press('P');
      // What was on the disk is not fetched again.
      await again.until((screen) => progressOf(screen) >= progressOf(before));
      again.press('b');
      await again.until('Bandwidth limit');
      again.press('100M', 'enter');
      await again.until('limit 100 MB/s');
      await again.until('4 done');
    },
  );

  journey('one transfer is paused, moved, cancelled only after a question', async () => {
    const terminal = await openDemo([
      '--home',
      home(),
      ...SMALL_WORLD,
      '--tracks',
      '6',
      '--file-mb',
      '24',
      ...SLOW,
    ]);
    terminal.press('d', '2');
    await terminal.until('4 active, 2 queued');
    terminal.press('p');
    await terminal.until('1 paused');
    terminal.press('p');
    await terminal.until((screen) => !/\d paused/.test(screen));
    terminal.press('x');
    await terminal.until('Sure?');
    expect(terminal.screen()).toMatch(/Cancel .*\.mp3\?/);
    terminal.press('n');
    await terminal.until((screen) => !screen.includes('Sure?'));
    terminal.press('x');
    await terminal.until('Sure?');
    terminal.press('y');
    await terminal.until('cancelled');
  });

  journey('what was fetched is found in the library, with its tags', async () => {
    const terminal = await openDemo(['--home', home(), ...SMALL_WORLD]);
    terminal.press('d');
    await terminal.until('done: 4 files fetched');
    terminal.press('L');
    await terminal.until('4 tracks');
    terminal.press('/', 'ninth wave', 'enter');
    const screen = await terminal.until(/ 1 track ─[\s\S]*album/);
    expect(screen).toMatch(/title +Ninth Wave on the Radio/);
    expect(screen).toMatch(/codec +MPEG/);
    // Esc clears the search, then leaves the library.
    terminal.press('esc');
    await terminal.until('4 tracks');
    terminal.press('esc');
    await terminal.until('1 Chats');
  });

  journey('a chat is opened, and only what is marked in it is fetched', async () => {
    const directory = home();
    const out = join(directory, 'files');
    const terminal = await openDemo(['--home', directory, ...SMALL_WORLD, '--out', out]);
    terminal.press('enter');
    await terminal.until(/╭─ Night Ferry Radio ─[\s\S]*Ninth Wave/);
    terminal.press('space', 'space');
    await terminal.until('2 marked');
    terminal.press('d');
    await terminal.until((text) => text.match(/✓ have/g)?.length === 2);
    terminal.press('esc');
    await terminal.until(/Night Ferry Radio +2\/4/);
    expect(readdirSync(join(out, 'Night Ferry Radio'))).toHaveLength(2);
  });

  journey('tad download CHAT opens the dashboard with that work under way', async () => {
    const { server, directory } = await loggedIn([...SMALL_WORLD, ...SLOW]);
    const out = join(directory, 'files');
    const work = openTad(['--home', directory, ...server, 'download', '@night_ferry_radio', '--out', out]);
    await work.until(/2 Downloads .* 4 active/);
  });

  journey('a link to one message fetches that one file, also after a kill', async () => {
    const { server, directory } = await loggedIn([...SMALL_WORLD, ...SLOW]);
    const out = join(directory, 'files');
    const link = 'https://t.me/night_ferry_radio/5';
    const killed = openTad(['--home', directory, ...server, 'download', link, '--out', out]);
    await killed.until(/2 Downloads .* 1 active/);
    killed.signal('SIGKILL');
    await killed.ended();

    const again = openTad(['--home', directory, ...server], { env: { TAD_OUT: out } });
    await again.until('done: 1 file fetched');
    expect(readdirSync(join(out, 'Night Ferry Radio'))).toHaveLength(1);
  });
});

/** Percent of the first transfer on the screen. */
function progressOf(screen: string): number {
  return Number(/[●‖] [█▏▎▍▌▋▊▉░]+ +(\d+)% /.exec(screen)?.[1] ?? 0);
}

/** A demo server, and a home whose account is logged in there. */
async function loggedIn(world: readonly string[]) {
  const server = await startServer(world);
  const directory = home();
  const login = await logIn(['--home', directory, ...server]);
  login.press('q');
  await login.ended();
  return { server, directory };
}
