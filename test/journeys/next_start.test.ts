import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { home, journey, openDemo, SLOW, SMALL_WORLD } from './journey.js';

/** Names are whole. */
const WIDE = { columns: 180, rows: 36 };

describe('after kill -9, the next start', () => {
  journey('has the filter, the order, the marks and the cursor of each list where they were', async () => {
    const directory = home();
    const demo = ['--home', directory, ...SMALL_WORLD];
    const first = await openDemo(demo);
    first.press('d');
    await first.until('done: 4 files fetched');
    // The chats: by title, those with an "r", one of them marked.
    first.press('s', '/', 'r', 'enter', 'j', 'space', 'j', 'j', 'j', 'j', 'j');
    const chats = leftPart(await first.until(/by title, \d+\/18[\s\S]*◆[\s\S]*▸. c Night Ferry Radio/));
    // One chat: the oldest first, music only, one marked.
    first.press('enter');
    await first.until(/╭─ Night Ferry Radio[\s\S]*Ninth Wave/);
    first.press('s', 't', 'space', 'j');
    const messages = leftPart(
      await first.until(/1 marked · music · oldest first · 4.*\n.*\n│ ◆ .*\n│ {3}.*\n│▸/),
    );
    // The library: a search, the oldest first, without details.
    first.press('L');
    await first.until('4 tracks');
    first.press('/', 'sjöholm', 'enter', 's', 'j', 'enter');
    const library = leftPart(await first.until(/oldest first.*\n│ \/ sjöholm +│\n│ ✓ .* │\n│▸✓ .* │\n/));
    // Where a cursor is, is written when the keys have rested for a moment.
    const look = { query: 'sjöholm', order: 'oldest', hasDetails: false, place: 1 };
    await vi.waitFor(() => expect(savedLook(directory)).toEqual(look), { timeout: 10_000, interval: 10 });
    first.signal('SIGKILL');
    await first.ended();

    const second = await openDemo(demo);
    await second.until((screen) => leftPart(screen) === chats);
    second.press('enter');
    await second.until((screen) => leftPart(screen) === messages);
    second.press('L');
    await second.until((screen) => leftPart(screen) === library);
  });

  journey('has the queue in its order, what was paused and cancelled, and the limit', async () => {
    // No file is done for as long as this takes.
    const world = [...SMALL_WORLD, '--tracks', '7', '--file-mb', '24', ...SLOW];
    const demo = ['--home', home(), ...world, '--parallel', '1'];
    const first = await openDemo(demo, WIDE);
    first.press('b');
    await first.until('Bandwidth limit');
    first.press('400K', 'enter');
    await first.until('limit 400 KB/s');
    first.press('d', '2');
    await first.until('1 active, 6 queued');
    const [active, ...asFound] = filesOf(first.screen());
    // The last goes to the front, the last but one is paused, which shows it among those begun, the one before that is cancelled.
    first.press('G', 'K', 'K', 'K', 'K', 'K');
    await first.until((screen) => filesOf(screen)[1] === asFound[5]);
    first.press('G', 'p');
    await first.until('1 paused, 5 queued');
    first.press('G', 'x');
    await first.until(new RegExp(`Cancel .*${asFound[3]}.*\\?`));
    first.press('y');
    await first.until('1 paused, 4 queued');
    const order = [active, asFound[4], asFound[5], asFound[0], asFound[1], asFound[2]];
    await first.until((screen) => filesOf(screen).join() === order.join());
    first.signal('SIGKILL');
    await first.ended();

    const second = await openDemo(demo, WIDE);
    await second.until('limit 400 KB/s');
    await second.until(/1 active, 5 queued/);
    // The paused one stays in the library, which is shown after what the downloader has taken.
    const later = [...order.filter((one) => one !== asFound[4]), asFound[4]];
    await second.until((screen) => filesOf(screen).join() === later.join());
    expect(second.screen()).toMatch(new RegExp(`‖ .*${asFound[4]}`));
  });
});

/** How the library was left, as the file says. */
function savedLook(directory: string): unknown {
  const [file = ''] = globSync('profiles/*/dashboard.json', { cwd: directory });
  return JSON.parse(readFileSync(join(directory, file), 'utf8')).libraryLook;
}

/** What of a list does not change by itself: marks, cursor and names, without what is counted on the right. */
function leftPart(screen: string): string {
  return screen
    .split('\n')
    .slice(3, -1)
    .map((row) => row.slice(0, 26))
    .join('\n');
}

const TITLES = /No Signal|Glass|Ninth Wave|Static|Paper Boats|Waltz|最後の手紙/;

/** The files that are under way or wait, in their order on the screen, by a piece of their name. */
function filesOf(screen: string): readonly string[] {
  return screen
    .split('\n')
    .filter((row) => /[●○‖◌]/.test(row))
    .flatMap((row) => TITLES.exec(row)?.[0] ?? []);
}
