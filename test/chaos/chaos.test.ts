import { describe, it } from 'vitest';
import { killOften } from './kill_often.js';
import { DOWNLOAD_FAULTS, survive } from './survive.js';

// The short form; test/soak has the long one, over both lanes.
describe('a process of its own, against a server that fails', () => {
  it('killed at any moment loses nothing and fetches at most the parts in flight again', async () => {
    await killOften('native', 2, 3);
  }, 60_000);

  it('gets every file right with all faults at once', async () => {
    await survive('native', DOWNLOAD_FAULTS, 0.03, { tracks: 3, fileMb: 1 });
  }, 120_000);
});
