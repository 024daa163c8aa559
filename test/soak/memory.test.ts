import { describe, expect, it } from 'vitest';
import { type DownloadReport, soakDownload } from './download_soak.js';
import { inMb, quarters, tell } from './figures.js';
import { soakIds } from './ids_soak.js';

const MB = 2 ** 20;
const BUDGET = 256 * MB;
/** Of the second quarter: what the last one may have more. */
const GROWTH = 1.05;

function tellDownload(title: string, { summary, samples }: DownloadReport, files: number): readonly number[] {
  const found = quarters(samples, files);
  const { completed = 0, seconds = 0, peakRssBytes = 0 } = summary;
  tell(title, {
    files: completed,
    'files/s': (completed / seconds).toFixed(0),
    'peak RSS': inMb(peakRssBytes),
    quarters: found.map(inMb).join(' '),
  });
  return found;
}

function expectNothingLost(report: DownloadReport, files: number): void {
  expect(report).toMatchObject({
    stderr: '',
    summary: { event: 'run.summary', completed: files, failed: 0 },
    completedIds: files,
    leftovers: [],
    verified: { checked: files, missing: 0, damaged: 0, unreadable: 0 },
  });
}

describe('within 256 MB', () => {
  it('two million ids pass the duplicate filter', async () => {
    const count = 500_000;
    const { passes, samples, peakRssBytes } = await soakIds(count, 3, BUDGET);
    const found = quarters(samples, 4 * count);
    for (const { from, seconds } of passes) {
      tell(`ids from ${from}`, { ids: count, 'ids/s': (count / seconds).toFixed(0) });
    }
    tell('ids', { 'peak RSS': inMb(peakRssBytes), quarters: found.map(inMb).join(' ') });
    for (const { have, repeated, new: fresh } of passes) {
      expect(have).toBe(count / 10);
      expect(repeated).toBe(count / 10 - 5);
      expect(have + repeated + fresh).toBe(count);
    }
    expect(passes.map(({ from }) => from)).toEqual(['telegram', 'library', 'library', 'library']);
    expect(peakRssBytes).toBeLessThan(BUDGET);
    expect(found[3]).toBeLessThan(found[1]! * GROWTH);
  });

  it('ten thousand small files come', async () => {
    const files = 10_000;
    const report = await soakDownload({ files, budgetBytes: BUDGET, waves: [] });
    const found = tellDownload('files', report, files);
    expectNothingLost(report, files);
    expect(report.summary['peakRssBytes']).toBeLessThan(BUDGET);
    expect(found[3]).toBeLessThan(found[1]! * GROWTH);
  });

  it('they come also when other things push memory to critical and back', async () => {
    const files = 4_000;
    const report = await soakDownload({ files, budgetBytes: BUDGET, waves: [0.1, 0.6] });
    const found = tellDownload('files under pressure', report, files);
    expectNothingLost(report, files);
    expect(report.waves).toHaveLength(2);
    for (const wave of report.waves) {
      tell('wave', { 'started meanwhile': wave.startedMeanwhile, 'clean-ups': wave.cleanups });
      expect(wave).toMatchObject({ startedMeanwhile: 0, recovered: true });
      expect(wave.reason).toContain('memory is critical');
      expect(wave.cleanups).toBeGreaterThan(0);
    }
    expect(report.summary['peakRssBytes']).toBeLessThan(BUDGET);
    expect(found[3]).toBeLessThan(found[1]! * GROWTH);
  });
});
