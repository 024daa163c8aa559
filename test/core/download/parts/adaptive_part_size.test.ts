import { describe, expect, it } from 'vitest';
import { AdaptivePartSize } from '../../../../src/core/download/parts/adaptive_part_size.js';

const KB = 1024;

describe('the part size of a data centre', () => {
  it('is halved once by a burst of late answers, and does not fall below 32 KB', () => {
    const size = new AdaptivePartSize();
    for (let i = 0; i < 8; i++) size.answered(1024 * KB, 20_000);
    expect(size.currentBytes).toBe(512 * KB);
    for (let i = 0; i < 20; i++) size.timedOut(size.currentBytes);
    expect(size.currentBytes).toBe(32 * KB);
  });

  it('grows again when parts come quickly, and stays where they come neither slowly nor quickly', () => {
    const size = new AdaptivePartSize();
    size.timedOut(1024 * KB);
    size.timedOut(512 * KB);
    size.answered(256 * KB, 2_000);
    size.answered(4 * KB, 10); // the end of a file
    expect(size.currentBytes).toBe(256 * KB);
    for (let i = 0; i < 5; i++) size.answered(size.currentBytes, 100);
    expect(size.currentBytes).toBe(1024 * KB);
  });
});
