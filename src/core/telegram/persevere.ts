import { FloodWaitError, type TadError } from '../errors.js';
import type { FloodPolicy } from './flood_policy.js';
import { mapTelegramError } from './rpc_errors.js';
import { pause, throwIfAborted } from './waiting.js';

/** Attempts of one call, when answers are lost or Telegram has internal errors. */
const ATTEMPTS = 4;
const RETRY_DELAY_MS = 200;
export const RETRYABLE: ReadonlySet<string> = new Set(['timeout', 'unreachable', 'server', 'corrupt']);

export interface Perseverance {
  /** The call, for the error: as `messages.search`. */
  readonly method: string;
  readonly signal: AbortSignal;
  /** Sits flood waits out; without it they are thrown. */
  readonly floods?: FloodPolicy | undefined;
  /** Told each failure, before anything is done about it. */
  readonly onFailure?: (error: TadError) => void;
  /** Does what the failure asks for; true when the call may be made again at once. */
  readonly mend?: (thrown: unknown) => Promise<boolean>;
}

/**
 * Makes one small call of the control plane until it is answered: up to four times, with growing pauses, where the failure is
 * of the kind that passes.
 * @throws TadError, every one mapped; FloodWaitError only when it asks for more than the policy grants
 */
export async function persevere<T>(options: Perseverance, attempt: () => Promise<T>): Promise<T> {
  const { method, signal, floods, onFailure, mend } = options;
  let waits = 0;
  for (let tries = 1; ; tries++) {
    throwIfAborted(signal);
    try {
      return await attempt();
    } catch (thrown) {
      if (tries < ATTEMPTS && (await mend?.(thrown))) continue;
      const error = mapTelegramError(thrown, method);
      onFailure?.(error);
      if (error instanceof FloodWaitError && floods !== undefined) {
        await floods.wait(error, waits++, signal);
        tries--;
      } else if (tries >= ATTEMPTS || !RETRYABLE.has(error.code)) {
        throw error;
      } else {
        await pause(RETRY_DELAY_MS * 2 ** (tries - 1), signal);
      }
    }
  }
}
