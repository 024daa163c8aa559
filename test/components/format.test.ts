import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  clockTime,
  count,
  countdown,
  day,
  duration,
  percent,
  rate,
  trackLength,
} from '../../src/components/format.js';

const amounts = fc.double({ min: 0, max: 2 ** 49, noNaN: true });

describe('numbers as people read them', () => {
  it.each([
    [0, '0 B'],
    [982, '982 B'],
    [1000, '1.0 KB'],
    [4.2 * 2 ** 20, '4.2 MB'],
    [9.96 * 2 ** 20, '10 MB'],
    [640 * 2 ** 20, '640 MB'],
    [999.6 * 2 ** 20, '1.0 GB'],
    [-5, '0 B'],
  ])('%d bytes are %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it('bytes never take more than 7 cells, rates 9', () => {
    fc.assert(
      fc.property(amounts, (value) => {
        expect(bytes(value).length).toBeLessThanOrEqual(7);
        expect(rate(value).length).toBeLessThanOrEqual(9);
      }),
    );
  });

  it('a rate of nothing is a dash', () => {
    expect([rate(0), rate(0.4), rate(2048)]).toEqual(['–', '–', '2.0 KB/s']);
  });

  it.each([
    [undefined, '–'],
    [Number.POSITIVE_INFINITY, '–'],
    [-1, '–'],
    [0, '0s'],
    [59.4, '59s'],
    [59.6, '1m 00s'],
    [130, '2m 10s'],
    [3600, '1h 00m'],
    [11_100, '3h 05m'],
    [187_200, '2d 4h'],
  ])('%s seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it.each([
    [2.9, '2s'],
    [2.1, '2s'],
    [0.3, '1s'],
    [600.4, '10m 00s'],
  ])('%d s left of a wait are %s', (seconds, text) => {
    expect(countdown(seconds)).toBe(text);
  });

  it('a duration of less than three years takes at most 7 cells', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 86_400 * 999, noNaN: true }), (seconds) => {
        expect(duration(seconds).length).toBeLessThanOrEqual(7);
      }),
    );
  });

  it.each([
    [undefined, ''],
    [0, '0:00'],
    [187, '3:07'],
    [3599.7, '1:00:00'],
    [3765, '1:02:45'],
  ])('a track of %s seconds is %s long', (seconds, text) => {
    expect(trackLength(seconds)).toBe(text);
  });

  it('says 100% only when it is all', () => {
    expect([percent(0, 10), percent(9.999, 10), percent(10, 10), percent(1, 0)]).toEqual([
      '0%',
      '99%',
      '100%',
      '–',
    ]);
  });

  it('sets thousands apart', () => {
    expect([0, 999, 1000, 12_480, 1_234_567].map(count)).toEqual([
      '0',
      '999',
      '1 000',
      '12 480',
      '1 234 567',
    ]);
  });

  it('gives local times of a fixed width', () => {
    const date = new Date(2026, 0, 2, 3, 4, 5);
    expect(clockTime(date.getTime())).toBe('03:04:05');
    expect(day(date.getTime() / 1000)).toBe('2026-01-02');
  });
});
