import { ControlClient } from '../core/control/client.js';
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
    'Start one with: tad --no-ui download CHAT',
  );
}
