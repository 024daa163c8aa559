import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FrameTimer } from '../../src/components/frame_timer.js';

describe('the frame timer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls all who wait about as long at the same moment', () => {
    const timer = new FrameTimer();
    const called: string[] = [];
    timer.after(220, () => called.push('a'));
    vi.advanceTimersByTime(100);
    timer.after(300, () => called.push('b'));
    timer.after(500, () => called.push('c'));
    vi.advanceTimersByTime(149);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual(['a', 'b']);
    vi.advanceTimersByTime(250);
    expect(called).toEqual(['a', 'b', 'c']);
  });

  it('has no timer while nobody waits, and calls nobody who gave up', () => {
    const timer = new FrameTimer();
    expect(vi.getTimerCount()).toBe(0);
    const callback = vi.fn();
    timer.after(200, callback)();
    vi.advanceTimersByTime(1000);
    expect(callback).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts anew for who waits again when called', () => {
    const timer = new FrameTimer();
    let times = 0;
    const again = () => {
      if (++times < 3) timer.after(200, again);
    };
    timer.after(200, again);
    vi.advanceTimersByTime(749);
    expect(times).toBe(2);
    vi.advanceTimersByTime(1);
    expect(times).toBe(3);
  });
});
