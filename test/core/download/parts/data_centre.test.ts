import { expect, it } from 'vitest';
import { DataCentre } from '../../../../src/core/download/parts/data_centre.js';
import { FloodGate } from '../../../../src/core/download/policies/flood_gate.js';
import { LearnedPace } from '../../../../src/core/download/policies/learned_pace.js';
import { type ErrorCode, FloodWaitError, TadError } from '../../../../src/core/errors.js';
import { ManualClock } from '../fakes/manual_clock.js';

function fresh() {
  const clock = new ManualClock();
  const dataCentre = new DataCentre(4, {
    clock,
    random: () => 0.5,
    name: 'data centre 4',
    maxDepth: 8,
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

it('requests that broke with one connection halve its depth once, whatever became of each', async () => {
  const { clock, dataCentre } = fresh();
  const sentAt = clock.now();
  await clock.advance(50);
  const asked = { bytes: 2 ** 20, ms: 50, received: 0 };
  for (const code of ['unreachable', 'corrupt', 'unreachable'] as const) {
    dataCentre.failed(new TadError(code, 'with the connection'), sentAt, asked);
  }
  expect(dataCentre.depth.current).toBe(4);
});

it('what was no part says nothing about depth, size of parts, or how long they take', () => {
  const { clock, dataCentre } = fresh();
  const before = dataCentre.deadline.currentMs;
  for (const code of ['unreachable', 'timeout'] as const)
    dataCentre.failed(new TadError(code, ''), clock.now());
  expect([dataCentre.depth.current, dataCentre.deadline.currentMs]).toEqual([8, before]);
});
