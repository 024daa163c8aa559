import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openLibrary } from '../../src/core/library/library.js';
import { markedId } from '../../src/demo/catalogue/peers.js';
import { FAULT_NAMES, type FaultName } from '../../src/demo/faults.js';
import type { DemoServerOptions } from '../../src/demo/options.js';
import type { DemoServer } from '../../src/demo/server.js';
import { expectMirrored } from '../core/helpers/mirror.js';
import { startDemo } from '../helpers/demo.js';
import { Driven, type DrivenLane } from './driven.js';

/** Faults that can strike any request of a download; a login is one call, which nothing strikes at a few per cent. */
export const DOWNLOAD_FAULTS = FAULT_NAMES.filter((name) => name !== 'login-flood');

/** Ids of the first three channels that can be read. */
export function threeChats(demo: DemoServer): readonly string[] {
  const [account] = demo.accounts;
  return demo.catalogue
    .chats(account?.id ?? 0n)
    .filter(({ kind, forbidden }) => kind === 'channel' && !forbidden)
    .slice(0, 3)
    .map(markedId);
}

/** Gives `work` a home directory that is gone afterwards. */
export async function inHome(work: (home: string) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tad-chaos-'));
  try {
    await work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Mirrors three chats while the server fails in these ways; every file must be right and the exit code 0. */
export async function survive(
  lane: DrivenLane,
  faults: readonly FaultName[],
  rate: number,
  options: DemoServerOptions,
): Promise<void> {
  await using demo = await startDemo({ seed: 33, ...options });
  await inHome(async (home) => {
    const chats = threeChats(demo);
    for (const name of faults) demo.faults.setRate(name, rate);
    const driven = new Driven({ home, demo, chats, lane, login: true });
    const code = await driven.ended();
    expect(driven.events.filter(({ event }) => event === 'transfer.failed' || event === 'error')).toEqual([]);
    expect(driven.stderr).toBe('');
    expect(code).toBe(0);
    const struck = Object.values(demo.report().faults).reduce((sum, count) => sum + count, 0);
    expect(struck).toBeGreaterThan(0);
    using library = openLibrary({ file: join(home, 'library.db') });
    expectMirrored(demo, library, chats);
  });
}
