import { expect, it } from 'vitest';
import { DataCentre } from '../../../../src/core/download/parts/data_centre.js';
import { FloodGate } from '../../../../src/core/download/policies/flood_gate.js';
import { LearnedPace } from '../../../../src/core/download/policies/learned_pace.js';
import { type ErrorCode, FloodWaitError, TadError } from '../../../../src/core/errors.js';
import { ManualClock } from '../fakes/manual_clock.js';

function fresh({ maxDepth = 8 } = {}) {
  const clock = new ManualClock();
  const dataCentre = new DataCentre(4, {
    clock,
    random: () => 0.5,
    name: 'data centre 4',
    maxDepth,
    flood: new FloodGate(clock, () => {}),
    pace: new LearnedPace(clock),
  });
  return { clock, dataCentre };
}

async function lost(): Promise<{ clock: ManualClock; dataCentre: DataCentre }> {
  const { clock, dataCentre } = fresh();
  for (let i = 0; i < 6; i++) {
    await clock.advance(20_000);
    dataCentre.failed(new TadError('unreachable', 'ECONNREFUSED'), clock.now() - 1);
  }
  expect(dataCentre.breaker.brokenForMs).toBeGreaterThan(0);
  return { clock, dataCentre };
}

const LOCAL: ErrorCode[] = ['internal', 'usage', 'cancelled', 'disk-full', 'not-writable', 'session-locked'];
const ANSWERS: ErrorCode[] = ['server', 'rejected', 'login-required', 'reference-expired', 'corrupt'];

it.each(LOCAL)('%s tells nothing of whether it can be reached', async (code) => {
  const { clock, dataCentre } = await lost();
  dataCentre.failed(new TadError(code, 'of our own making'), clock.now());
  expect(dataCentre.breaker.brokenForMs).toBeGreaterThan(0);
});

it.each(ANSWERS)('%s is an answer', async (code) => {
  const { clock, dataCentre } = await lost();
  dataCentre.failed(new TadError(code, 'said by the server'), clock.now());
  expect(dataCentre.breaker.brokenForMs).toBe(0);
});

it('is closed by a flood wait before anybody is told that something changed', () => {
  const { dataCentre } = fresh();
  const wasClosed: boolean[] = [];
  using _ = dataCentre.onChange(() => wasClosed.push(dataCentre.closed() !== undefined));
  dataCentre.flooded(new FloodWaitError(9, 'upload.getFile'));
  expect(wasClosed.length).toBeGreaterThan(0);
  expect(wasClosed).not.toContain(false);
});

it('requests that went with one connection halve its depth once', async () => {
  const { clock, dataCentre } = fresh({ maxDepth: 32 });
  const asked = { bytes: 2 ** 20, ms: 50, received: 0 };
  while (dataCentre.depth.current < 32) dataCentre.depth.answered(asked.bytes, asked.ms, 32, 32);
  const sentAt = clock.now();
  await clock.advance(50);
  for (let i = 0; i < 3; i++) dataCentre.failed(new TadError('unreachable', 'reset'), sentAt, asked);
  expect(dataCentre.depth.current).toBe(16);
  await clock.advance(50);
  dataCentre.failed(new TadError('unreachable', 'reset'), clock.now() - 1, asked);
  expect(dataCentre.depth.current).toBe(8);
  // The connection on which it came is as good as before.
  dataCentre.failed(new TadError('corrupt', 'short'), clock.now(), asked);
  expect(dataCentre.depth.current).toBe(8);
});

it('what was no part says nothing about depth, size of parts, or how long they take', () => {
  const { clock, dataCentre } = fresh();
  const before = dataCentre.deadline.currentMs;
  for (const code of ['unreachable', 'timeout'] as const) {
    dataCentre.failed(new TadError(code, ''), clock.now());
  }
  expect([dataCentre.depth.current, dataCentre.deadline.currentMs]).toEqual([8, before]);
});

it('is in trouble for half a minute after a failure, and while it takes long to let us in', async () => {
  const { clock, dataCentre } = fresh();
  expect(dataCentre.isTroubled).toBe(false);
  dataCentre.failed(new TadError('unreachable', 'reset'), clock.now());
  expect(dataCentre.isTroubled).toBe(true);
  await clock.advance(30_000);
  expect(dataCentre.isTroubled).toBe(false);
  dataCentre.admission.await(new Promise(() => {}));
  expect(dataCentre.isTroubled).toBe(false);
  await clock.advance(4_000);
  expect(dataCentre.isTroubled).toBe(true);
});
