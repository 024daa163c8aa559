import { describe, expect, it } from 'vitest';
import { Places } from '../../../src/core/download/queue/places.js';
import { Transfer } from '../../../src/core/download/queue/transfer.js';
import { message } from './fakes/fake_telegram.js';

const MB = 2 ** 20;
let lastId = 0;

function file(size: number, { dcId = 2, isWhole = false } = {}) {
  const transfer = new Transfer(message({ messageId: ++lastId, size, dcId }), '', { outDir: '/' }, '/a.mp3');
  if (isWhole) transfer.bytes = size;
  return transfer;
}

/** Starts copies of `next` until there is no place for one more. @returns how many are under way then */
function fill(places: Places, active: Transfer[], next: () => Transfer): number {
  while (active.length < 1000) {
    const one = next();
    if (places.free(active) <= 0 || !places.look(active)(one)) break;
    active.push(one);
  }
  return active.length;
}

function world({ bound = 4, depth = 32, isTight = false } = {}) {
  const figures = { depth, isTight };
  const places = new Places({ isMemoryTight: () => figures.isTight, depth: () => figures.depth });
  places.bound = bound;
  return { places, figures };
}

describe('Places', () => {
  it.each([
    ['up to a part share a place in eights', MB, 32],
    ['above that have one each', MB + 1, 4],
  ])('files %s', (_, size, expected) => {
    expect(fill(world().places, [], () => file(size))).toBe(expected);
  });

  it('are taken one after the other where there is but one', () => {
    expect(fill(world({ bound: 1 }).places, [], () => file(10_000))).toBe(1);
  });

  it('are for one file each while memory is tight', () => {
    const { places, figures } = world();
    const active: Transfer[] = [];
    fill(places, active, () => file(10_000));
    figures.isTight = true;
    expect(places.free(active)).toBeLessThanOrEqual(0);
    active.length = 3;
    expect(fill(places, active, () => file(10_000))).toBe(4);
  });

  it.each([
    [2, 4],
    [6, 6],
    [100, 32],
  ])('are shared as far as the link takes more requests: depth %d', (depth, expected) => {
    expect(fill(world({ depth }).places, [], () => file(10_000))).toBe(expected);
  });

  it('are shared by files of another data centre when one takes no more', () => {
    const { places } = world({ depth: 6 });
    const active = Array.from({ length: 6 }, () => file(10_000, { dcId: 2 }));
    expect(places.look(active)(file(10_000, { dcId: 2 }))).toBe(false);
    expect(fill(places, active, () => file(10_000, { dcId: 4 }))).toBe(12);
  });

  it('are not shared while half of those that may be under way wait for the disk', () => {
    const { places } = world();
    const finishing = (count: number) => Array.from({ length: count }, () => file(10_000, { isWhole: true }));
    expect(places.look(finishing(16))(file(10_000))).toBe(false);
    expect(fill(places, finishing(15), () => file(10_000))).toBe(32);
  });

  it('let a larger file start as soon as a part of one is free, so that small ones cannot keep it out', () => {
    const { places } = world({ depth: 4 });
    const active = Array.from({ length: 31 }, () => file(10_000));
    expect(places.look(active)(file(10_000))).toBe(false);
    expect(places.look(active)(file(50 * MB))).toBe(true);
    active.push(file(50 * MB));
    expect(places.free(active)).toBeLessThanOrEqual(0);
  });

  it('are crowded by the files of a data centre that take all but one', () => {
    const { places } = world();
    const active = Array.from({ length: 24 }, () => file(MB, { dcId: 4 }));
    expect(places.crowded(active.slice(1))).toEqual([]);
    expect(places.crowded(active)).toEqual([4]);
    expect(places.crowded([...active, file(MB, { dcId: 2 })])).toEqual([4]);
    expect(places.crowded([file(MB + 1), file(MB + 1), file(MB + 1)])).toEqual([2]);
    expect(world({ bound: 1 }).places.crowded(active)).toEqual([]);
  });
});
