import { expect, it } from 'vitest';
import { FloodWaitError } from '../../../src/core/errors.js';
import { FloodPolicy } from '../../../src/core/telegram/flood_policy.js';
import { NEVER, recordEvents } from './support.js';

function policy(maxSeconds: number) {
  const { events, seen } = recordEvents();
  const slept: number[] = [];
  const sleep = async (ms: number) => void slept.push(ms);
  return { seen, slept, policy: new FloodPolicy({ events, maxSeconds, sleep, now: () => 1_000_000 }) };
}

it('waits as long as asked, and says until when', async () => {
  const { policy: floods, slept, seen } = policy(60);
  await floods.wait(new FloodWaitError(42, 'messages.search'), 0, NEVER);
  expect(slept).toEqual([42_000]);
  expect(seen).toEqual([
    { name: 'flood.wait', payload: { seconds: 42, method: 'messages.search', until: 1042 } },
  ]);
});

it('reports what is too long, or comes too often', async () => {
  const { policy: floods, slept } = policy(60);
  const long = new FloodWaitError(61, 'messages.search');
  await expect(floods.wait(long, 0, NEVER)).rejects.toBe(long);
  const short = new FloodWaitError(1, 'messages.search');
  await expect(floods.wait(short, 5, NEVER)).rejects.toBe(short);
  expect(slept).toEqual([]);
});

it('stops waiting when told to', async () => {
  const floods = new FloodPolicy({ events: recordEvents().events });
  const abort = new AbortController();
  const waiting = floods.wait(new FloodWaitError(60, 'x'), 0, abort.signal);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});
