import jpeg from 'jpeg-js';

/** A picture of 24-bit colours, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel: red, green, blue, alpha. */
  readonly data: Uint8Array;
}

/** Larger covers are not decoded: it happens between two keys. */
const MAX_MEGAPIXELS = 2.5;
const MAX_MEGABYTES = 64;

/** Undefined when it is no JPEG, damaged, or too large. */
export function decodeJpeg(data: Uint8Array): Picture | undefined {
  try {
    return jpeg.decode(data, {
      useTArray: true,
      maxResolutionInMP: MAX_MEGAPIXELS,
      maxMemoryUsageInMB: MAX_MEGABYTES,
    });
  } catch {
    return undefined;
  }
}

/** Two pixels above each other, as `#rrggbb`. */
export interface HalfBlocks {
  readonly upper: string;
  readonly lower: string;
}

/** The picture in `columns` by `rows` cells of two pixels each; each pixel is the mean of those it stands for. Pure. */
export function halfBlocks(
  picture: Picture,
  columns: number,
  rows: number,
): readonly (readonly HalfBlocks[])[] {
  const pixel = (x: number, y: number) => meanColour(picture, x, y, columns, rows * 2);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, x) => ({ upper: pixel(x, row * 2), lower: pixel(x, row * 2 + 1) })),
  );
}

function meanColour({ width, height, data }: Picture, x: number, y: number, columns: number, lines: number) {
  const [left, right] = span(x, columns, width);
  const [top, bottom] = span(y, lines, height);
  const sum = [0, 0, 0];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const at = (row * width + column) * 4;
      for (let channel = 0; channel < 3; channel++) sum[channel]! += data[at + channel]!;
    }
  }
  const pixels = (right - left) * (bottom - top);
  return `#${sum
    .map((value) =>
      Math.round(value / pixels)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** The source pixels of target pixel `index` of `targets`: at least one. */
function span(index: number, targets: number, sources: number): readonly [number, number] {
  const start = Math.min(sources - 1, Math.floor((index * sources) / targets));
  return [start, Math.max(start + 1, Math.floor(((index + 1) * sources) / targets))];
}
