import { dirname } from 'node:path';
import { toTadError } from '../core/errors.js';
import type { Core, Track } from '../core/face.js';
import type { ChatTarget } from '../core/types.js';
import { checkTrack, type TrackProblem } from './check_track.js';
import type { Call } from './command.js';
import { runDownload } from './download.js';

export interface Broken {
  readonly track: Track;
  readonly problem: TrackProblem;
}

/** Files lie in a directory for their chat, in the directory that a run was told. */
function outDirOf(track: Track): string {
  return dirname(dirname(track.path));
}

/** One target for each broken file: the message that it came with. A chat that is gone costs its own files only. */
async function targetsOf({ io, signal }: Call, core: Core, broken: readonly Broken[]): Promise<ChatTarget[]> {
  const targets: ChatTarget[] = [];
  for (const [chatId, ofChat] of Map.groupBy(broken, ({ track }) => track.chatId)) {
    try {
      const { chat } = await core.resolve(chatId, signal);
      for (const { track } of ofChat) targets.push({ chat, messageId: track.messageId });
    } catch (error) {
      if (signal.aborted) throw error;
      io.stderr.line(`tad: ${ofChat[0]?.track.chatTitle}: ${toTadError(error).message}`);
    }
  }
  return targets;
}

async function isStillBroken(core: Core, { track }: Broken, signal: AbortSignal): Promise<boolean> {
  const now = core.library.track(track.documentId);
  return now === undefined || (await checkTrack(now, signal)) !== undefined;
}

/**
 * Fetches broken files again, each from its message, and nothing else. A damaged file and its row in the library stay until
 * the new one is there.
 * @returns those that are still broken
 */
export async function repair(call: Call, core: Core, broken: readonly Broken[]): Promise<readonly Broken[]> {
  const { settings, signal, io } = call;
  for (const [outDir, group] of Map.groupBy(broken, ({ track }) => outDirOf(track))) {
    try {
      const targets = await targetsOf(call, core, group);
      if (targets.length === 0) continue;
      await runDownload(call, core, targets, {
        outDir,
        kinds: ['music', 'voice', 'document'],
        parallel: settings.get('parallel'),
        repair: true,
        dryRun: false,
      });
    } catch (error) {
      if (signal.aborted) throw error;
      io.stderr.line(`tad: ${toTadError(error).message}`);
    }
  }
  const left: Broken[] = [];
  for (const item of broken) if (await isStillBroken(core, item, signal)) left.push(item);
  return left;
}
