import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TadError, toTadError } from '../core/errors.js';
import type { Core, Track } from '../core/face.js';
import type { ChatTarget } from '../core/types.js';
import { checkTrack, type TrackProblem } from './check_track.js';
import type { Call } from './command.js';
import { runDownload } from './download.js';

export interface Broken {
  readonly track: Track;
  readonly problem: TrackProblem;
}

/** What was there is kept beside the file until the file is whole again. */
const KEPT_SUFFIX = '.damaged';

async function setAside({ track }: Broken): Promise<void> {
  await rename(track.path, track.path + KEPT_SUFFIX).catch((error: unknown) => {
    throw new TadError('not-writable', `cannot replace ${track.path}`, undefined, { cause: error });
  });
}

/** Files lie in a directory for their chat, in the directory that a run was told. */
function outDirOf(track: Track): string {
  return dirname(dirname(track.path));
}

/** One target for each broken file: the message that it came with. */
async function targetsOf(core: Core, broken: readonly Broken[], signal: AbortSignal): Promise<ChatTarget[]> {
  const chats = new Map<string, Promise<ChatTarget>>();
  const targets: ChatTarget[] = [];
  for (const { track } of broken) {
    const found = chats.get(track.chatId) ?? core.resolve(track.chatId, signal);
    chats.set(track.chatId, found);
    targets.push({ chat: (await found).chat, messageId: track.messageId });
  }
  return targets;
}

/** Also after an abort: what was set aside comes back. */
async function settle(core: Core, { track }: Broken): Promise<boolean> {
  const { signal } = new AbortController();
  const now = core.library.track(track.documentId);
  const kept = track.path + KEPT_SUFFIX;
  if (now !== undefined && (await checkTrack(now, signal)) === undefined) {
    await rm(kept, { force: true });
    return true;
  }
  await rename(kept, track.path).catch(() => {});
  return false;
}

/**
 * Fetches broken files again, each from its message, and nothing else. A damaged file stays until the new one is there,
 * and comes back if there is none.
 * @returns those that are still broken
 */
export async function repair(call: Call, core: Core, broken: readonly Broken[]): Promise<readonly Broken[]> {
  const { settings, signal, io } = call;
  const left: Broken[] = [];
  for (const [outDir, group] of Map.groupBy(broken, ({ track }) => outDirOf(track))) {
    try {
      for (const item of group) if (item.problem !== 'missing') await setAside(item);
      await runDownload(call, core, await targetsOf(core, group, signal), {
        outDir,
        kinds: ['music', 'voice', 'document'],
        parallel: settings.get('parallel'),
        dryRun: false,
      });
    } catch (error) {
      if (signal.aborted) throw error;
      io.stderr.line(`tad: ${toTadError(error).message}`);
    } finally {
      for (const item of group) if (!(await settle(core, item))) left.push(item);
    }
  }
  return left;
}
