import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { decodeJpeg, halfBlocks, type Picture } from '../../src/components/cover.js';

/** A picture whose pixel at (x, y) has the colour that `colour` says. */
function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Picture {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...colour(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, data };
}

const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;

describe('half blocks', () => {
  it('have the upper pixel and the lower pixel of each cell', () => {
    const striped = picture(4, 4, (_, y) => (y % 2 === 0 ? RED : BLUE));
    expect(halfBlocks(striped, 4, 2)).toEqual(
      Array.from({ length: 2 }, () =>
        Array.from({ length: 4 }, () => ({ upper: '#ff0000', lower: '#0000ff' })),
      ),
    );
  });

  it('are the mean of the pixels that they stand for', () => {
    const halves = picture(8, 8, (x) => (x < 4 ? [200, 100, 0] : [100, 0, 50]));
    expect(halfBlocks(halves, 1, 1)).toEqual([[{ upper: '#963219', lower: '#963219' }]]);
    const [left, right] = halfBlocks(halves, 2, 1)[0]!;
    expect([left!.upper, right!.upper]).toEqual(['#c86400', '#640032']);
  });

  it.each([
    [1, 1],
    [3, 5],
    [97, 31],
  ])('show a picture of %d x %d pixels in any number of cells', (width, height) => {
    const lines = halfBlocks(
      picture(width, height, () => RED),
      24,
      12,
    );
    expect(lines).toHaveLength(12);
    for (const line of lines) {
      expect(line).toHaveLength(24);
      for (const cell of line) expect(cell).toEqual({ upper: '#ff0000', lower: '#ff0000' });
    }
  });
});

describe('covers', () => {
  const encode = (source: Picture) => jpeg.encode({ ...source, data: Buffer.from(source.data) }, 90).data;

  it('are decoded from JPEG', () => {
    const decoded = decodeJpeg(encode(picture(16, 16, () => RED)));
    expect(decoded).toMatchObject({ width: 16, height: 16 });
    expect(halfBlocks(decoded!, 1, 1)[0]![0]!.upper).toMatch(/^#f[a-f0-9]0[0-9]0[0-9]$/);
  });

  it('that are no JPEG, damaged, or too large are not shown', () => {
    const whole = encode(picture(64, 64, (x, y) => [x * 4, y * 4, 0]));
    expect(decodeJpeg(new Uint8Array())).toBeUndefined();
    expect(decodeJpeg(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toBeUndefined();
    expect(decodeJpeg(whole.subarray(0, 100))).toBeUndefined();
    const large = Buffer.from(whole);
    const size = large.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    large.writeUInt16BE(20_000, size);
    large.writeUInt16BE(20_000, size + 2);
    expect(decodeJpeg(large)).toBeUndefined();
  });
});
