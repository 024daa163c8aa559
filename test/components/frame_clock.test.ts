import { describe, expect, it } from 'vitest';
import { FrameClock } from '../../src/components/frame_clock.js';
import { ManualTimer } from './manual_timer.js';

/** A clock, and pictures that take some time to draw; what React and Ink do comes in a microtask, hence `drawn`. */
function clock() {
  const timer = new ManualTimer();
  const frames = new FrameClock(timer);
  const called: string[] = [];
  const picture = (name: string, ms = 0) => {
    return () => {
      called.push(name);
      timer.pass(ms);
    };
  };
  return { timer, frames, called, picture, drawn: () => Promise.resolve() };
}

describe('the frame clock', () => {
  it('draws at once after a rest, and then all who wait in one frame, each once', async () => {
    const { timer, frames, called, picture, drawn } = clock();
    const [a, b] = [picture('a'), picture('b')];
    frames.next(a);
    expect(called).toEqual(['a']);
    await drawn();
    for (let i = 0; i < 3; i++) {
      frames.next(a);
      frames.next(b);
      timer.pass(83);
    }
    expect(called).toEqual(['a']);
    timer.pass(1);
    expect(called).toEqual(['a', 'a', 'b']);
    await drawn();
    timer.pass(250);
    frames.next(b);
    expect(called).toEqual(['a', 'a', 'b', 'b']);
  });

  it('takes what the same event changes into the frame that is being drawn', async () => {
    const { timer, frames, called, picture, drawn } = clock();
    const [a, b] = [picture('a'), picture('b')];
    frames.next(a);
    frames.next(b);
    frames.next(b);
    expect(called).toEqual(['a', 'b']);
    await drawn();
    timer.pass(250);
    expect(called).toEqual(['a', 'b', 'b']);
  });

  it('draws at once what is urgent, and whoever waits with it', async () => {
    const { timer, frames, called, picture, drawn } = clock();
    const [a, b] = [picture('a'), picture('b')];
    frames.next(a);
    await drawn();
    frames.next(a);
    frames.next(b, true);
    expect(called).toEqual(['a', 'a', 'b']);
    await drawn();
    timer.pass(1000);
    expect(called).toEqual(['a', 'a', 'b']);
  });

  it('draws at once what a key asks for after a rest of its own, and together what keys ask for fast', async () => {
    const { timer, frames, called, picture, drawn } = clock();
    const [bars, search] = [picture('bars'), picture('search')];
    frames.next(bars);
    await drawn();
    timer.pass(100);
    for (let key = 0; key < 3; key++) {
      frames.soon(search);
      await drawn();
    }
    expect(called).toEqual(['bars', 'search']);
    timer.pass(250);
    expect(called).toEqual(['bars', 'search', 'search']);
  });

  it('has no timer while nobody waits, and calls nobody who gave up', async () => {
    const { timer, frames, called, picture, drawn } = clock();
    const a = picture('a');
    expect(timer.waiting).toBe(0);
    frames.next(a);
    await drawn();
    expect(timer.waiting).toBe(0);
    frames.next(a);
    expect(timer.waiting).toBe(1);
    frames.forget(a);
    expect(timer.waiting).toBe(0);
    timer.pass(1000);
    expect(called).toEqual(['a']);
  });

  it.each([
    [5, 250 - 5],
    [40, 400],
    [900, 1000],
  ])('waits after a frame of %d ms for %d ms: drawing has a tenth of the time', async (cost, wait) => {
    const { timer, frames, called, picture, drawn } = clock();
    const a = picture('a', cost);
    frames.next(a);
    await drawn();
    frames.next(a);
    timer.pass(wait - 1);
    expect(called).toEqual(['a']);
    timer.pass(1);
    expect(called).toEqual(['a', 'a']);
  });
});
