import { constants } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { CollectionCounter } from '../../../src/core/memory/collection_counter.js';

it('a major collection is one, though its marking and its weak callbacks are told apart', () => {
  const counter = new CollectionCounter();
  const { NODE_PERFORMANCE_GC_MINOR: minor, NODE_PERFORMANCE_GC_MAJOR: major } = constants;
  for (const duration of [1, 2, 3]) counter.add(minor, duration);
  counter.add(constants.NODE_PERFORMANCE_GC_INCREMENTAL, 5);
  counter.add(constants.NODE_PERFORMANCE_GC_WEAKCB, 0.5);
  counter.add(major, 40);
  expect(counter.figures()).toEqual({ minor: 3, major: 1, totalMs: 51.5, longestMs: 40 });
});
