import { expect, it } from 'vitest';
import { editDistance, type Titled, TitleMatcher } from '../../../src/core/telegram/titles.js';

const CHATS: readonly Titled[] = [
  { id: '1', title: 'Night Ferry Radio', username: 'night_ferry_radio' },
  { id: '2', title: 'Night Owls' },
  { id: '3', title: 'Owls' },
  { id: '4', title: 'Тихая волна' },
  { id: '5', title: 'ＷＩＤＥ Letters' },
];

function match(text: string, chats = CHATS) {
  const matcher = new TitleMatcher(text);
  for (const chat of chats) matcher.see(chat);
  return matcher.result();
}

it.each([
  ['Night Ferry Radio', '1', false],
  ['night ferry radio', '1', false],
  ['night_ferry_radio', '1', false],
  ['night f', '1', true],
  ['ferry', '1', true],
  ['Owls', '3', false], // exact before part
  ['ТИХАЯ', '4', true],
  ['wide letters', '5', false],
])('finds the chat meant by %j', (text, id, isPart) => {
  expect(match(text)).toMatchObject({ kind: 'one', chat: { id }, isPart });
});

it('does not choose between several', () => {
  const night = [{ id: '1' }, { id: '2' }];
  expect(match('night')).toMatchObject({ kind: 'many', chats: night, isPart: true });
  // That one title begins with it, and the other does not, is no reason.
  expect(match('owl')).toMatchObject({ kind: 'many', chats: [{ id: '2' }, { id: '3' }] });
  const twins = [
    { id: '8', title: 'Twins' },
    { id: '9', title: 'Twins' },
  ];
  expect(match('twins', twins)).toMatchObject({ kind: 'many', isPart: false });
});

it('counts a chat that is seen twice once', () => {
  expect(match('ferry', [...CHATS, ...CHATS])).toMatchObject({ kind: 'one' });
});

it('offers what is nearest to a misspelling, nearest first', () => {
  expect(match('Nihgt Owl')).toEqual({ kind: 'none', nearest: ['Night Owls'] });
  expect(match('nigt ferri radio')).toEqual({ kind: 'none', nearest: ['Night Ferry Radio'] });
  expect(match('something else entirely')).toEqual({ kind: 'none', nearest: [] });
});

it.each([
  ['', '', 0],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
])('measures the distance of %j and %j', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

it('looks at the beginning of long titles only', () => {
  expect(editDistance('x'.repeat(1000), 'x'.repeat(2000))).toBe(0);
});
