import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLibrary } from '../../../../src/core/library/library.js';
import { DemoServer } from '../../../../src/demo/server.js';
import { Driven } from '../../../chaos/driven.js';
import { inHome, threeChats } from '../../../chaos/survive.js';
import { expectMirrored } from '../../helpers/mirror.js';

// The short form; test/soak has a whole minute, over both lanes.
it('a server that is gone for a while is waited for, says so, and work goes on by itself', async () => {
  await inHome(async (home) => {
    const options = {
      seed: 7,
      chats: 3,
      tracks: 3,
      fileMb: 1,
      bandwidth: 6e6,
      keyFile: join(home, 'server.pem'),
      stateFile: join(home, 'server.json'),
    };
    const first = await DemoServer.start(options);
    const ports = first.listening.dcs.map(({ port }) => port);
    const chats = threeChats(first).slice(0, 1);
    const driven = new Driven({ home, demo: first, chats, lane: 'native', login: true });
    await driven.told(1, 'transfer.completed');
    await first[Symbol.asyncDispose]();
    await driven.told(1, 'transfer.changed');
    await using second = await DemoServer.start({ ...options, ports });
    const code = await driven.ended();
    expect(driven.events.filter(({ event }) => event === 'error' || event === 'transfer.failed')).toEqual([]);
    expect(code, driven.stderr).toBe(0);
    using library = openLibrary({ file: join(home, 'library.db') });
    expectMirrored(second, library, chats);
  });
}, 60_000);
