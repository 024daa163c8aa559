import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { homeLayout } from '../core/config/home.js';
import { ControlClient, isListening } from '../core/control/client.js';
import type { ControlEvent } from '../core/control/protocol.js';
import { TadError } from '../core/errors.js';
import type { Call } from './command.js';

/** The tad that runs for the call's profile, in another process; undefined when none does. */
export function findRunning(call: Call, onEvent?: (event: ControlEvent) => void) {
  return ControlClient.connect(call.home.controlPath, onEvent);
}

/** The tad that runs for the call's profile, in another process. @throws TadError `not-found` when none does */
export async function connectRunning(
  call: Call,
  onEvent?: (event: ControlEvent) => void,
): Promise<ControlClient> {
  const client = await findRunning(call, onEvent);
  if (client !== undefined) return client;
  throw new TadError(
    'not-found',
    `no tad is running for the profile "${call.home.profile}"`,
    await whatToDo(call),
  );
}

async function whatToDo(call: Call): Promise<string> {
  const others = await runningProfiles(call);
  if (others.length > 0) return `One runs for ${others.map((name) => `--profile ${name}`).join(' and ')}`;
  // The demo's profiles are opened by no other command.
  return /^demo(-|$)/.test(call.home.profile)
    ? 'Start one with: tad demo'
    : 'Start one with: tad --no-ui download CHAT';
}

/** Profiles of the call's home for which a tad runs, in order of their names. */
async function runningProfiles({ home, settings }: Call): Promise<readonly string[]> {
  const names = await readdir(dirname(home.profileDir)).catch(() => []);
  const isRunning = await Promise.all(
    names.map((name) => isListening(homeLayout(settings.get('home'), name).controlPath)),
  );
  return names.filter((_, i) => isRunning[i]).sort();
}
