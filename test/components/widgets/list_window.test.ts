import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampList,
  isListMove,
  LIST_START,
  type ListMove,
  moveInList,
} from '../../../src/components/widgets/list_window.js';

const MOVES: readonly ListMove[] = ['up', 'down', 'page-up', 'page-down', 'top', 'bottom'];

describe('a window on a list', () => {
  it('always holds the cursor, and never shows less of the list than it could', () => {
    const lists = fc.record({
      length: fc.integer({ min: 0, max: 200_000 }),
      height: fc.integer({ min: 1, max: 60 }),
      moves: fc.array(fc.constantFrom(...MOVES), { maxLength: 40 }),
      nextLength: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(lists, ({ length, height, moves, nextLength }) => {
        let position = LIST_START;
        const check = (rows: number) => {
          const { cursor, top } = position;
          expect(cursor).toBeGreaterThanOrEqual(0);
          expect(cursor).toBeLessThan(Math.max(1, rows));
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top).toBeLessThanOrEqual(Math.max(0, rows - height));
          if (rows > 0) expect(cursor >= top && cursor < top + height).toBe(true);
        };
        for (const move of moves) {
          position = moveInList(position, move, length, height);
          check(length);
        }
        position = clampList(position, nextLength, height);
        check(nextLength);
      }),
    );
  });

  it('moves by rows, pages less one row, and to the ends', () => {
    const from = { cursor: 50, top: 45 };
    const cursor = (move: ListMove) => moveInList(from, move, 100, 10).cursor;
    expect(MOVES.map(cursor)).toEqual([49, 51, 41, 59, 0, 99]);
    expect(moveInList(from, 'down', 100, 10).top).toBe(45);
    expect(moveInList({ cursor: 54, top: 45 }, 'down', 100, 10).top).toBe(46);
  });

  it('knows its moves from other actions', () => {
    expect(MOVES.every(isListMove)).toBe(true);
    expect(isListMove('download')).toBe(false);
  });
});
