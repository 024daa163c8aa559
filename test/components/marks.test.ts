import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countMarks,
  isMarked,
  type Marks,
  NO_MARKS,
  toggleAll,
  toggleMark,
} from '../../src/components/marks.js';

describe('marks', () => {
  it('are what a set of all marked ids would be, after any sequence of keys', () => {
    const length = 6;
    const steps = fc.array(fc.oneof(fc.constant('all' as const), fc.integer({ min: 1, max: length })));
    fc.assert(
      fc.property(steps, (todo) => {
        let marks: Marks<string> = NO_MARKS;
        let model = new Set<number>();
        const ids = Array.from({ length }, (_, i) => i + 1);
        for (const step of todo) {
          if (step === 'all') {
            marks = toggleAll(marks, length);
            model = model.size === length ? new Set() : new Set(ids);
          } else {
            marks = toggleMark(marks, step, `row ${step}`);
            if (!model.delete(step)) model.add(step);
          }
          expect(ids.filter((id) => isMarked(marks, id))).toEqual(ids.filter((id) => model.has(id)));
          expect(countMarks(marks, length)).toBe(model.size);
        }
      }),
    );
  });

  it('of all rows hold none of them', () => {
    const marks = toggleAll<string>(NO_MARKS, 1_000_000);
    expect(countMarks(marks, 1_000_000)).toBe(1_000_000);
    expect(marks.single.size).toBe(0);
  });

  it('keep the rows that were marked one by one', () => {
    expect([...toggleMark<string>(NO_MARKS, 7, 'seven').single.values()]).toEqual(['seven']);
  });
});
