import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrored, PagedRows, type RowPage } from '../../../src/components/stores/paged_rows.js';

function numbers(count: number) {
  const reads: RowPage[] = [];
  const read = (page: RowPage) => {
    reads.push(page);
    const end = Math.min(count, page.offset + page.limit);
    return Array.from({ length: Math.max(0, end - page.offset) }, (_, i) => page.offset + i);
  };
  return { read, reads };
}

describe('rows read page by page', () => {
  it('are those that an array would give', () => {
    const slices = fc.array(fc.tuple(fc.nat(5000), fc.nat(300)), { maxLength: 20 });
    fc.assert(
      fc.property(fc.nat(4000), slices, fc.boolean(), (count, asked, isMirrored) => {
        const { read } = numbers(count);
        const all = read({ offset: 0, limit: count });
        const expected = isMirrored ? all.toReversed() : all;
        const rows = new PagedRows(isMirrored ? mirrored(read, count) : read);
        for (const [start, length] of asked) {
          expect(rows.slice(start, start + length)).toEqual(expected.slice(start, start + length));
        }
      }),
    );
  });

  it('are read once while one scrolls through a page, and only around what is looked at', () => {
    const { read, reads } = numbers(100_000);
    const rows = new PagedRows(read);
    for (let top = 50_000; top < 50_060; top++) rows.slice(top, top + 35);
    expect(reads.length).toBeLessThanOrEqual(2);
    expect(reads.reduce((sum, { limit }) => sum + limit, 0)).toBeLessThanOrEqual(256);
  });

  it('hold eight pages at most', () => {
    const { read, reads } = numbers(100_000);
    const rows = new PagedRows(read);
    for (let page = 0; page < 9; page++) rows.slice(page * 128, page * 128 + 10);
    rows.slice(8 * 128, 8 * 128 + 10);
    expect(reads).toHaveLength(9);
    rows.slice(0, 10);
    expect(reads).toHaveLength(10);
  });
});
