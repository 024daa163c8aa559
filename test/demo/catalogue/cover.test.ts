import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { coverArt } from '../../../src/demo/catalogue/cover.js';

describe('coverArt', () => {
  it('is a real JPEG of the size that was said before it was drawn', () => {
    for (let seed = 0; seed < 10; seed++) {
      const art = coverArt(seed * 48_271);
      const bytes = art.bytes();
      expect(bytes.length).toBe(art.size);
      expect(jpeg.decode(bytes)).toMatchObject({ width: art.width, height: art.height });
    }
  });

  it('is always the same for a number, and another for another', () => {
    const again = Buffer.from(coverArt(1).bytes());
    for (let seed = 100; seed < 170; seed++) coverArt(seed).bytes(); // more than are kept
    expect(Buffer.compare(coverArt(1).bytes(), again)).toBe(0);
    expect(Buffer.compare(coverArt(2).bytes().subarray(0, again.length), again)).not.toBe(0);
  });
});
