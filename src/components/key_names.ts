import type { Key } from 'ink';

/**
 * The names of all keys in one read of the terminal: several printable keys pressed quickly arrive as one string, and each of them
 * counts.
 */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.return) return ['return'];
  if (key.escape) return ['escape'];
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab'];
  if (key.backspace || key.delete) return ['backspace'];
  if (key.ctrl) return [`ctrl+${input}`];
  if (key.meta) return [`alt+${input}`];
  return Array.from(input, characterName);
}

const CHARACTER_NAMES: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\b': 'backspace',
  '\x7f': 'backspace',
};

/** Control characters within a longer read are keys, too: Ctrl-A is the first, and so on. */
function characterName(character: string): string {
  const name = CHARACTER_NAMES[character];
  if (name !== undefined) return name;
  const code = character.charCodeAt(0);
  return code < 0x1b ? `ctrl+${String.fromCharCode(code + 0x60)}` : character;
}

const SHOWN: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  return: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift+tab': 'Shift-Tab',
  space: 'Space',
  backspace: 'Backspace',
};

/** A key's name as people write it. */
export function shownKey(name: string): string {
  return SHOWN[name] ?? name.replace(/^ctrl\+(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);
}
