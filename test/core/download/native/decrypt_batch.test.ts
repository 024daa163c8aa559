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
  const batch = new DecryptBatch(decryptor, clock, () => expected);
  let next = 0;
  const add = (length: number) => {
    const id = next++;
    const bytes = new Uint8Array(32);
    batch.add({ pointer: 0, length, key: bytes, iv: bytes, opened: () => opened.push(id) });
  };
  return { clock, groups, opened, add };
}

it('large messages that come close together are decrypted four at a time, in order', async () => {
  const { clock, groups, opened, add } = world(16);
  for (let i = 0; i < 8; i++) {
    add(LARGE);
    await clock.advance(5);
  }
  expect(groups).toEqual([4, 4]);
  expect(opened).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('a small message is never kept waiting, and takes those along that are', async () => {
  const { clock, groups, add } = world(16);
  add(LARGE);
  await clock.advance(1);
  add(4096);
  add(4096);
  expect(groups).toEqual([2, 1]);
});

it('what is not joined in time goes alone', async () => {
  const { clock, groups, add } = world(16);
  add(LARGE);
  await clock.advance(49);
  expect(groups).toEqual([]);
  await clock.advance(1);
  expect(groups).toEqual([1]);
});

it('nobody waits for messages that are not under way', () => {
  const { groups, add } = world(2);
  add(LARGE);
  add(LARGE);
  expect(groups).toEqual([2]);
});

it('on a slow link nothing waits: there is time enough to decrypt one by one', async () => {
  const { clock, groups, add } = world(16);
  for (let i = 0; i < 6; i++) {
    await clock.advance(200);
    add(LARGE);
  }
  expect(groups).toEqual([1, 1, 1, 1, 1, 1]);
});
