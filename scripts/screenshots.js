// npm run screenshots: docs/images from real runs of the built program on the demo server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal, temporaryHome } from '../test/helpers/terminal.ts';
import { screenSvg } from './screen_svg.js';

const IMAGES = join(import.meta.dirname, '..', 'docs', 'images');
const WORLD = ['--chats', '6', '--tracks', '12', '--file-mb', '6'];

function save(terminal, name, title) {
  writeFileSync(join(IMAGES, `${name}.svg`), screenSvg(terminal.emulator, title));
  console.log(`docs/images/${name}.svg`);
}

async function openDemo(home, ...args) {
  const terminal = Terminal.tad([
    'demo',
    '--home',
    home.path,
    '--out',
    join(home.path, 'Music'),
    ...WORLD,
    ...args,
  ]);
  await terminal.until('Night Ferry Radio');
  return terminal;
}

async function leave(terminal) {
  terminal.press('ctrl+c', 'ctrl+c');
  await terminal.ended();
}

/** Eight files under way, some done, the rest waiting; the memory's trend; marks for what comes next. */
async function atWork() {
  using home = temporaryHome();
  using terminal = await openDemo(home, '--file-mb', '12', '--parallel', '8');
  terminal.press('space', 'j', 'space', 'space', 'd');
  await terminal.until(/[6-9] done/, 60_000);
  terminal.press('space', 'j', 'space');
  await terminal.until('2 marked');
  // A trend worth looking at.
  await terminal.until(/1[4-9] done/, 90_000);
  save(terminal, 'dashboard', 'tad demo');
  await leave(terminal);
}

/** A chat of which some files are here, some are on their way, and some are marked to be fetched, too. */
async function inAChat() {
  using home = temporaryHome();
  using terminal = await openDemo(home, '--tracks', '26', '--bandwidth', '3');
  terminal.press('enter');
  await terminal.until(/╭─ Night Ferry Radio[\s\S]*· not here/);
  terminal.press('j', 'j', ...Array(9).fill('space'), 'd');
  await terminal.until((screen) => /● active/.test(screen) && screen.split('✓ have').length === 4, 60_000);
  terminal.press('j', 'j', 'space', 'j', 'space', 'space');
  await terminal.until('3 marked');
  save(terminal, 'chat', 'tad: what is in a chat, and where it goes');
  await leave(terminal);
}

/** A search in what was fetched, with the tags and the cover of one track. */
async function inTheLibrary() {
  using home = temporaryHome();
  using terminal = await openDemo(home, '--file-mb', '1');
  terminal.press('space', 'j', 'space', 'space', 'd');
  await terminal.until('done: 36 files fetched', 60_000);
  terminal.press('L');
  await terminal.until('36 tracks');
  terminal.press('/', 'ferry', 'enter');
  await terminal.until(/│ \/ ferry +│/);
  terminal.press('j', 'j');
  // The third track's tags and its cover, which take longer than the list.
  await terminal.until(
    (screen) => /▸/.test(screen.split('\n')[6] ?? '') && /album/.test(screen) && /[▀▄]/.test(screen),
  );
  save(terminal, 'library', 'tad: the library');
  terminal.press('?');
  // The footer is that of the view which has the keyboard, one frame later.
  await terminal.until((screen) => screen.includes('Esc closes') && !screen.includes('Enter details'));
  save(terminal, 'help', 'tad: the keys');
  await leave(terminal);
}

mkdirSync(IMAGES, { recursive: true });
await atWork();
await inAChat();
await inTheLibrary();
