import { describe, expect, it } from 'vitest';
import { performanceLines, Trends } from '../../src/cli/performance_report.js';
import type { RunningStatus } from '../../src/core/control/protocol.js';
import type { PerformanceFigures } from '../../src/core/face.js';
import { FakeCore, MEMORY } from './fake_core.js';

const MB = 2 ** 20;
const GB = 2 ** 30;

const FIGURES: PerformanceFigures = {
  uptimeSeconds: 60,
  cpuSeconds: 1,
  completed: 8,
  skipped: 1,
  failed: 2,
  successRate: 0.8,
  bytes: 12 * MB,
  bytesPerSecond: 1.5 * MB,
  peakBytesPerSecond: 9 * MB,
  floodWaits: 0,
  floodSeconds: 0,
  memoryWarnings: 0,
  memoryCriticals: 0,
  cleanups: 0,
  peakRssBytes: 120_000_000,
  memory: MEMORY,
  diskFreeBytes: 3 * GB,
  dataCentres: [],
  caches: [],
  pools: [],
};

function report(changes: Partial<RunningStatus> = {}): string {
  const status: RunningStatus = {
    ...new FakeCore().status(),
    process: { pid: 1, cpuSeconds: 1, uptimeSeconds: 60 },
    diskFreeBytes: 70 * GB,
    ...changes,
  };
  return performanceLines(status, new Trends(), 0).join('\n');
}

describe('the report of the running tad', () => {
  it('judges memory by what counts, and says what does not', () => {
    const rss = 490 * MB;
    const memory = {
      ...MEMORY,
      budgetBytes: 512 * MB,
      rssBytes: rss,
      usedBytes: 256 * MB,
      retainedBytes: 234 * MB,
    };
    const text = report({ memory });
    expect(text).toMatch(/memory +256 MB +50 % of 512 MB, normal/);
    expect(text).toMatch(/resident +490 MB +234 MB of it free for reuse, and not counted/);
    expect(report({ memory: { ...memory, retainedBytes: 0 } })).not.toContain('free for reuse');
  });

  it('tells the limit of the container, collections and the delay of the event loop', () => {
    const text = report();
    expect(text).toMatch(/limit +954 MB +of the container/);
    expect(text).toMatch(/collections +3 +and 120 minor, 250 ms in all, 40 ms the longest/);
    expect(text).toMatch(/event loop +12 ms/);
  });

  it('shows the free space of both disks: where files go, and where the library is', () => {
    expect(report({ performance: FIGURES })).toMatch(/disk free +3\.0 GB +where files go/);
    expect(report({ performance: FIGURES })).toMatch(/disk free +70 GB +where the library is/);
    expect(report()).not.toContain('where files go');
  });

  it('shows no peak below what is in use now', () => {
    const memory = { ...MEMORY, rssBytes: 130 * MB };
    const performance = { ...FIGURES, peakRssBytes: 120 * MB };
    expect(report({ performance, memory })).toMatch(/peak +130 MB/);
    performance.peakRssBytes = 140 * MB;
    expect(report({ performance, memory })).toMatch(/peak +140 MB/);
  });

  it('shows the peak speed, and how long each data centre is given for an answer', () => {
    const dataCentres = [{ id: 2, underWay: 3, depth: 8, deadlineSeconds: 7.25, floodWaits: 0 }];
    const text = report({ performance: { ...FIGURES, dataCentres } });
    expect(text).toMatch(/peak speed +9\.0 MB\/s/);
    expect(text).toMatch(
      /data centre 2 +3\/8 +requests under way, no pace asked for, asked again after 7\.3 s without/,
    );
  });
});
