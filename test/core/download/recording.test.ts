import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { delay } from '../../../src/core/download/clock.js';
import { TadError } from '../../../src/core/errors.js';
import { Bench } from './fakes/bench.js';
import { contentOf, message } from './fakes/fake_telegram.js';
import { ManualClock } from './fakes/manual_clock.js';

const MB = 2 ** 20;

describe('a part that the library cannot record', () => {
  it('for want of room is fetched again, and the file waits for every part that is under way', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    const size = 4 * MB;
    bench.gateway.put(message({ messageId: 1, size }));
    // One of the middle is on its way much longer than the others.
    bench.lane.onPart = ({ offset }, signal) => delay(clock, offset === MB ? 3_000 : 50, signal);
    vi.spyOn(bench.library, 'recordPart').mockImplementationOnce(() => {
      throw new TadError('disk-full', 'no room left on the disk of the library');
    });
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 1, failed: 0 });
    const path = join(bench.outDir, 'Chat -1001', 'track 1.mp3');
    expect(readFileSync(path).equals(contentOf('7000001', size))).toBe(true);
  });

  it('for good fails its file and says why, and the data centre is not blamed', async () => {
    const clock = new ManualClock();
    await using bench = new Bench({ clock });
    bench.gateway.put(message({ messageId: 1, size: 4 * MB }));
    bench.lane.onPart = (_, signal) => delay(clock, 50, signal);
    vi.spyOn(bench.library, 'recordPart').mockImplementationOnce(() => {
      throw new TadError('corrupt', 'the library is damaged');
    });
    expect(await clock.runUntil(bench.download())).toMatchObject({ completed: 0, failed: 1 });
    expect(bench.payloads('transfer.failed')[0]?.reason).toBe('the library is damaged');
    expect(bench.lane.requests.every(({ before }) => before === 0)).toBe(true);
    expect(bench.downloader.engine.scheduler.bytesUnderWay).toBe(0);
  });
});
