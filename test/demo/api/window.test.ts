import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectWindow, sequenceOf, type WindowRequest } from '../../../src/demo/api/window.js';
import { createCatalogue } from '../../../src/demo/catalogue/create.js';

const catalogue = createCatalogue({ seed: 7, chats: 1, tracks: 10, fileMb: 0 });
const chat = catalogue.chatByUsername('vinyl_tape_exchange')!;
const all = chat.ids('all');
const everyId = Array.from({ length: all.length }, (_, index) => all.at(index));
const dateOf = (id: number): number => chat.message(id)!.date;

const NOTHING_GIVEN: WindowRequest = {
  offsetId: 0,
  offsetDate: 0,
  addOffset: 0,
  limit: 100,
  maxId: 0,
  minId: 0,
  minDate: 0,
  maxDate: 0,
};

/** The rules of core.telegram.org/api/offsets, spelt out on a list. */
function byTheBook(request: WindowRequest): number[] {
  const list = everyId
    .toReversed()
    .filter((id) => request.minId === 0 || id > request.minId)
    .filter((id) => request.maxId === 0 || id < request.maxId)
    .filter((id) => request.minDate === 0 || dateOf(id) >= request.minDate)
    .filter((id) => request.maxDate === 0 || dateOf(id) <= request.maxDate);
  const isBehind = (id: number): boolean =>
    request.offsetId > 0
      ? id < request.offsetId
      : request.offsetDate === 0 || dateOf(id) < request.offsetDate;
  const found = list.findIndex(isBehind);
  const start = (found < 0 ? list.length : found) + request.addOffset;
  return list.slice(Math.max(start, 0), Math.max(start + Math.min(request.limit, 100), 0));
}

test('a window is what the offset rules say, for any parameters', () => {
  const newest = everyId.at(-1)!;
  const id = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: newest + 20 }));
  const date = fc.oneof(
    fc.constant(0),
    fc.integer({ min: dateOf(everyId[0]!) - 100, max: dateOf(newest) + 100 }),
  );
  const request = fc.record({
    offsetId: id,
    offsetDate: date,
    addOffset: fc.integer({ min: -150, max: 150 }),
    limit: fc.integer({ min: 0, max: 150 }),
    maxId: id,
    minId: id,
    minDate: date,
    maxDate: date,
  });
  fc.assert(
    fc.property(request, (given) => {
      expect(selectWindow(chat, all, given).ids).toEqual(byTheBook(given));
    }),
    { numRuns: 400, seed: 7 },
  );
});

test('the window says how many of the list are newer', () => {
  const anchor = everyId[50]!;
  const { ids, offsetIndex } = selectWindow(chat, all, { ...NOTHING_GIVEN, offsetId: anchor, limit: 5 });
  expect(ids[0]).toBe(everyId[49]);
  expect(offsetIndex).toBe(everyId.length - 50);
});

test('a page never has more than 100 messages', () => {
  expect(selectWindow(chat, all, { ...NOTHING_GIVEN, limit: 5000 }).ids).toHaveLength(100);
});

test('a window over a hundred thousand messages touches only the page', () => {
  const archive = catalogue.chatByUsername('field_archive')!;
  const music = archive.ids('music');
  let asked = 0;
  const counting = {
    ...music,
    at: (index: number) => {
      asked++;
      return music.at(index);
    },
  };
  const { ids } = selectWindow(archive, counting, { ...NOTHING_GIVEN, offsetDate: 1_600_000_000, limit: 10 });
  expect(ids).toHaveLength(10);
  expect(asked).toBeLessThan(40);
});

test('a sequence over a list counts what is below', () => {
  const sequence = sequenceOf([3, 7, 9]);
  expect([0, 3, 4, 9, 10].map((id) => sequence.countBelow(id))).toEqual([0, 0, 1, 2, 3]);
});
