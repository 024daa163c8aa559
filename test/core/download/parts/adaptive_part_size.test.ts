import { describe, expect, it } from 'vitest';
import { AdaptivePartSize } from '../../../../src/core/download/parts/adaptive_part_size.js';

const KB = 1024;
const MB = 1024 * KB;
const asked = (bytes: number, ms: number, received?: number) => ({ bytes, ms, received });

describe('the part size of a data centre', () => {
  it('is halved once by a burst of late answers, and does not fall below 32 KB', () => {
    const size = new AdaptivePartSize();
    for (let i = 0; i < 8; i++) size.answered(asked(MB, 20_000, 1.2 * MB));
    expect(size.currentBytes).toBe(512 * KB);
    for (let i = 0; i < 20; i++) size.timedOut(asked(size.currentBytes, 15_000, 20 * KB));
    expect(size.currentBytes).toBe(32 * KB);
  });

  it('grows again when parts come quickly, and stays where they come neither slowly nor quickly', () => {
    const size = new AdaptivePartSize();
    size.timedOut(asked(MB, 15_000, 500 * KB));
    size.timedOut(asked(512 * KB, 15_000, 500 * KB));
    size.answered(asked(256 * KB, 2_000, 256 * KB));
    size.answered(asked(4 * KB, 10, 4 * KB)); // the end of a file
    expect(size.currentBytes).toBe(256 * KB);
    for (let i = 0; i < 5; i++) size.answered(asked(size.currentBytes, 100, size.currentBytes));
    expect(size.currentBytes).toBe(MB);
  });

  it('is not about answers that were lost, or waited, where much came otherwise', () => {
    const size = new AdaptivePartSize();
    size.timedOut(asked(MB, 15_000, 60 * MB));
    size.answered(asked(MB, 12_000, 16 * MB));
    expect(size.currentBytes).toBe(MB);
  });

  it('is not about a link on which nothing came at all', () => {
    const size = new AdaptivePartSize();
    size.timedOut(asked(MB, 15_000, 200));
    expect(size.currentBytes).toBe(MB);
  });

  it('goes by the time of the answer where nobody counts what the link brings', () => {
    const size = new AdaptivePartSize();
    size.answered(asked(MB, 5_000));
    size.timedOut(asked(512 * KB, 15_000));
    expect(size.currentBytes).toBe(256 * KB);
    size.answered(asked(256 * KB, 500));
    expect(size.currentBytes).toBe(512 * KB);
  });
});
