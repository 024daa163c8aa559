import { expect, it } from 'vitest';
import { DataCentre } from '../../../../src/core/download/parts/data_centre.js';
import type { Part } from '../../../../src/core/download/parts/part_plan.js';
import { PartScheduler, type PartSource } from '../../../../src/core/download/parts/part_scheduler.js';
import { FloodGate } from '../../../../src/core/download/policies/flood_gate.js';
import { ManualGate } from '../../../../src/core/download/policies/gate.js';
import { LearnedPace } from '../../../../src/core/download/policies/learned_pace.js';
import { RateLimit } from '../../../../src/core/download/policies/rate_limit.js';
import { ManualClock } from '../fakes/manual_clock.js';

it('a gate that opens while its source is told to wait is not missed', async () => {
  const clock = new ManualClock();
  using scheduler = new PartScheduler({
    clock,
    gates: [],
    rateLimit: new RateLimit(clock),
    maxBytesUnderWay: 2 ** 20,
  });
  const dataCentre = new DataCentre(2, {
    clock,
    random: () => 0.5,
    name: 'data centre 2',
    maxDepth: 8,
    flood: new FloodGate(clock, () => {}),
    pace: new LearnedPace(clock),
  });
  const gate = new ManualGate(clock);
  gate.close('paused');
  const fetched: Part[] = [];
  const source: PartSource = {
    dataCentre,
    gate,
    preferredPartBytes: 4096,
    get hasParts() {
      return fetched.length === 0;
    },
    admit: () => true,
    take: () => ({ offset: 0, length: 4096 }),
    fetch: async (part) => void fetched.push(part),
    // As a person does who sees the wait on the screen.
    waiting: (closed) => closed && gate.open(),
  };
  scheduler.add(source);
  await clock.advance(60_000);
  expect(fetched).toHaveLength(1);
});

it('what may not be asked for yet takes nothing of the rate, and lets another data centre go first', async () => {
  const clock = new ManualClock();
  const rateLimit = new RateLimit(clock, 4096);
  using scheduler = new PartScheduler({ clock, gates: [], rateLimit, maxBytesUnderWay: 2 ** 20 });
  const dataCentre = (id: number) =>
    new DataCentre(id, {
      clock,
      random: () => 0.5,
      name: `data centre ${id}`,
      maxDepth: 8,
      flood: new FloodGate(clock, () => {}),
      pace: new LearnedPace(clock),
    });
  const fetched: number[] = [];
  const source = (id: number, isAdmitted: boolean): PartSource => {
    const there = dataCentre(id);
    return {
      dataCentre: there,
      gate: new ManualGate(clock),
      preferredPartBytes: 4096,
      hasParts: true,
      admit: () => {
        if (!isAdmitted) there.admission.await(new Promise(() => {}));
        return isAdmitted;
      },
      take: () => ({ offset: 0, length: 4096 }),
      fetch: async () => void fetched.push(id),
      waiting: () => {},
    };
  };
  scheduler.add(source(4, false));
  scheduler.add(source(2, true));
  await clock.advance(10_500);
  expect(fetched.length).toBeGreaterThanOrEqual(10);
  expect(new Set(fetched)).toEqual(new Set([2]));
});
