import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { soakDownload } from '../../soak/download_soak.js';
import { soakIds } from '../../soak/ids_soak.js';

const BUDGET = 256 * 2 ** 20;

/** The long form, with growth over time, is test/soak/memory.test.ts (npm run soak). */
describe('the built program within 256 MB', () => {
  beforeAll(() => {
    const built = join(import.meta.dirname, '../../../dist/main.js');
    if (!existsSync(built)) throw new Error('not built yet. Run: npm run build');
  });

  it('passes ids through the duplicate filter, from Telegram and again from the library', async () => {
    const count = 2_000;
    const { passes, peakRssBytes } = await soakIds(count, 1, BUDGET);
    expect(passes).toMatchObject([
      { from: 'telegram', have: 200, repeated: 195, new: 1_605, known: { hits: 200 } },
      { from: 'library', have: 200, repeated: 195, new: 1_605, known: { hits: 400 } },
    ]);
    expect(peakRssBytes).toBeLessThan(BUDGET);
  }, 60_000);

  it('starts no file while memory is critical, says so, cleans up, and loses nothing', async () => {
    const files = 240;
    const report = await soakDownload({ files, budgetBytes: BUDGET, waves: [0.2], limitRate: '200K' });
    expect(report.waves).toMatchObject([{ startedMeanwhile: 0, recovered: true }]);
    expect(report.waves[0]?.reason).toMatch(/^memory is critical \(budget 256 MB\)$/);
    expect(report.waves[0]?.cleanups).toBeGreaterThan(0);
    expect(report).toMatchObject({
      stderr: '',
      summary: { completed: files, failed: 0 },
      completedIds: files,
      leftovers: [],
      verified: { checked: files, missing: 0, damaged: 0, unreadable: 0 },
    });
    expect(report.summary['peakRssBytes']).toBeLessThan(BUDGET);
  }, 60_000);
});
