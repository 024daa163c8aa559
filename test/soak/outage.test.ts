import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/core/library/library.js';
import { DemoServer } from '../../src/demo/server.js';
import { Driven } from '../chaos/driven.js';
import { inHome, threeChats } from '../chaos/survive.js';
import { expectMirrored } from '../core/helpers/mirror.js';

const OUTAGE_MS = 60_000;

describe.each(['gramjs', 'native'] as const)('over the %s lane', (lane) => {
  it('a server that is gone for a minute is waited for, and work goes on by itself', async () => {
    await inHome(async (home) => {
      const options = {
        seed: 7,
        chats: 3,
        tracks: 10,
        fileMb: 4,
        bandwidth: 20e6,
        keyFile: join(home, 'server.pem'),
        stateFile: join(home, 'server.json'),
      };
      const first = await DemoServer.start(options);
      const ports = first.listening.dcs.map(({ port }) => port);
      const chats = threeChats(first);
      const driven = new Driven({ home, demo: first, chats, lane, login: true });
      await driven.told(8, 'transfer.completed');
      await first[Symbol.asyncDispose]();
      await new Promise((resolve) => setTimeout(resolve, OUTAGE_MS));
      await using second = await DemoServer.start({ ...options, ports });
      const code = await driven.ended();
      expect(driven.events.filter(({ event }) => event === 'error' || event === 'transfer.failed')).toEqual(
        [],
      );
      expect(code, driven.stderr).toBe(0);
      using library = openLibrary({ file: join(home, 'library.db') });
      expectMirrored(second, library, chats);
    });
  }, 300_000);
});
