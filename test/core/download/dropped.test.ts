import { describe, expect, it } from 'vitest';
import { delay } from '../../../src/core/download/clock.js';
import type { FileLane } from '../../../src/core/download/lane.js';
import { TadError } from '../../../src/core/errors.js';
import { Bench } from './fakes/bench.js';
import { message } from './fakes/fake_telegram.js';
import { ManualClock } from './fakes/manual_clock.js';

const MB = 2 ** 20;
const dropped = () => new TadError('cancelled', 'the connection was closed');

describe('a request that the lane dropped, though nobody here gave it up', () => {
  it('is asked for again after a wait, not at once and for ever', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 2 * MB }));
    const until = clock.now() + 2_000;
    bench.lane.onPart = () => {
      if (bench.lane.requests.length > 1_000) return;
      if (clock.now() < until) throw dropped();
    };
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1, failed: 0 });
    expect(bench.lane.requests.length).toBeLessThan(100);
  });

  it('while the file was opened is asked for again as well', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1 }));
    let opened = 0;
    bench.lane.onOpen = () => {
      if (++opened === 1) throw dropped();
    };
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1, failed: 0 });
    expect(opened).toBe(2);
  });

  it('because the lane is no more ends the try: the next lane goes on', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 2 * MB }));
    const lane: FileLane & { isBroken?: boolean } = bench.lane;
    bench.lane.onPart = async (_, signal) => {
      await delay(clock, 10, signal);
      const { length } = bench.lane.requests;
      if ((length > 4 && !lane.isBroken) || length > 1_000) return;
      lane.isBroken = true;
      throw dropped();
    };
    bench.events.on('transfer.changed', ({ reason }) => {
      if (reason === 'the file lane broke') lane.isBroken = false;
    });
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1, failed: 0 });
    // Not as often as a hot loop would: the clock runs on while the disk works, so time says nothing.
    expect(bench.lane.requests.length).toBeLessThan(20);
  });
});
