import { describe, expect, it } from 'vitest';
import {
  type ChatLooks,
  chatLook,
  cursorAt,
  FRESH_CHAT_LOOK,
  placeOf,
  withChatLook,
} from '../../src/components/list_looks.js';
import { chooseTheme, type Looks } from '../../src/components/theme.js';
import { FRESH_STATE, readViewState } from '../../src/components/view_state.js';

const UTF8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };

describe('the theme', () => {
  it.each<[Record<string, string>, string, string, Looks?]>([
    [UTF8, 'dark', '…'],
    [{ ...UTF8, COLORFGBG: '0;15' }, 'light', '…'],
    [{ ...UTF8, COLORFGBG: '15;0' }, 'dark', '…'],
    [UTF8, 'light', '…', { theme: 'light' }],
    [{ ...UTF8, COLORFGBG: '0;15' }, 'dark', '…', { theme: 'dark' }],
    [UTF8, 'plain', '…', { theme: 'plain' }],
    [{ ...UTF8, NO_COLOR: '1' }, 'plain', '…'],
    [{ ...UTF8, FORCE_COLOR: '0' }, 'plain', '…'],
    [{ ...UTF8, TERM: 'dumb' }, 'plain', '~'],
    [{ ...UTF8, TERM: 'linux' }, 'dark', '~'],
    [UTF8, 'dark', '~', { ascii: true }],
    [{ ...UTF8, TERM: 'linux' }, 'dark', '…', { ascii: false }],
    [{ ...UTF8, LC_ALL: 'C' }, 'dark', '~'],
  ])('of %j is %s with %j where %j is asked for', (env, name, ellipsis, looks) => {
    const theme = chooseTheme(env, looks);
    expect([theme.name, theme.glyphs.ellipsis]).toEqual([name, ellipsis]);
  });

  it('of a terminal without colours has none, of one without Unicode only ASCII', () => {
    const { colours } = chooseTheme({ ...UTF8, NO_COLOR: '1' });
    expect(Object.values(colours).every((colour) => colour === undefined)).toBe(true);
    const { glyphs } = chooseTheme(UTF8, { ascii: true });
    expect(JSON.stringify(glyphs)).toMatch(/^[\x20-\x7e]+$/);
  });

  it('tells states apart by more than colour', () => {
    const { state, level } = chooseTheme(UTF8).glyphs;
    expect(new Set(Object.values(state)).size).toBe(Object.keys(state).length);
    expect(new Set(Object.values(level)).size).toBe(Object.keys(level).length);
  });
});

describe('the view state', () => {
  it('is what was saved', () => {
    const saved = {
      ...FRESH_STATE,
      pane: 'memory' as const,
      chatFilter: 'jazz',
      markedChats: ['1'],
      isPaused: true,
      seenAudio: { '-1001': 48 },
      chatCursor: '-1001',
      transferCursor: '77',
      chatLooks: [
        [
          '-1001',
          {
            text: 'blue',
            kind: 'voice' as const,
            order: 'oldest' as const,
            marks: { all: true, single: [3] },
            place: 4,
          },
        ] as const,
      ],
      libraryLook: { query: 'ferry', order: 'oldest' as const, hasDetails: false, place: 2 },
    };
    expect(readViewState(JSON.parse(JSON.stringify(saved)))).toEqual(saved);
  });

  it.each([
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { pane: 'cellar', chatSort: 3, markedChats: 'all', isPaused: 'no', chatCursor: 7, libraryLook: [] },
    { chatLooks: { '-1': {} } },
    { chatLooks: [1, [2, {}]], libraryLook: { query: 1, order: 'up', place: -1 } },
  ])('is a fresh one where %j was saved', (saved) => {
    expect(readViewState(saved)).toEqual(FRESH_STATE);
  });
});

describe('how a list was left', () => {
  it('is known of the last fifty chats', () => {
    // Groups and users, whose ids are positive.
    const id = (n: number) => String(n % 2 === 0 ? -n : n);
    let looks: ChatLooks = [];
    for (let n = 0; n < 60; n++) looks = withChatLook(looks, id(n), FRESH_CHAT_LOOK);
    looks = withChatLook(looks, id(10), FRESH_CHAT_LOOK);
    const kept = Array.from({ length: 50 }, (_, i) => i + 10);
    expect(looks.map(([each]) => each)).toEqual([...kept.slice(1), 10].map(id));
    expect([chatLook(looks, id(9)), chatLook(looks, id(11))]).toEqual([undefined, FRESH_CHAT_LOOK]);
  });

  it('keeps the cursor on its row while newer rows come, and at the top', () => {
    for (const order of ['newest', 'oldest'] as const) {
      for (const cursor of [0, 1, 5, 9]) expect(cursorAt(placeOf(cursor, 10, order), 10, order)).toBe(cursor);
    }
    expect(cursorAt(placeOf(4, 10, 'newest'), 13, 'newest')).toBe(7);
    expect(cursorAt(placeOf(4, 10, 'oldest'), 13, 'oldest')).toBe(4);
    expect(cursorAt(placeOf(0, 10, 'newest'), 13, 'newest')).toBe(0);
  });
});
