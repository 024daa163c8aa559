import { expect, it } from 'vitest';
import { DecryptBatch } from '../../../../src/core/download/native/decrypt_batch.js';
import type { IgeDecryptor } from '../../../../src/core/ige/index.js';
import { ManualClock } from '../fakes/manual_clock.js';

const LARGE = 1 << 20;

function world(expected: number) {
  const clock = new ManualClock();
  const groups: number[] = [];
  const decryptor: IgeDecryptor = {
    name: 'simd',
    memory: new Uint8Array(0),
    dataStart: 0,
    bestBatch: 4,
    decrypt: (messages) => void groups.push(messages.length),
  };
  const opened: number[] = [];
  const turns: (() => void)[] = [];
  const afterReading = (work: () => void) => void turns.push(work);
  const batch = new DecryptBatch({
    decryptor,
    clock,
    afterReading,
    expected: () => expected - opened.length,
  });
  let next = 0;
  const add = (length: number) => {
    const id = next++;
    const bytes = new Uint8Array(32);
    batch.add({ pointer: 0, length, key: bytes, iv: bytes, opened: () => opened.push(id) });
  };
  /** One turn of the event loop. */
  const turn = () => {
    for (const work of turns.splice(0)) work();
  };
  return { clock, groups, opened, add, turn, batch };
}

it('large messages are decrypted four at a time, in order, however many come at once', () => {
  const { groups, opened, add, turn } = world(16);
  for (let i = 0; i < 9; i++) add(LARGE);
  expect(groups).toEqual([]);
  turn();
  expect(groups).toEqual([4]);
  turn();
  expect(groups).toEqual([4, 4]);
  expect(opened).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('a large message waits for three more', async () => {
  const { clock, groups, add, turn } = world(16);
  for (let i = 0; i < 4; i++) {
    expect(groups).toEqual([]);
    await clock.advance(40);
    add(LARGE);
    turn();
  }
  expect(groups).toEqual([4]);
  await clock.advance(1000);
  expect(groups).toEqual([4]);
});

it('a small message is not kept waiting, and takes those along that are', () => {
  const { groups, add, turn } = world(16);
  add(LARGE);
  turn();
  expect(groups).toEqual([]);
  add(4096);
  turn();
  add(4096);
  add(4096);
  turn();
  expect(groups).toEqual([2, 2]);
});

it('what is not joined in time goes alone', async () => {
  const { clock, groups, add, turn } = world(16);
  add(LARGE);
  turn();
  await clock.advance(159);
  expect(groups).toEqual([]);
  await clock.advance(1);
  expect(groups).toEqual([1]);
});

it('nobody waits for the last answers, so that new requests go out before the link is idle', () => {
  const { groups, add, turn } = world(3);
  add(LARGE);
  turn();
  expect(groups).toEqual([]);
  add(LARGE);
  turn();
  expect(groups).toEqual([2]);
});

it('all can be had at once, when their memory is needed', () => {
  const { groups, add, turn, batch } = world(16);
  for (let i = 0; i < 6; i++) add(LARGE);
  batch.flush();
  turn();
  expect(groups).toEqual([4, 2]);
});
