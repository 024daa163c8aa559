import { describe, expect, it } from 'vitest';
import { chatLine } from '../../../src/components/panes/chat_line.js';
import { chooseTheme } from '../../../src/components/theme.js';
import { CHAT } from '../fake_core.js';

const THEME = chooseTheme({}, {});

/** The figures of a chat with two files of `total` and whether they look complete. */
function figures(total: number | undefined, asked: { isCounted?: boolean; isUncountable?: boolean }) {
  const row = {
    chat: CHAT,
    counts: { chatId: CHAT.id, seen: 2, have: 2 },
    scanning: undefined,
    fresh: 0,
    total,
    isCounted: false,
    isUncountable: false,
    ...asked,
  };
  const line = chatLine(row, { cells: 40, isCurrent: false, isMarked: false, theme: THEME });
  const part = line.find((each) => typeof each !== 'string' && each.text.includes('/'));
  if (part === undefined || typeof part === 'string') throw new Error('no figures');
  return [part.text.trim(), part.colour === THEME.colours.good];
}

describe('how much of a chat is here', () => {
  it('is complete only when Telegram said how much there is', () => {
    expect(figures(2, { isCounted: true })).toEqual(['2/2', true]);
    expect(figures(14, { isCounted: true })).toEqual(['2/14', false]);
  });

  it('is unknown until then, and when it did not answer', () => {
    expect(figures(2, {})).toEqual(['2/…', false]);
    expect(figures(2, { isUncountable: true })).toEqual(['2/?', false]);
    expect(figures(undefined, { isUncountable: true })).toEqual(['2/?', false]);
  });
});
