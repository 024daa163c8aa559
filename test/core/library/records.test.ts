import { describe, expect, it } from 'vitest';
import { chat, filledLibrary } from './fixtures.js';

const summary = {
  completed: 3,
  skipped: 1,
  failed: 0,
  bytes: 5_000_000_000,
  seconds: 12.5,
  bytesPerSecond: 4e8,
  peakRssBytes: 9e7,
};

describe('runs', () => {
  it('are kept with what was asked for, what came of it, and the figures of the run', () => {
    let seconds = 100;
    const library = filledLibrary(0, { clock: { wallNow: () => seconds * 1000 } });
    const killed = library.runs.start(['@jazz']);
    seconds = 200;
    const id = library.runs.start(['@jazz', 'Плёнка']);
    seconds = 300;
    library.runs.finish(id, summary, { floodWaits: [{ seconds: 30 }] });
    expect(library.runs.recent(10)).toEqual([
      {
        id,
        startedAt: 200,
        targets: ['@jazz', 'Плёнка'],
        finishedAt: 300,
        summary,
        figures: { floodWaits: [{ seconds: 30 }] },
      },
      { id: killed, startedAt: 100, targets: ['@jazz'] },
    ]);
    expect(library.runs.recent(1)).toHaveLength(1);
  });

  it('are bounded in number', () => {
    const library = filledLibrary(0);
    library.inTransaction(() => {
      for (let i = 0; i < 1010; i += 1) library.runs.start([]);
    });
    expect(library.runs.recent(5000)).toHaveLength(1000);
    expect(library.runs.recent(1)[0]?.id).toBe(1010);
  });
});

describe('scan states', () => {
  it('are kept per chat, topic and kind', () => {
    const library = filledLibrary(0);
    const halfway = { newestId: 900, oldestId: 400, complete: false };
    library.scans.save(chat().id, 0, 'music', halfway);
    library.scans.save(chat().id, 7, 'music', { ...halfway, complete: true });
    expect(library.scans.one(chat().id, 0, 'music')).toEqual(halfway);
    expect(library.scans.one(chat().id, 7, 'music')).toEqual({ ...halfway, complete: true });
    expect(library.scans.one(chat().id, 0, 'voice')).toBeUndefined();
    const done = { newestId: 950, oldestId: 1, complete: true };
    library.scans.save(chat().id, 0, 'music', done);
    expect(library.scans.one(chat().id, 0, 'music')).toEqual(done);
  });
});
