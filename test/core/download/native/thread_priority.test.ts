import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import type * as Starter from '../../../../src/core/download/native/start_native_lane.js';
import { createCoreEmitter } from '../../../../src/core/events.js';
import { RawServer } from './raw_server.js';

// The lane's thread is a file that node runs: the built one.
const built = new URL('../../../../dist/core/download/native/start_native_lane.js', import.meta.url);
const { startNativeLane } = (await import(built.href)) as typeof Starter;

/** How nice each thread of this process is: field 19 of its /proc/PID/task/TID/stat. */
function niceness(): readonly number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(/\) (?=.*$)/s);
    return Number(fields.split(' ')[16]);
  });
}

it.skipIf(process.platform !== 'linux')('the lane comes after the threads that answer a person', async () => {
  const own = getPriority();
  await using server = await RawServer.start();
  const gateway = { laneCredentials: async () => server.credentials };
  const { signal } = new AbortController();
  const start = (hasScreen: boolean) =>
    startNativeLane(gateway, { apiId: 1, hasScreen }, createCoreEmitter(), signal);
  const nicer = () => niceness().filter((nice) => nice === own + 5).length;
  await using _headless = await start(false);
  expect(nicer()).toBe(0);
  await using _screen = await start(true);
  expect(nicer()).toBe(1);
  expect(getPriority()).toBe(own);
});
