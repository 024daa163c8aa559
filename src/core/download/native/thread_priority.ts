import { constants, getPriority, setPriority } from 'node:os';

/** Steps of niceness. With five, a core for which another program's thread asks all the time is left to it for three quarters. */
const STEPS = 5;

/**
 * Lets all other threads come before the calling one where there are not processors enough. The lane always has something to do and
 * takes whole time slices; the thread that answers a key, and gives the lane its next parts, has little, but at once: on two cores it
 * waited behind the lane. Other programs come first, too: this is for a process before which somebody sits. Only Linux knows a niceness
 * of one thread; elsewhere nothing is changed.
 */
export function yieldToOtherThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + STEPS));
  } catch {
    // Where it is not allowed, all works without.
  }
}
