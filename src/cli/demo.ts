import { TadError } from '../core/errors.js';
import type { Core } from '../core/face.js';
import type { Chat } from '../core/types.js';
import type { Action } from './command.js';
import { canShowDashboard, showDashboard } from './dashboard.js';
import { enterDemo, startDemoSession } from './demo_session.js';
import { runDownload } from './download.js';
import { withControl, withCore } from './session.js';
import { CONNECTING, Telling } from './telling.js';

async function chatToMirror(core: Core, signal: AbortSignal): Promise<Chat> {
  const chats = await core.chats(signal);
  const chat = chats.find(({ kind }) => kind === 'channel') ?? chats[0];
  if (chat === undefined) throw new TadError('not-found', 'the demo has no chats', 'Use --chats 1 or more');
  return chat;
}

/** On a terminal the dashboard on the demo server; elsewhere one chat is mirrored. */
export const demo: Action = async (call) => {
  if (canShowDashboard(call)) return await showDashboard(call, { choice: { kind: 'demo' } });
  const { io, settings, signal } = call;
  const tell = (line: string) => {
    if (!settings.get('quiet') && !settings.get('json')) io.stderr.line(`tad: ${line}`);
  };
  await using session = await startDemoSession(call);
  const { listening, request } = session;
  const { profile } = request.home;
  tell(
    `a Telegram server of our own serves on ${listening.host}:${listening.dcs[0]?.port} (profile ${profile})`,
  );
  return await withCore(call, request, async (core) => {
    using telling = new Telling(call, core);
    telling.waitFor(CONNECTING);
    const account = await enterDemo(core, listening, signal);
    return await withControl(core, request.home, async () => {
      const chat = await chatToMirror(core, signal);
      // The run has a view of its own.
      telling[Symbol.dispose]();
      tell(`logged in as ${account.name}; mirroring "${chat.title}" into ${request.outDir}`);
      return await runDownload(call, core, [{ chat }], {
        outDir: request.outDir,
        kinds: settings.get('kind'),
        parallel: settings.get('parallel'),
        dryRun: false,
      });
    });
  });
};
