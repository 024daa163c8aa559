import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/core/library/library.js';
import { markedId } from '../../src/demo/catalogue/peers.js';
import { Driven } from '../chaos/driven.js';
import { DOWNLOAD_FAULTS, inHome } from '../chaos/survive.js';
import { expectMirrored } from '../core/helpers/mirror.js';
import { startDemo } from '../helpers/demo.js';
import { tell } from './figures.js';

const CHATS = 10;
const TRACKS = 30;

describe('the engine', () => {
  it('gets 300 files right over a bad link, and is never silent for more than five seconds', async () => {
    await using demo = await startDemo({
      seed: 5,
      chats: CHATS,
      tracks: TRACKS,
      fileMb: 1,
      latencyMs: 50,
      bandwidth: 5e6,
    });
    await inHome(async (home) => {
      const chats = demo.catalogue
        .chats(demo.accounts[0]?.id ?? 0n)
        .filter(({ kind, forbidden }) => kind === 'channel' && !forbidden)
        // The generated ones; the fixed cast has a chat of 100,000 files.
        .slice(0, CHATS)
        .map(markedId);
      const started = performance.now();
      const driven = new Driven({ home, demo, chats, login: true });
      await driven.told(1, 'chat.scan');
      for (const name of DOWNLOAD_FAULTS) demo.faults.setRate(name, 0.1);
      const code = await driven.ended();
      expect(driven.events.filter(({ event }) => event === 'error' || event === 'transfer.failed')).toEqual(
        [],
      );
      expect(code, driven.stderr).toBe(0);
      tell('engine', {
        seconds: ((performance.now() - started) / 1000).toFixed(0),
        'longest silence': `${(driven.longestSilenceMs / 1000).toFixed(1)} s`,
        'longest pause, with the reason stated': `${(driven.longestPauseMs / 1000).toFixed(1)} s`,
        'longest silence of one transfer': `${(driven.transfers.longestMs / 1000).toFixed(1)} s`,
      });
      expect(driven.longestSilenceMs).toBeLessThan(5_500);
      expect(driven.transfers.longestMs).toBeLessThan(5_500);
      using library = openLibrary({ file: join(home, 'library.db') });
      expect(expectMirrored(demo, library, chats)).toHaveLength(CHATS * TRACKS);
    });
  }, 1_800_000);
});
