import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keyNames, shownKey } from '../../src/components/key_names.js';
import { keySections, keysDocument } from '../../src/components/key_sections.js';
import { BINDINGS, type Scope } from '../../src/components/key_table.js';
import { actionFor, footerHints } from '../../src/components/keys.js';
import { chooseHints } from '../../src/components/panes/footer.js';
import { width } from '../../src/components/text.js';

const SCOPES = [...new Set(BINDINGS.flatMap(({ scopes }) => scopes))];

const PLAIN_KEY: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};
const key = (over: Partial<Key>): Key => ({ ...PLAIN_KEY, ...over });

describe('the table of keys', () => {
  it.each(SCOPES)('binds no key twice in the scope %s', (scope) => {
    const keys = BINDINGS.filter(({ scopes }) => scopes.includes(scope)).flatMap((binding) => binding.keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('explains every binding in a sentence of one line, without its full stop', () => {
    for (const { help, action } of BINDINGS) expect(help, action).toMatch(/^[A-Z][^\n]{4,100}[^.\s]$/);
  });

  it('lets a scope go before what holds everywhere', () => {
    expect(actionFor('r', 'chats')).toBe('refresh');
    expect(actionFor('r', 'downloads')).toBe('retry');
    expect(actionFor('p', 'downloads')).toBe('pause');
    expect(actionFor('p', 'library')).toBe('play');
    expect(actionFor('q', 'memory')).toBe('quit');
    expect(actionFor('~', 'chats')).toBeUndefined();
  });

  it('answers to arrows and to hjkl alike', () => {
    for (const [arrow, letter] of [
      ['up', 'k'],
      ['down', 'j'],
      ['left', 'h'],
      ['right', 'l'],
    ] as const) {
      expect(actionFor(letter, 'chats')).toBe(actionFor(arrow, 'chats'));
    }
  });
});

describe('the footer', () => {
  // Always is no place to be.
  const places = SCOPES.filter((scope) => scope !== 'always');
  const cases = places.flatMap((scope) => [58, 78, 118, 198].map((cells): [Scope, number] => [scope, cells]));
  it.each(cases)('of %s fits into %d cells and always has help and quit', (scope, cells) => {
    const hints = chooseHints(scope, cells);
    const taken = hints.reduce((sum, { key: name, label }) => sum + width(name) + width(label) + 3, 0);
    expect(taken).toBeLessThanOrEqual(cells);
    const last = hints.slice(-2).map(({ label }) => label);
    expect(last.at(-1)).toBe('quit');
    if (actionFor('?', scope) === 'help') expect(last).toEqual(['help', 'quit']);
  });

  it.each(places)('of %s says what each key does there', (scope) => {
    for (const { key: name, action } of footerHints(scope)) expect(actionFor(name, scope)).toBe(action);
  });

  it('has q go back in a view and quit on the dashboard; Ctrl-C quits in both, and in a dialog', () => {
    const quits = (scope: Scope) => footerHints(scope).find(({ action }) => action === 'quit')?.key;
    expect(['chats', 'memory', 'library', 'question'].map((scope) => quits(scope as Scope))).toEqual([
      'q',
      'q',
      'ctrl+c',
      'ctrl+c',
    ]);
    expect(actionFor('q', 'help')).toBe('back');
    expect(actionFor('q', 'question')).toBeUndefined();
  });

  it('shows the keys of the pane before those that hold everywhere', () => {
    const labels = footerHints('downloads').map(({ label }) => label);
    expect(labels.indexOf('cancel')).toBeLessThan(labels.indexOf('clean up'));
  });
});

describe('help and docs/keys.md', () => {
  it('have every binding', () => {
    const shown = keySections().flatMap(({ entries }) => entries.map(({ help }) => help));
    for (const { help } of BINDINGS) expect(shown).toContain(help);
  });

  it('say the same: npm run docs:keys writes the page anew', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/keys.md'), 'utf8');
    expect(page).toBe(keysDocument());
  });
});

describe('names of keys', () => {
  it.each<[string, Partial<Key>, readonly string[]]>([
    ['', { upArrow: true }, ['up']],
    ['', { tab: true }, ['tab']],
    ['', { tab: true, shift: true }, ['shift+tab']],
    ['', { delete: true }, ['backspace']],
    ['u', { ctrl: true }, ['ctrl+u']],
    ['x', { meta: true }, ['alt+x']],
    ['jjG', {}, ['j', 'j', 'G']],
    ['a b\r', {}, ['a', 'space', 'b', 'return']],
    ['j\x03', {}, ['j', 'ctrl+c']],
    ['a\x7f', {}, ['a', 'backspace']],
    ['ä日🎷', {}, ['ä', '日', '🎷']],
  ])('%j with %j is %j', (input, flags, expected) => {
    expect(keyNames(input, key(flags))).toEqual(expected);
  });

  it('are shown as people write them', () => {
    expect(['return', 'ctrl+c', 'space', 'G', 'shift+tab', 'up'].map(shownKey)).toEqual([
      'Enter',
      'Ctrl-C',
      'Space',
      'G',
      'Shift-Tab',
      '↑',
    ]);
  });
});
