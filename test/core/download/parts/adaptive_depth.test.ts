import { describe, expect, it } from 'vitest';
import { AdaptiveDepth } from '../../../../src/core/download/parts/adaptive_depth.js';

const PART = 2 ** 20;

/** A link of `bytesPerMs` and `latencyMs`, with a queue in front of it; returns depth after many answers. */
function settle(depth: AdaptiveDepth, bytesPerMs: number, latencyMs: number, answers = 600): number {
  const transferMs = PART / bytesPerMs;
  let linkFreeAt = 0;
  const underWay: { sentAt: number; doneAt: number; count: number }[] = [];
  let now = 0;
  for (let i = 0; i < answers; i++) {
    while (underWay.length < depth.current) {
      linkFreeAt = Math.max(linkFreeAt, now + latencyMs) + transferMs;
      underWay.push({ sentAt: now, doneAt: linkFreeAt, count: underWay.length + 1 });
    }
    underWay.sort((a, b) => a.doneAt - b.doneAt);
    const next = underWay.shift()!;
    now = next.doneAt;
    depth.answered(PART, now - next.sentAt, next.count, underWay.length + 1);
  }
  return depth.current;
}

describe('AdaptiveDepth', () => {
  it('keeps a long fat link full: at least its bandwidth times its latency', () => {
    // 100 MB/s at 50 ms holds five parts of 1 MB; fifteen more wait for a seventh of a second.
    const reached = settle(new AdaptiveDepth({ max: 32 }), 100_000, 50);
    expect(reached).toBeGreaterThanOrEqual(6);
    expect(reached).toBeLessThanOrEqual(20);
  });

  it('grows with each answer at first, not only when a round is over', () => {
    const depth = new AdaptiveDepth({ max: 32, initial: 4 });
    depth.answered(PART, 50, 4, 4);
    expect(depth.current).toBe(5);
    expect(settle(depth, 100_000, 50, 8)).toBeGreaterThanOrEqual(8);
  });

  it('does not pile requests up where they only wait', () => {
    for (const answers of [100, 600, 3_000]) {
      expect(settle(new AdaptiveDepth({ max: 32 }), 5_000, 1, answers)).toBeLessThanOrEqual(7);
    }
  });

  it('never leaves its bounds', () => {
    expect(settle(new AdaptiveDepth({ min: 2, max: 4 }), 1_000_000, 500)).toBe(4);
    expect(settle(new AdaptiveDepth({ min: 2, max: 32, initial: 8 }), 10, 0)).toBeGreaterThanOrEqual(2);
  });

  it('stays where it is while the link is not kept busy', () => {
    const depth = new AdaptiveDepth({ initial: 4, max: 32 });
    for (let i = 0; i < 100; i++) depth.answered(PART, 50, 1, 1);
    expect(depth.current).toBe(4);
  });

  it('halves when a connection breaks, down to four, and grows again', () => {
    const depth = new AdaptiveDepth({ max: 32 });
    settle(depth, 100_000, 50);
    const before = depth.current;
    depth.lost();
    expect(depth.current).toBe(Math.floor(before / 2));
    for (let i = 0; i < 5; i++) depth.lost();
    expect(depth.current).toBe(4);
    expect(settle(depth, 100_000, 50)).toBeGreaterThanOrEqual(before - 2);
  });

  it('halves from what it was before, where it had dropped for a look at the unloaded latency', () => {
    const depth = new AdaptiveDepth({ max: 32, initial: 32 });
    for (let i = 0; depth.current !== 2; i++) {
      if (i > 2_000) throw new Error('it never looks');
      depth.answered(PART, 50, 32, 32);
    }
    depth.lost();
    expect(depth.current).toBe(16);
  });

  it('that is lower already stays so', () => {
    const depth = new AdaptiveDepth({ min: 2, max: 4, initial: 2 });
    depth.lost();
    expect(depth.current).toBe(2);
  });
});
