import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pattern, type Slot } from '../../../src/demo/catalogue/pattern.js';

const slot: fc.Arbitrary<Slot> = fc.record({
  kind: fc.constantFrom('music', 'voice', 'document', 'text', 'gap'),
  topicId: fc.integer({ min: 1, max: 3 }),
});
const chat = fc.record({
  slots: fc
    .array(slot, { minLength: 1, maxLength: 12 })
    .map((slots) => [...slots, { kind: 'music' } as const]),
  total: fc.integer({ min: 1, max: 60 }),
  firstId: fc.integer({ min: 1, max: 20 }),
});
const kind = fc.constantFrom('music', 'voice', 'document', 'text', 'all');
const topic = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

/** The same, listed one by one. */
function listed(pattern: Pattern, wanted: string, topicId: number | undefined): number[] {
  const ids: number[] = [];
  for (let id = pattern.firstId; id <= pattern.lastId; id++) {
    const place = pattern.place(id);
    if (place === undefined) continue;
    if (wanted !== 'all' && place.slot.kind !== wanted) continue;
    if (topicId === undefined || place.slot.topicId === topicId) ids.push(id);
  }
  return ids;
}

describe('Pattern', () => {
  it('answers from one period what listing every message would say', () => {
    fc.assert(
      fc.property(chat, kind, topic, ({ slots, total, firstId }, wanted, topicId) => {
        const pattern = new Pattern(slots, 'music', total, firstId);
        const ids = pattern.ids(wanted, topicId);
        const expected = listed(pattern, wanted, topicId);
        expect(Array.from({ length: ids.length }, (_, i) => ids.at(i))).toEqual(expected);
        for (let id = 0; id <= pattern.lastId + 3; id++) {
          expect(ids.countBelow(id)).toBe(expected.filter((known) => known < id).length);
        }
      }),
    );
  });

  it('ends with the last message of the counted kind', () => {
    fc.assert(
      fc.property(chat, ({ slots, total, firstId }) => {
        const pattern = new Pattern(slots, 'music', total, firstId);
        expect(pattern.ids('music').length).toBe(total);
        expect(pattern.place(pattern.lastId)?.slot.kind).toBe('music');
      }),
    );
  });

  it('has nothing outside, and refuses positions outside', () => {
    const pattern = new Pattern([{ kind: 'music' }, { kind: 'gap' }], 'music', 3, 5);
    expect([4, 6, 10, 5.5, -1].map((id) => pattern.place(id))).toEqual(new Array(5).fill(undefined));
    expect(() => pattern.ids('music').at(3)).toThrow(RangeError);
    expect(() => pattern.ids('music').at(-1)).toThrow(RangeError);
  });

  it('numbers albums through the whole chat', () => {
    const slots: Slot[] = [0, 0, 1].map((album) => ({ kind: 'music', album }));
    const pattern = new Pattern(slots, 'music', 7);
    expect([1, 2, 3, 4, 5, 6, 7].map((id) => pattern.place(id)?.album)).toEqual([0, 0, 1, 2, 2, 3, 4]);
  });
});
