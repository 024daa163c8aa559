// npm run screenshots: docs/images from real runs of the built program on the demo server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Terminal, temporaryHome } from '../test/helpers/terminal.ts';
import { screenSvg } from './screen_svg.js';

const IMAGES = join(import.meta.dirname, '..', 'docs', 'images');
const WORLD = ['--chats', '6', '--tracks', '9', '--file-mb', '6'];

function save(terminal, name, title) {
  writeFileSync(join(IMAGES, `${name}.svg`), screenSvg(terminal.emulator, title));
  console.log(`docs/images/${name}.svg`);
}

const demo = (home, ...args) => Terminal.tad(['demo', '--home', home.path, ...WORLD, ...args]);

async function atWork() {
  using home = temporaryHome();
  using terminal = demo(home, '--bandwidth', '5', '--parallel', '8');
  await terminal.until('Night Ferry Radio');
  terminal.press('space', 'j', 'space', 'space', 'd');
  await terminal.until(/[6-9] done/, 60_000);
  terminal.press('space', 'j', 'space');
  await terminal.until(/marked/);
  // A trend worth looking at.
  await terminal.until(/1[2-9] done/, 60_000);
  save(terminal, 'dashboard', 'tad demo');
  terminal.press('q');
  await terminal.until('Quit?');
  terminal.press('y');
  await terminal.ended();
}

async function atRest() {
  using home = temporaryHome();
  using terminal = demo(home, '--file-mb', '1');
  await terminal.until('Night Ferry Radio');
  terminal.press('space', 'j', 'space', 'space', 'd');
  await terminal.until('done: ', 60_000);
  terminal.press('/', 'ctrl+u', 'Audiobook', 'enter', 'enter');
  await terminal.until('Esc back');
  await terminal.until('length');
  terminal.press('j', 'space', 'space', 'space');
  await terminal.until('3 marked');
  save(terminal, 'chat', 'tad: what is in a chat, and where it would go');
  terminal.press('esc');
  await terminal.until('1 Chats');
  terminal.press('L');
  await terminal.until('27 tracks');
  terminal.press('/', 'ferry', 'enter');
  await terminal.until('/ ferry');
  terminal.press('j', 'j');
  await terminal.until((screen) => screen.split('\n')[6]?.includes('▸') && screen.includes('album'));
  save(terminal, 'library', 'tad: the library');
  terminal.press('esc');
  await terminal.until('27 tracks');
  terminal.press('esc');
  await terminal.until('1 Chats');
  terminal.press('?');
  await terminal.until('Esc closes');
  save(terminal, 'help', 'tad: the keys');
  terminal.press('esc');
  await terminal.until('1 Chats');
  terminal.press('q');
  await terminal.ended();
}

mkdirSync(IMAGES, { recursive: true });
await atWork();
await atRest();
