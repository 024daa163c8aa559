import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  layout,
  MIN_COLUMNS,
  MIN_ROWS,
  neighbour,
  PANES,
  type Rectangle,
} from '../../src/components/layout.js';
import { libraryLayout } from '../../src/components/views/library_view.js';

/** How often each cell of the screen is covered. */
function cover(columns: number, rows: number, rectangles: readonly Rectangle[]): readonly number[] {
  const cells = new Array<number>(columns * rows).fill(0);
  for (const { x, y, width, height } of rectangles) {
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) cells[row * columns + column]! += 1;
    }
  }
  return cells;
}

function panesAt(columns: number, rows: number) {
  const made = layout(columns, rows);
  if (made.kind !== 'panes') throw new Error(`${columns}x${rows} is too small`);
  return made;
}

const sizes = fc.tuple(fc.integer({ min: MIN_COLUMNS, max: 320 }), fc.integer({ min: MIN_ROWS, max: 120 }));
const named: readonly [number, number][] = [
  [120, 36],
  [80, 24],
  [200, 60],
  [60, 15],
];

describe('layout', () => {
  it('covers every cell of a screen of any size exactly once', () => {
    const check = ([columns, rows]: [number, number]) => {
      const { header, footer, body, panes } = panesAt(columns, rows);
      const all = [header, footer, ...PANES.map((name) => panes[name])];
      expect(new Set(cover(columns, rows, all))).toEqual(new Set([1]));
      expect(new Set(cover(columns, rows, [header, footer, body]))).toEqual(new Set([1]));
    };
    fc.assert(fc.property(sizes, check), { numRuns: 60, examples: named.map((size) => [size]) });
  });

  it('leaves every pane room for its border and at least one row', () => {
    const check = ([columns, rows]: [number, number]) => {
      const { panes } = panesAt(columns, rows);
      for (const name of PANES) {
        expect(panes[name].height, name).toBeGreaterThanOrEqual(3);
        expect(panes[name].width, name).toBeGreaterThanOrEqual(20);
      }
    };
    fc.assert(fc.property(sizes, check), { examples: named.map((size) => [size]) });
  });

  it.each([
    [59, 15],
    [60, 14],
    [0, 0],
  ])('says that %d x %d is too small', (columns, rows) => {
    expect(layout(columns, rows)).toEqual({ kind: 'too-small', columns, rows });
  });

  it('puts the chats on the left of a wide screen, and above the downloads on a narrow one', () => {
    const wide = panesAt(120, 36).panes;
    expect(wide.chats.height).toBe(33);
    expect(wide.downloads.x).toBe(wide.chats.width);
    const narrow = panesAt(80, 24).panes;
    expect(narrow.downloads).toMatchObject({ x: 0, width: 80, y: narrow.chats.y + narrow.chats.height });
  });
});

describe('layout of the library', () => {
  it('tiles its area, whatever the size, with and without details', () => {
    const check = ([columns, rows]: [number, number], hasDetails: boolean) => {
      const area = panesAt(columns, rows).body;
      const { list, details } = libraryLayout(area, hasDetails);
      expect(details !== undefined).toBe(hasDetails);
      const parts = details === undefined ? [list] : [list, details];
      expect(cover(columns, rows, parts)).toEqual(cover(columns, rows, [area]));
      expect(Math.min(...parts.map(({ height }) => height))).toBeGreaterThanOrEqual(4);
    };
    fc.assert(fc.property(sizes, fc.boolean(), check), { numRuns: 60 });
  });
});

describe('left and right', () => {
  const panesOf = (columns: number, rows: number) => {
    const made = layout(columns, rows);
    if (made.kind !== 'panes') throw new Error('too small');
    return made.panes;
  };

  it.each([
    [120, 36, 'chats', 'right', 'downloads'],
    [120, 36, 'downloads', 'left', 'chats'],
    [120, 36, 'memory', 'right', 'activity'],
    [120, 36, 'activity', 'left', 'memory'],
    [120, 36, 'activity', 'right', 'activity'],
    [80, 24, 'chats', 'right', 'memory'],
    [80, 24, 'memory', 'left', 'chats'],
    [80, 24, 'downloads', 'left', 'downloads'],
    [80, 24, 'activity', 'right', 'activity'],
  ] as const)('at %dx%d from %s to the %s is %s', (columns, rows, from, side, to) => {
    expect(neighbour(panesOf(columns, rows), from, side)).toBe(to);
  });
});
