import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { arrangeDetails, type Detail, wholeHeight } from '../../../src/components/widgets/detail_lines.js';

const PATH = '/home/ada/music/Night Ferry Radio/Mårten Sjöholm - Café Waltz Again.mp3';
const DETAILS: readonly Detail[] = [
  { label: 'title', value: 'Café Waltz Again and Again and Again' },
  { label: 'year', value: '1981' },
  { label: 'size', value: '4.3 MB' },
  { label: 'file', value: PATH, isPath: true },
];

describe('details', () => {
  it('never take more room than there is', () => {
    const detail = fc.record({
      label: fc.string({ maxLength: 9 }),
      value: fc.string({ unit: 'grapheme', maxLength: 120 }),
      isPath: fc.boolean(),
    });
    const check = (details: readonly Detail[], cells: number, rows: number) => {
      const columns = arrangeDetails(details, cells, rows);
      for (const lines of columns) expect(lines.length).toBeLessThanOrEqual(rows);
      const width = Math.floor((cells - (columns.length - 1) * 2) / columns.length);
      for (const { value } of columns.flat()) expect(stringWidth(value)).toBe(width - 10);
    };
    fc.assert(
      fc.property(
        fc.array(detail, { maxLength: 20 }),
        fc.integer({ min: 20, max: 100 }),
        fc.integer({ min: 1, max: 30 }),
        check,
      ),
    );
  });

  it('are shown whole where there is room', () => {
    const height = wholeHeight(DETAILS, 40);
    const [lines] = arrangeDetails(DETAILS, 40, height);
    expect(lines).toHaveLength(height);
    expect(
      lines!
        .map(({ value }) => value)
        .join('')
        .replaceAll(/ +/g, ''),
    ).toContain(PATH.replaceAll(' ', ''));
  });

  it('give the lines that are left to the path first, and cut the rest', () => {
    const [lines] = arrangeDetails(DETAILS, 40, 6);
    const text = lines!.map(({ label, value }) => `${label}:${value}`).join('|');
    expect(text).toMatch(/^title:Café Waltz Again and Again an…\|year/);
    expect(text).toMatch(/file:\/home\/ada/);
    const [cut] = arrangeDetails(DETAILS, 40, 4);
    expect(cut?.at(-1)?.value).toMatch(/^….*Café Waltz Again\.mp3$/);
  });

  it('go into two columns where one is too long', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ label: `${i}`, value: `${i}` }));
    expect(arrangeDetails(many, 60, 8).map((lines) => lines.length)).toEqual([6, 6]);
    expect(arrangeDetails(many, 50, 8).map((lines) => lines.length)).toEqual([8]);
  });
});
